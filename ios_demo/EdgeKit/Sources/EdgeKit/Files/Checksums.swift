import CryptoKit
import Foundation

private let bufferBytes = 1 << 20

/// The hexadecimal SHA-256 of a file, or of a folder's relative paths and contents, as `edge.checksums` computes it.
func sha256(_ place: URL) throws -> String {
    guard isFolder(place) else { return try sha256(ofFile: place) }
    var digest = SHA256()
    for (name, file) in try members(place) {
        digest.update(data: Data("\(name)\0\(try sha256(ofFile: file))\n".utf8))
    }
    return hexadecimal(digest.finalize())
}

/// The bytes of a file, or of all files in a folder.
func byteCount(_ place: URL) throws -> Int {
    guard isFolder(place) else { return try byteCount(ofFile: place) }
    return try members(place).reduce(0) { try $0 + byteCount(ofFile: $1.file) }
}

func isFolder(_ place: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: place.path, isDirectory: &isFolder) && isFolder.boolValue
}

/// All files below a folder and their relative names, in the order of Python's paths: folder by folder, by code point.
private func members(_ folder: URL) throws -> [(name: String, file: URL)] {
    let parts = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        .map { $0.utf8.split(separator: UInt8(ascii: "/")) }
        .sorted { $0.lexicographicallyPrecedes($1) { $0.lexicographicallyPrecedes($1) } }
    return
        parts
        .map { $0.map { String(Substring($0)) }.joined(separator: "/") }
        .map { (name: $0, file: folder.appendingPathComponent($0)) }
        .filter { !isFolder($0.file) }
}

private func byteCount(ofFile file: URL) throws -> Int {
    // Of what a link points to, as everywhere here.
    let attributes = try FileManager.default.attributesOfItem(atPath: file.resolvingSymlinksInPath().path)
    return (attributes[.size] as? NSNumber)?.intValue ?? 0
}

private func sha256(ofFile file: URL) throws -> String {
    // Not a FileHandle: what it reads may pile up in memory until a pool of the system is emptied.
    guard let stream = fopen(file.path, "rb") else { throw systemError() }
    defer { fclose(stream) }
    var digest = SHA256()
    var buffer = [UInt8](repeating: 0, count: bufferBytes)
    while true {
        let count = fread(&buffer, 1, buffer.count, stream)
        digest.update(data: buffer[..<count])
        if count < buffer.count {
            guard ferror(stream) == 0 else { throw systemError() }
            return hexadecimal(digest.finalize())
        }
    }
}

private func systemError() -> POSIXError { POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }

private func hexadecimal(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}
