/// What a measurement reads of the device.
public struct Instruments: Sendable {
    /// What a trace shows the beginning and end of.
    public enum Interval: Sendable {
        /// Loading an artifact, the second time.
        case load
        /// One inference of a warm-up.
        case warmUp
        /// One inference that is measured.
        case run
    }

    /// Nanoseconds from any beginning; never goes back.
    public let clock: @Sendable () -> UInt64

    /// The device's state now.
    public let state: @Sendable () -> DeviceState

    /// Peak memory of this process in bytes; nil where the system does not say.
    public let peakFootprintBytes: @Sendable () -> Int?

    /// Begins an interval of a trace; what it returns ends it.
    public let begin: @Sendable (Interval) -> @Sendable () -> Void

    /// Instruments; those of Apple's systems are in EdgeDevice.
    public init(
        clock: @escaping @Sendable () -> UInt64,
        state: @escaping @Sendable () -> DeviceState,
        peakFootprintBytes: @escaping @Sendable () -> Int?,
        begin: @escaping @Sendable (Interval) -> @Sendable () -> Void = { _ in {} }
    ) {
        self.clock = clock
        self.state = state
        self.peakFootprintBytes = peakFootprintBytes
        self.begin = begin
    }
}
