/// The file that a device program writes: one of the two.
public struct Answer: Codable, Equatable, Sendable {
    /// What was done.
    public let result: WorkResult?

    /// Why nothing was done.
    public let error: WorkError?

    init(result: WorkResult) {
        self.result = result
        error = nil
    }

    init(error: WorkError) {
        result = nil
        self.error = error
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case result
        case error
    }
}

/// Why a device program did not do it.
public struct WorkError: Codable, Equatable, Sendable {
    /// As `EdgeError.Kind`.
    public let type: String

    /// One line: what is wrong, where, what to do.
    public let message: String

    init(_ kind: EdgeError.Kind, _ message: String) {
        type = kind.rawValue
        self.message = oneLine(message)
    }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case type
        case message
    }
}
