import Foundation

/// What a runtime says of an error, for use inside of a message of one line.
package func firstLine(_ error: any Error) -> String {
    let lines = error.localizedDescription.split(whereSeparator: \.isNewline)
    let line = lines.lazy.map { $0.trimmingCharacters(in: .whitespaces) }.first { !$0.isEmpty }
    return line ?? String(describing: type(of: error))
}
