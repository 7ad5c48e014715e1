import Foundation

/// BERT's WordPiece tokenizer, equal to the Python library `tokenizers` in every id and offset.
///
/// It depends on no version of Unicode but its own, so every device gives the same ids.
public final class BertTokenizer: Sendable {
    private static let unknown = "[UNK]"
    private static let padding = "[PAD]"
    private static let mask = "[MASK]"
    private static let specialTokens = [unknown, "[SEP]", padding, "[CLS]", mask]
    private static let pairSpecial = 3

    private let normalizer: any Normalizer
    private let vocabulary: Vocabulary
    private let wordPiece: WordPiece
    private let added: AddedVocabulary
    private let frame: Frame
    private let decoder: WordPieceDecoder?
    private let splitter: WordSplitter

    /// Id of `[PAD]`.
    public let padId: Int

    /// Id of `[MASK]`.
    public let maskId: Int

    /// Reads tokenizer.json in `folder`, the folder `tokenizer` of a bundle.
    ///
    /// - Throws: `EdgeError` if it is not there, is damaged, or has a part that this package does not do
    public init(folder: URL) throws {
        let path = folder.appendingPathComponent(TokenizerFile.name)
        let table = try UnicodeTable.shared()
        let parts = TokenizerParts(path: path.path, file: try TokenizerFile.read(path), table: table)
        try parts.checkPreTokenizer()
        let normalizer = try parts.normalizer()
        let vocabulary = try parts.vocabulary()
        let added = try parts.addedVocabulary(vocabulary, normalizer)
        func id(_ token: String) -> Int32? { added.id(token) ?? vocabulary.id(token) }
        guard BertTokenizer.specialTokens.allSatisfy({ id($0) != nil }), let padding = id(BertTokenizer.padding),
            let mask = id(BertTokenizer.mask)
        else {
            let names = BertTokenizer.specialTokens.filter { id($0) == nil }.joined(separator: ", ")
            throw EdgeError(.input, "\(path.path): the vocabulary lacks \(names); a BERT vocabulary has them")
        }
        self.normalizer = normalizer
        self.vocabulary = vocabulary
        self.added = added
        wordPiece = try parts.wordPiece(vocabulary)
        frame = try parts.frame()
        decoder = try parts.decoder()
        splitter = WordSplitter(table: table)
        padId = Int(padding)
        maskId = Int(mask)
    }

    /// The number of tokens of one example of one or two texts, special tokens included, before any cut.
    ///
    /// - Throws: `EdgeError` if there are no texts or more than two
    public func count(_ texts: [String]) throws -> Int {
        try checkNumber(texts)
        return texts.reduce(texts.count + 1) { $0 + tokens(of: $1).count }
    }

    /// Encodes one example of one or two texts, cut to `maxLength` tokens from the longer text's end.
    ///
    /// - Throws: `EdgeError` if there are no texts or more than two, or not even the special tokens fit
    public func encode(_ texts: [String], maxLength: Int) throws -> Encoding {
        try checkNumber(texts)
        guard maxLength > texts.count else {
            let least = texts.count + 1
            throw EdgeError(
                .input,
                "\(maxLength) tokens are too few for \(texts.count) texts; \(least) is the least"
            )
        }
        if texts.count == 1 { return encode(tokens(of: texts[0]), maxLength) }
        let (first, second) = shortened(texts[0], texts[1], maxLength)
        let kept = longestFirst(first.count, second.count, room: maxLength - BertTokenizer.pairSpecial)
        let truncated = kept != Kept(first: first.count, second: second.count)
        return pair(first[..<kept.first], second[..<kept.second], truncated: truncated)
    }

    /// Encodes a question with each window of a context; windows overlap by `stride` tokens, or by as many as there
    /// is room for.
    ///
    /// - Throws: `EdgeError` if the question alone leaves no room for the context, or `stride` is negative
    public func encodeWindows(
        question: String,
        context: String,
        maxLength: Int,
        stride: Int
    ) throws -> [Encoding] {
        guard stride >= 0 else {
            throw EdgeError(.input, "windows cannot overlap by \(stride) tokens; 0 is the least")
        }
        let first = tokens(of: question)
        let taken = first.count + BertTokenizer.pairSpecial
        guard maxLength > taken else {
            throw EdgeError(.input, "the question has too many tokens for \(maxLength); shorten it")
        }
        let second = tokens(of: context)
        let room = maxLength - taken
        let windows = windows(second.count, room: room, overlap: min(stride, room - 1))
        return windows.map { pair(first[...], second[$0], truncated: windows.count > 1) }
    }

    /// The token with this id; `[UNK]` if there is none.
    public func token(_ id: Int) -> String {
        tokenOrNil(id) ?? BertTokenizer.unknown
    }

