/// What goes on, in words.
extension Work {
    /// What goes on and how far it is.
    public var phrase: Phrase {
        switch self {
        case .looking: Phrase("Looking for bundles")
        case .loading(let name): Phrase("Checking and loading %@", .text(name))
        case .running: Phrase("Running")
        case .measuring(let done, let all): Phrase("Run %lld of %lld", .number(done), .number(all))
        }
    }

    /// How far it is, 0 to 1; nil where nobody knows.
    public var fraction: Double? {
        guard case .measuring(let done, let all) = self else { return nil }
        return Double(done) / Double(all)
    }

    /// What a screen reader announces when it begins; the same for each step of a measurement.
    public var announcement: Phrase {
        guard case .measuring = self else { return phrase }
        return Phrase("Measuring")
    }
}
