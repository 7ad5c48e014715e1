import EdgeKit
import Foundation

/// This machine, in the words of a phone's: its cores are all of one kind, and it says nothing of its heat.
func describeDesktop() -> DeviceDescription {
    let system = ProcessInfo.processInfo
    return DeviceDescription(
        cores: [CoreGroup(count: system.processorCount, part: "Desktop")],
        memoryBytes: system.physicalMemory,
        thermalState: .nominal
    )
}

extension Instruments {
    /// What this machine's system says.
    static func desktop() -> Instruments {
        Instruments(
            clock: { DispatchTime.now().uptimeNanoseconds },
            state: { DeviceState(throttled: false) },
            peakFootprintBytes: peakBytes
        )
    }
}

/// The most memory that this process has had, as the kernel writes it: `VmHWM:     12345 kB`.
@Sendable private func peakBytes() -> Int? {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line?.split(whereSeparator: \.isWhitespace).lazy.compactMap { Int($0) }.first.map { $0 * 1024 }
}
