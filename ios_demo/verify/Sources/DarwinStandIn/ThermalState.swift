import Foundation

// https://developer.apple.com/documentation/foundation/processinfo/thermalstate-swift.enum
// Of Foundation, but Foundation for Linux lacks it.

extension ProcessInfo {
    /// How hot the device is.
    public enum ThermalState: Int, Sendable {
        case nominal = 0
        case fair = 1
        case serious = 2
        case critical = 3
    }

    /// How hot the device is now.
    public var thermalState: ThermalState { .fair }
}
