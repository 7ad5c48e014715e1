import Foundation

/// What SHA-256 (FIPS 180-4) does with each block of 64 bytes.
struct Compression: Sendable {
    private(set) var words: [UInt32] = primes.prefix(8).map { firstBits(of: Double($0).squareRoot()) }

    mutating func add(_ block: UnsafeRawBufferPointer) {
        let schedule = schedule(block)
        var (a, b, c, d) = (words[0], words[1], words[2], words[3])
        var (e, f, g, h) = (words[4], words[5], words[6], words[7])
        for index in 0..<64 {
            let large1: UInt32 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
            let choice: UInt32 = (e & f) ^ (~e & g)
            let first: UInt32 = h &+ large1 &+ choice &+ constants[index] &+ schedule[index]
            let large0: UInt32 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
            let majority: UInt32 = (a & b) ^ (a & c) ^ (b & c)
            h = g
            g = f
            f = e
            e = d &+ first
            d = c
            c = b
            b = a
            a = first &+ large0 &+ majority
        }
        for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { words[index] &+= value }
    }
}

private func schedule(_ block: UnsafeRawBufferPointer) -> [UInt32] {
    var words = [UInt32](repeating: 0, count: 64)
    for index in 0..<16 {
        words[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
    }
    for index in 16..<64 {
        let early = words[index - 15]
        let late = words[index - 2]
        let small0: UInt32 = rotate(early, 7) ^ rotate(early, 18) ^ (early >> 3)
        let small1: UInt32 = rotate(late, 17) ^ rotate(late, 19) ^ (late >> 10)
        words[index] = words[index - 16] &+ small0 &+ words[index - 7] &+ small1
    }
    return words
}

private func rotate(_ word: UInt32, _ count: UInt32) -> UInt32 { (word >> count) | (word << (32 - count)) }

private let primes: [Int] = (2...311).filter { number in
    !(2..<number).contains { number.isMultiple(of: $0) }
}

private let constants: [UInt32] = primes.map { firstBits(of: cbrt(Double($0))) }

/// The first 32 bits behind the point: a Double has 50 of them, where a root is below 8.
private func firstBits(of root: Double) -> UInt32 { UInt32((root - root.rounded(.down)) * 4_294_967_296) }
