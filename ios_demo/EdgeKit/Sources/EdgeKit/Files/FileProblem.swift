import Foundation

/// Why a file cannot be read or written, in the system's words and in one line.
func fileProblem(_ error: any Error) -> String {
    if let cause = error as? POSIXError { return String(cString: strerror(cause.code.rawValue)) }
    if let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error { return fileProblem(cause) }
    return oneLine(error.localizedDescription)
}

/// A text without line breaks, and without the full stop at its end.
func oneLine(_ text: String) -> String {
    text.split(whereSeparator: \.isNewline)
        .map { $0.trimmingCharacters(in: .whitespaces) }
        .filter { !$0.isEmpty }
        .joined(separator: " ")
        .replacing(#/[. ]+$/#, with: "")
}

/// A place that a document names: absolute, or relative to `folder`.
func place(_ name: String, in folder: URL) -> URL {
    name.hasPrefix("/") ? URL(fileURLWithPath: name) : folder.appendingPathComponent(name)
}
