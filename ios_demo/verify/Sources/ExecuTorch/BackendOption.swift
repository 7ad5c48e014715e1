import Foundation

// extension/apple/ExecuTorch/Exported/ExecuTorchBackendOption.h

/// One option of a backend.
public final class BackendOption: NSObject {
    /// Nil if its value is of another type.
    public let stringValue: String?

    /// An option with a string.
    public init(_ key: String, _ value: String) {
        stringValue = key == "compute_unit" ? value : nil
    }
}

// extension/apple/ExecuTorch/Exported/ExecuTorchBackendOptionsMap.h

/// Options by backend.
public final class BackendOptionsMap: NSObject {
    /// By backend.
    public let options: [String: [BackendOption]]

    /// Throws if an option is none that a backend can have.
    public init(options: [String: [BackendOption]]) throws {
        self.options = options
    }
}
