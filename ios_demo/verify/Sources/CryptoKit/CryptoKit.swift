// What EdgeKit uses of Apple's CryptoKit, so that it can be compiled and run where CryptoKit is not.

import Foundation

/// https://developer.apple.com/documentation/cryptokit/digest
public protocol Digest: Sequence, Sendable where Element == UInt8 {
    static var byteCount: Int { get }
}

/// https://developer.apple.com/documentation/cryptokit/sha256digest
public struct SHA256Digest: Digest {
    public static var byteCount: Int { 32 }

    let bytes: [UInt8]

    public func makeIterator() -> Array<UInt8>.Iterator { bytes.makeIterator() }
}

/// https://developer.apple.com/documentation/cryptokit/sha256
public struct SHA256: Sendable {
    public typealias Digest = SHA256Digest

    private var state = Compression()
    private var block: [UInt8] = []
    private var byteCount: UInt64 = 0

    public init() {}

    public mutating func update<D: DataProtocol>(data: D) {
        for region in data.regions {
            region.withUnsafeBytes { update($0) }
        }
    }

    public func finalize() -> SHA256Digest {
        var last = self
        var ending: [UInt8] = [0x80]
        // A whole number of blocks, with eight bytes left for the number of bits.
        ending += [UInt8](repeating: 0, count: (120 - (block.count + 1)) % 64)
        ending += bigEndianBytes(byteCount &* 8)
        ending.withUnsafeBytes { last.update($0) }
        let words = last.state.words
        return SHA256Digest(bytes: words.flatMap { bigEndianBytes($0) })
    }

    private mutating func update(_ bytes: UnsafeRawBufferPointer) {
        byteCount &+= UInt64(bytes.count)
        var rest = bytes[...]
        if !block.isEmpty {
            let missing = rest.prefix(64 - block.count)
            block += missing
            rest = rest.dropFirst(missing.count)
            guard block.count == 64 else { return }
            block.withUnsafeBytes { state.add($0) }
            block = []
        }
        while rest.count >= 64 {
            state.add(UnsafeRawBufferPointer(rebasing: rest.prefix(64)))
            rest = rest.dropFirst(64)
        }
        block += rest
    }
}

private func bigEndianBytes(_ number: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: number.bigEndian) { [UInt8]($0) }
}
