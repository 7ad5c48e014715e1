import Foundation

// https://developer.apple.com/documentation/coreml/mlpredictionoptions

/// How one prediction is made.
open class MLPredictionOptions: NSObject {
    /// iOS 16.0, macOS 11.0. Buffers for outputs, by name.
    @available(macOS 11.0, iOS 16.0, *)
    open var outputBackings: [String: Any] {
        get { backings }
        set { backings = newValue }
    }

    private var backings: [String: Any] = [:]
}
