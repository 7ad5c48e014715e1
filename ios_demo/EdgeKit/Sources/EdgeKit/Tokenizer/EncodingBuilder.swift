/// Puts tokens of texts and special tokens together, in their order.
struct EncodingBuilder {
    private static let noWord = -1

    private var ids: [Int32] = []
    private var types: [Int32] = []
    private var starts: [Int] = []
    private var ends: [Int] = []
    private var words: [Int] = []

    init(capacity: Int) {
        ids.reserveCapacity(capacity)
        types.reserveCapacity(capacity)
        starts.reserveCapacity(capacity)
        ends.reserveCapacity(capacity)
        words.reserveCapacity(capacity)
    }

    mutating func add(special id: Int32, type: Int32) {
        add(Token(id: id, start: 0, end: 0, word: EncodingBuilder.noWord), type: type)
    }

    mutating func add(_ tokens: ArraySlice<Token>, type: Int32) {
        for token in tokens { add(token, type: type) }
    }

    func build(truncated: Bool) -> Encoding {
        Encoding(inputIds: ids, tokenTypeIds: types, starts: starts, ends: ends, words: words, truncated: truncated)
    }

    private mutating func add(_ token: Token, type: Int32) {
        ids.append(token.id)
        types.append(type)
        starts.append(token.start)
        ends.append(token.end)
        words.append(token.word)
    }
}
