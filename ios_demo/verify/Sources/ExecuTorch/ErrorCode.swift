import Foundation

// extension/apple/ExecuTorch/Exported/ExecuTorchError.h

/// What ExecuTorch throws: an NSError, which has one line in `localizedDescription`.
public struct ErrorCode: LocalizedError {
    /// What went wrong.
    public enum Code: Int, Sendable {
        case invalidState = 2
        case notSupported = 16
        case invalidArgument = 18
        case invalidType = 19
        case accessFailed = 34
        case invalidProgram = 35
    }

    /// What went wrong.
    public let code: Code

    /// In words.
    public let errorDescription: String?

    init(_ code: Code, _ description: String? = nil) {
        self.code = code
        errorDescription = description ?? Self.words[code]
    }

    private static let words: [Code: String] = [
        .invalidState: "Invalid executor state", .notSupported: "Operation not supported",
        .invalidArgument: "Invalid argument", .invalidType: "Invalid type", .accessFailed: "Access failed",
        .invalidProgram: "Invalid program contents",
    ]
}
