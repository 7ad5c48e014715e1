/// The added tokens: their ids, and where they are in a text.
struct AddedVocabulary: Sendable {
    /// Finds tokens in a text as it is given.
    let inText: AddedTokenFinder

    /// Finds tokens in a normalized text.
    let inNormalizedText: AddedTokenFinder

    private let idsByContent: [ScalarKey: Int32]
    private let contentsById: [Int32: String]
    private let specialContents: Set<ScalarKey>

    /// The added tokens of a file.
    ///
    /// - Parameter tokens: in the file's order; an id that the file names does not count: a token of the model's
    ///   vocabulary has its id there, any other the next free one, as in the Python library
    /// - Throws: `EdgeError` if two tokens, or none, would be found at one place
    init(
        tokens: [AddedToken],
        vocabulary: Vocabulary,
        normalizer: any Normalizer,
        table: UnicodeTable
    ) throws {
        var idsByContent: [ScalarKey: Int32] = [:]
        var tokensById: [Int32: AddedToken] = [:]
        var ids: [Int32] = []
        var next = Int32(vocabulary.count)
        for token in tokens where !token.content.isEmpty {
            let key = ScalarKey(token.content)
            let id = idsByContent[key] ?? vocabulary.id(token.content) ?? next
            if id == next { next += 1 }
            idsByContent[key] = id
            if tokensById.updateValue(token, forKey: id) == nil { ids.append(id) }
        }
        self.idsByContent = idsByContent
        specialContents = Set(tokens.filter(\.special).map { ScalarKey($0.content) })
        let patterns = try ids.compactMap { id in
            try tokensById[id].map { try AddedVocabulary.pattern(id, $0, normalizer) }
        }
        try AddedVocabulary.checkDiffer(patterns)
        inText = AddedTokenFinder(table: table, patterns: patterns.filter { !$0.token.normalized })
        inNormalizedText = AddedTokenFinder(table: table, patterns: patterns.filter(\.token.normalized))
        contentsById = Dictionary(patterns.map { ($0.id, String(points: $0.points)) }) { _, last in last }
    }

    /// The id of the token with this content, or nil.
    func id(_ content: String) -> Int32? { idsByContent[ScalarKey(content)] }

    /// The token of `id` as it is found in a text, or nil.
    func token(_ id: Int32) -> String? { contentsById[id] }

    /// Whether decoding leaves `token` out.
    func isSpecial(_ token: String) -> Bool { specialContents.contains(ScalarKey(token)) }

    private static func pattern(
        _ id: Int32,
        _ token: AddedToken,
        _ normalizer: any Normalizer
    ) throws -> AddedTokenFinder.Pattern {
        var text = AlignedText(of: token.content)
        if token.normalized { normalizer.normalize(&text) }
        guard !text.isEmpty else {
            throw EdgeError(.input, "nothing is left of \(token.content) after normalization")
        }
        return AddedTokenFinder.Pattern(points: text.map(\.point), id: id, token: token)
    }

    private static func checkDiffer(_ patterns: [AddedTokenFinder.Pattern]) throws {
        for normalized in [false, true] {
            var contents: [[UInt32]: String] = [:]
            for pattern in patterns where pattern.token.normalized == normalized {
                let content = pattern.token.content
                if let same = contents.updateValue(content, forKey: pattern.points) {
                    throw EdgeError(.input, "\(same) and \(content) are found as the same")
                }
            }
        }
    }
}

/// A string as a key: equal to another one if the scalars are the same. `String` itself is equal to what is
/// canonically equivalent.
struct ScalarKey: Hashable, Sendable {
    private let bytes: [UInt8]

    init(_ text: String) {
        bytes = Array(text.utf8)
    }
}

extension String {
    /// The text of these scalars' values.
    init(points: some Sequence<UInt32>) {
        self.init(String.UnicodeScalarView(points.lazy.compactMap(Unicode.Scalar.init)))
    }
}
