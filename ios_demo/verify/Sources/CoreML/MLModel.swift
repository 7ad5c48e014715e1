import Foundation

// https://developer.apple.com/documentation/coreml/mlmodel
// NSObject is not Sendable, nor is what inherits from it here.

/// A model, loaded.
open class MLModel: NSObject {
    /// The features that the model takes and computes.
    open var modelDescription: MLModelDescription { function.description }

    private let function: StandInFunction
    private let configuration: MLModelConfiguration
    private var backings: [String: MLMultiArray] = [:]

    init(function: StandInFunction, configuration: MLModelConfiguration) {
        self.function = function
        self.configuration = configuration
    }

    /// iOS 17.0, macOS 14.0.
    @available(macOS 14.0, iOS 17.0, *)
    public func prediction(
        from input: any MLFeatureProvider,
        options: MLPredictionOptions = MLPredictionOptions()
    ) async throws -> any MLFeatureProvider {
        let given = options.outputBackings.compactMapValues { $0 as? MLMultiArray }
        if function.needsSameBackings {
            guard given.count == function.outputs.count, backings.isEmpty || backings == given else {
                throw StandInError.failure("the output backings are not those of the run before")
            }
            backings = given
        }
        return try function.predict(input, configuration: configuration, backings: given)
    }
}

extension MLModel {
    /// iOS 15.0, macOS 12.0.
    @available(macOS 12.0, iOS 15.0, *)
    public class func load(
        contentsOf url: URL,
        configuration: MLModelConfiguration = MLModelConfiguration()
    ) async throws -> MLModel {
        let model = try StandInModel(compiled: url)
        guard let function = model.functions[configuration.functionName ?? StandInModel.defaultFunction] else {
            throw StandInError.failure("there is no function \(configuration.functionName ?? "")")
        }
        return MLModel(function: function, configuration: configuration)
    }

    /// iOS 16.0, macOS 13.0. The compiled model is in a temporary folder, from where the app is to move it.
    @available(macOS 13.0, iOS 16.0, *)
    public class func compileModel(at url: URL) async throws -> URL {
        try StandInModel.compile(url)
    }
}
