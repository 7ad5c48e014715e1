import Foundation

// https://developer.apple.com/documentation/coreml/mlfeaturevalue

/// A value of an input or output.
open class MLFeatureValue: NSObject {
    /// Nil if the value is something else.
    open var multiArrayValue: MLMultiArray? { array }

    private let array: MLMultiArray

    /// Wraps an array, without a copy.
    public init(multiArray value: MLMultiArray) {
        array = value
    }
}

// https://developer.apple.com/documentation/coreml/mlfeatureprovider

/// Values by name.
public protocol MLFeatureProvider {
    /// The names of the values.
    var featureNames: Set<String> { get }

    /// The value of a name; nil if there is none.
    func featureValue(for featureName: String) -> MLFeatureValue?
}

// https://developer.apple.com/documentation/coreml/mldictionaryfeatureprovider

/// Values of a dictionary.
open class MLDictionaryFeatureProvider: NSObject, MLFeatureProvider {
    /// The names of the values.
    open var featureNames: Set<String> { Set(values.keys) }

    private let values: [String: MLFeatureValue]

    /// Throws if a value is none that a model can take.
    public init(dictionary: [String: Any]) throws {
        values = try dictionary.mapValues {
            guard let value = $0 as? MLFeatureValue else { throw StandInError.failure("\($0) is no feature value") }
            return value
        }
    }

    /// The value of a name; nil if there is none.
    open func featureValue(for featureName: String) -> MLFeatureValue? { values[featureName] }
}

// https://developer.apple.com/documentation/coreml/mlmodeldescription

/// What a model takes and computes.
open class MLModelDescription: NSObject {
    /// By name.
    open var outputDescriptionsByName: [String: MLFeatureDescription] { outputs }

    private let outputs: [String: MLFeatureDescription]

    init(outputs: [String: MLFeatureDescription]) {
        self.outputs = outputs
    }
}

// https://developer.apple.com/documentation/coreml/mlfeaturedescription

/// An input or output.
open class MLFeatureDescription: NSObject {
    /// Nil if the feature is no array.
    open var multiArrayConstraint: MLMultiArrayConstraint? { constraint }

    private let constraint: MLMultiArrayConstraint

    init(type: MLMultiArrayDataType) {
        constraint = MLMultiArrayConstraint(type: type)
    }
}

// https://developer.apple.com/documentation/coreml/mlmultiarrayconstraint

/// What an array has to be.
open class MLMultiArrayConstraint: NSObject {
    /// Type of its values.
    open var dataType: MLMultiArrayDataType { type }

    private let type: MLMultiArrayDataType

    init(type: MLMultiArrayDataType) {
        self.type = type
    }
}