    /// The text of `ids`, word pieces joined, without special tokens.
    public func decode(_ ids: [Int]) -> String {
        let tokens = ids.compactMap(tokenOrNil).filter { !added.isSpecial($0) }
        return decoder?.decode(tokens) ?? tokens.joined(separator: " ")
    }

    private func tokenOrNil(_ id: Int) -> String? {
        Int32(exactly: id).flatMap { added.token($0) ?? vocabulary.token($0) }
    }

    private func checkNumber(_ texts: [String]) throws {
        guard (1...2).contains(texts.count) else {
            throw EdgeError(.input, "an example has \(texts.count) texts; give one or two")
        }
    }

    private func encode(_ tokens: [Token], _ maxLength: Int) -> Encoding {
        let kept = tokens.prefix(maxLength - 2)
        var builder = EncodingBuilder(capacity: kept.count + 2)
        builder.add(special: frame.cls, type: 0)
        builder.add(kept, type: 0)
        builder.add(special: frame.sep, type: 0)
        return builder.build(truncated: kept.count < tokens.count)
    }

    private func pair(_ first: ArraySlice<Token>, _ second: ArraySlice<Token>, truncated: Bool) -> Encoding {
        var builder = EncodingBuilder(capacity: first.count + second.count + BertTokenizer.pairSpecial)
        builder.add(special: frame.cls, type: 0)
        builder.add(first, type: 0)
        builder.add(special: frame.sep, type: 0)
        builder.add(second, type: 1)
        builder.add(special: frame.sep, type: 1)
        return builder.build(truncated: truncated)
    }

    /// Tokens of a pair, each text cut between words, far behind what `tokens` can hold.
    ///
    /// The project's Python does this to spare its library a time that is quadratic. What follows a cut is not seen
    /// any more, so a text that is cut can have other tokens than the whole one, and the two must agree on them.
    private func shortened(_ first: String, _ second: String, _ tokens: Int) -> ([Token], [Token]) {
        let whole = self.tokens(of: first)
        let otherWhole = self.tokens(of: second)
        let end: Int
        let otherEnd: Int
        if whole.count > otherWhole.count {
            otherEnd = otherWhole.wordEnd(tokens)
            end = whole.wordEnd(max(tokens, otherEnd + 1))
        } else {
            end = whole.wordEnd(tokens)
            otherEnd = otherWhole.wordEnd(max(tokens, end))
        }
        return (cut(first, whole, after: end), cut(second, otherWhole, after: otherEnd))
    }

    private func cut(_ text: String, _ tokens: [Token], after end: Int) -> [Token] {
        guard end > 0, end < tokens.count else { return tokens }
        return self.tokens(of: String(text.unicodeScalars.prefix(tokens[end - 1].end)))
    }

    private func tokens(of text: String) -> [Token] {
        var tokens: [Token] = []
        let whole = AlignedText(of: text)
        var word = 0
        eachPart(
            of: whole,
            added.inText,
            onText: { range in
                var part = range.count == whole.count ? whole : Array(whole[range])
                normalizer.normalize(&part)
                addTokens(of: part, &word, to: &tokens)
            },
            onToken: { addToken($0, of: whole, &word, to: &tokens) }
        )
        return tokens
    }

    /// Appends the tokens of a normalized text, words from `word` on, which becomes the next word's number.
    private func addTokens(of text: AlignedText, _ word: inout Int, to tokens: inout [Token]) {
        eachPart(
            of: text,
            added.inNormalizedText,
            onText: { range in
                splitter.split(text, range) { place in
                    wordPiece.addTokens(of: text, place, word: word, to: &tokens)
                    word += 1
                }
            },
            onToken: { addToken($0, of: text, &word, to: &tokens) }
        )
    }

    private func addToken(
        _ match: AddedTokenFinder.Match,
        of text: AlignedText,
        _ word: inout Int,
        to tokens: inout [Token]
    ) {
        guard !match.range.isEmpty else { return }
        let start = text[match.range.lowerBound].start
        let end = text[match.range.upperBound - 1].end
        tokens.append(Token(id: match.id, start: start, end: end, word: word))
        word += 1
    }

    /// Calls `onText` with each part of `text` between added tokens, and `onToken` with each of them, in their order.
    private func eachPart(
        of text: AlignedText,
        _ finder: AddedTokenFinder,
        onText: (Range<Int>) -> Void,
        onToken: (AddedTokenFinder.Match) -> Void
    ) {
        var done = 0
        for match in finder.matches(in: text) {
            if done < match.range.lowerBound { onText(done..<match.range.lowerBound) }
            onToken(match)
            done = match.range.upperBound
        }
        if done < text.count { onText(done..<text.count) }
    }
}
