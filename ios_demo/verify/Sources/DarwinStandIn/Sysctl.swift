// https://developer.apple.com/documentation/kernel/1387446-sysctlbyname

/// What an iPhone with two performance cores and four others says of itself.
private let numbers: [String: Int32] = [
    "hw.nperflevels": 2, "hw.perflevel0.physicalcpu": 2, "hw.perflevel1.physicalcpu": 4,
]
private let strings = [
    "hw.machine": "iPhone16,1", "hw.perflevel0.name": "Performance", "hw.perflevel1.name": "Efficiency",
]

/// Reads a value of the system: its size if `oldp` is nil. Returns 0, or -1.
public func sysctlbyname(
    _ name: UnsafePointer<CChar>!,
    _ oldp: UnsafeMutableRawPointer!,
    _ oldlenp: UnsafeMutablePointer<Int>!,
    _ newp: UnsafeMutableRawPointer!,
    _ newlen: Int
) -> Int32 {
    guard let bytes = value(String(cString: name)) else { return -1 }
    if let oldp {
        guard oldlenp.pointee >= bytes.count else { return -1 }
        oldp.copyMemory(from: bytes, byteCount: bytes.count)
    }
    oldlenp.pointee = bytes.count
    return 0
}

private func value(_ name: String) -> [UInt8]? {
    if let number = numbers[name] {
        return withUnsafeBytes(of: number) { Array($0) }
    }
    // With the zero at their end, as C's are.
    return strings[name].map { Array($0.utf8) + [0] }
}
