import EdgeKit
import Foundation

/// What went wrong.
public enum Problem: Equatable, Sendable {
    /// What EdgeKit or an engine says: one line of English, the same as in a benchmark's answer.
    case explained(String)

    /// What nobody expected: the error's type, and its reason in one line if it has one.
    case failed(type: String, reason: String)

    /// What `error` is to a person.
    init(_ error: any Error) {
        if let error = error as? EdgeError {
            self = .explained(error.message)
        } else {
            self = .failed(type: String(describing: type(of: error)), reason: firstLine(error))
        }
    }

    /// What is wrong, where, and what to do: one line.
    public var phrase: Phrase {
        switch self {
        case .explained(let message): .verbatim(message)
        case .failed(let type, let reason): Phrase("The app failed: %@: %@", .text(type), .text(reason))
        }
    }
}
