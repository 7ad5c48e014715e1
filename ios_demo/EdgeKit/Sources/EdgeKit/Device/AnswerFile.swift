import Foundation

/// Writes a document whole or not at all: beside its name first, then renamed.
///
/// - Throws: `EdgeError` if it cannot be written
func writeWhole(_ document: some Encodable, to file: URL) throws {
    do {
        // What `atomic` says is just that.
        try encodeDocument(document).write(to: file, options: .atomic)
    } catch {
        throw EdgeError(
            .device,
            "\(file.path): cannot be written (\(fileProblem(error))); choose a name in a folder that the app may write"
        )
    }
}
