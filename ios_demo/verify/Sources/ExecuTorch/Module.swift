import Foundation

// extension/apple/ExecuTorch/Exported/ExecuTorchModule.h, ExecuTorch+Module.swift

/// How a file is read.
public enum ModuleLoadMode: Int, Sendable {
    case file = 0
    case mmap
    case mmapUseMlock
    case mmapUseMlockIgnoreErrors
}

/// How far a program is checked.
public enum ModuleVerification: UInt8, Sendable {
    case minimal
    case internalConsistency
}

/// What a method takes and computes.
public final class MethodMetadata: NSObject {
    /// By place.
    public let inputTensorMetadata: [Int: TensorMetadata]

    init(_ tensors: [StandInProgram.Tensor]) throws {
        let metadata = try tensors.map { TensorMetadata(dataType: try $0.dataType(), shape: $0.shape) }
        inputTensorMetadata = Dictionary(uniqueKeysWithValues: metadata.enumerated().map { ($0, $1) })
    }
}

/// What a tensor has to be.
public final class TensorMetadata: NSObject {
    /// Type of the values.
    public let dataType: DataType

    /// Lengths of the axes.
    public let shape: [Int]

    init(dataType: DataType, shape: [Int]) {
        self.dataType = dataType
        self.shape = shape
    }
}

/// A program.
open class Module: NSObject {
    private let path: String
    private let isMapped: Bool
    private var program: StandInProgram?
    private var options: BackendOptionsMap?

    /// Nothing is read yet.
    public init(filePath: String, loadMode: ModuleLoadMode) {
        path = filePath
        isMapped = loadMode == .mmap
    }

    /// Loads one method.
    open func load(_ method: String) throws {
        guard isMapped else { throw ErrorCode(.notSupported, "the file is not mapped") }
        guard let data = FileManager.default.contents(atPath: path) else { throw ErrorCode(.accessFailed) }
        guard let found = try? JSONDecoder().decode(StandInProgram.self, from: data), found.method == method else {
            throw ErrorCode(.invalidProgram)
        }
        program = found
    }

    /// What a method takes and computes.
    open func methodMetadata(_ method: String) throws -> MethodMetadata {
        if program == nil { try load(method) }
        return try MethodMetadata(program?.inputs ?? [])
    }

    func run(_ method: String, _ inputs: [Value]) throws -> [Value] {
        guard let program, program.method == method else { throw ErrorCode(.invalidState) }
        return try program.run(inputs, computeUnit: options?.options["CoreMLBackend"]?.first?.stringValue)
    }
}

extension Module {
    /// Loads the program, with options for its backends.
    public func load(options: BackendOptionsMap, verification: ModuleVerification = .minimal) throws {
        self.options = options
    }

    /// Runs a method.
    public func execute(_ method: String, _ inputs: [ValueConvertible]) throws -> [Value] {
        try run(method, inputs.map { $0.asValue() })
    }

    /// Runs a method.
    public func execute(_ method: String, _ inputs: ValueConvertible...) throws -> [Value] {
        try execute(method, inputs)
    }

    /// Runs a method, for a result of another type.
    public func execute<Output: ValueSequenceConstructible>(
        _ method: String,
        _ inputs: [ValueConvertible]
    ) throws -> Output {
        try Output.from(run(method, inputs.map { $0.asValue() }))
    }

    /// Runs a method, for a result of another type.
    public func execute<Output: ValueSequenceConstructible>(
        _ method: String,
        _ input: ValueConvertible
    ) throws -> Output {
        try execute(method, [input])
    }
}
