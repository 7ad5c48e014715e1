import Foundation

/// Writes a document whole or not at all: under another name first, then renamed. Several threads may write one file.
///
/// - Throws: `EdgeError` if it cannot be written
func writeWhole(_ document: some Encodable, to file: URL) throws {
    do {
        try encodeDocument(document).write(to: file, options: .atomic)
    } catch {
        throw EdgeError(
            .device,
            "\(file.path): cannot be written (\(fileProblem(error))); choose a name in a folder that the app may write"
        )
    }
}
