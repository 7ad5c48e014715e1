/// What a measurement depends on beside the program; nil where the device does not say.
public struct DeviceState: Codable, Equatable, Sendable {
    /// Degrees Celsius.
    public let temperatureC: Double?

    /// Current clock of the fastest core that may be used, in 10^6 Hz.
    public let clockMhz: Double?

    /// Whether the system holds its clocks down: its thermal state is serious or critical.
    public let throttled: Bool?

    /// A state.
    public init(temperatureC: Double? = nil, clockMhz: Double? = nil, throttled: Bool? = nil) {
        self.temperatureC = temperatureC
        self.clockMhz = clockMhz
        self.throttled = throttled
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case temperatureC = "temperature_c"
        case clockMhz = "clock_mhz"
        case throttled
    }
}
