/// A kind of Apple device: which artifacts suit it, as the targets of squeezebert-edge say it (edge/targets).
public struct AppleTarget: Equatable, Sendable {
    /// A format and what its files may be written for, in order of preference.
    public struct FormatBackends: Equatable, Sendable {
        /// `coreml` or `executorch`.
        public let format: String

        /// `neural-engine`, `cpu-gpu`, `xnnpack` or `coreml`.
        public let backends: [String]
    }

    /// Key in a manifest's `targets` and `target_threads`.
    public let name: String

    /// What such devices say that they are (`hw.machine`); none for what is no device that is known.
    public let devices: [String]

    /// Formats in order of preference, those that the app has a runtime for.
    public let backends: [FormatBackends]

    /// In order of preference; format and backend come first.
    public let recipes: [String]

    /// CPU threads that one inference is fastest with.
    public let threads: Int

    /// What a device is that is not known.
    public static let generic = AppleTarget(
        name: "generic-arm64",
        devices: [],
        backends: [
            FormatBackends(format: "executorch", backends: ["xnnpack"]),
            FormatBackends(format: "coreml", backends: ["cpu-gpu", "neural-engine"]),
        ],
        recipes: ["int8-dynamic", "int8-weight", "int8-static", "fp16", "fp32"],
        threads: 4
    )

    /// All that are known.
    public static let all = [
        AppleTarget(
            name: "iphone-13",
            devices: ["iPhone14,5", "iPhone14,4", "iPhone14,2", "iPhone14,3"],
            backends: phoneBackends,
            recipes: ["int8-weight", "palette6-weight", "fp16", "int4-weight", "int8-dynamic", "int8-static", "fp32"],
            threads: 2
        ),
        AppleTarget(
            name: "iphone-15-pro",
            devices: ["iPhone16,1", "iPhone16,2"],
            backends: phoneBackends,
            recipes: ["int8-weight", "palette6-weight", "fp16", "int8-dynamic", "int8-static", "int4-weight", "fp32"],
            threads: 2
        ),
        generic,
    ]

    /// The target that a device is.
    ///
    /// - Parameter machine: what sysctl's `hw.machine` says: `iPhone16,1`
    public static func of(machine: String) -> AppleTarget {
        all.first { $0.devices.contains(machine) } ?? generic
    }
}

private let phoneBackends = [
    AppleTarget.FormatBackends(format: "coreml", backends: ["neural-engine", "cpu-gpu"]),
    AppleTarget.FormatBackends(format: "executorch", backends: ["xnnpack", "coreml"]),
]
