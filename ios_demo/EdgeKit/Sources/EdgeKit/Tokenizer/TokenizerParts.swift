/// Makes the parts of a tokenizer from its file, and refuses by name what this package does not do.
struct TokenizerParts {
    let path: String
    let file: TokenizerFile
    let table: UnicodeTable

    func vocabulary() throws -> Vocabulary {
        if let version = file.version, version != "1.0" { throw refusal("version \(version)") }
        if file.model.type != TokenizerFile.wordPiece { throw refusal("a model of type \(file.model.type)") }
        guard let members = file.model.vocabulary?.members else { throw damage("model.vocab") }
        let tokens = try members.map { name, value in
            guard let id = value.wholeNumber.flatMap(Int32.init(exactly:)), id >= 0 else { throw damage("model.vocab") }
            return (token: name, id: id)
        }
        guard let prefix = file.model.prefix else { throw damage("model.continuing_subword_prefix") }
        return Vocabulary(tokens: tokens, prefix: prefix)
    }

    func wordPiece(_ vocabulary: Vocabulary) throws -> WordPiece {
        guard let token = file.model.unknownToken else { throw damage("model.unk_token") }
        guard let id = vocabulary.id(token) else {
            throw EdgeError(
                .input,
                "\(path): the vocabulary lacks the unknown token \(token); save the tokenizer again"
            )
        }
        guard let longest = file.model.longestWord else { throw damage("model.max_input_chars_per_word") }
        return WordPiece(vocabulary: vocabulary, unknownId: id, longestWord: longest)
    }

    func addedVocabulary(_ vocabulary: Vocabulary, _ normalizer: any Normalizer) throws -> AddedVocabulary {
        do {
            return try AddedVocabulary(
                tokens: file.addedTokens,
                vocabulary: vocabulary,
                normalizer: normalizer,
                table: table
            )
        } catch let error as EdgeError {
            throw EdgeError(.input, "\(path): added_tokens: \(error.message); save the tokenizer again")
        }
    }

    func normalizer() throws -> any Normalizer {
        try file.normalizer.map(normalizer) ?? NormalizerSequence(parts: [])
    }

    func checkPreTokenizer() throws {
        let type = try file.preTokenizer.map { try self.type($0, "pre_tokenizer") } ?? "null"
        if type != "BertPreTokenizer" { throw refusal("the pre_tokenizer \(type)") }
    }

    /// Ids of the special tokens before the first text and after each.
    func frame() throws -> Frame {
        guard let processor = file.postProcessor else { throw refusal("the post_processor null") }
        let type = try type(processor, "post_processor")
        switch type {
        case "BertProcessing":
            return Frame(cls: try pairId(processor["cls"]), sep: try pairId(processor["sep"]))
        case "TemplateProcessing":
            return try template(processor)
        default:
            throw refusal("the post_processor \(type)")
        }
    }

    func decoder() throws -> WordPieceDecoder? {
        guard let decoder = file.decoder else { return nil }
        let type = try type(decoder, "decoder")
        if type != TokenizerFile.wordPiece { throw refusal("the decoder \(type)") }
        guard let prefix = decoder["prefix"]?.string else { throw damage("decoder.prefix") }
        return WordPieceDecoder(prefix: prefix, cleanUp: try flag(decoder, "cleanup"))
    }

    private func normalizer(_ part: JSONObject) throws -> any Normalizer {
        let type = try type(part, "normalizer")
        switch type {
        case "BertNormalizer":
            let lowercase = try flag(part, "lowercase")
            return BertNormalizer(
                table: table,
                cleanText: try flag(part, "clean_text"),
                spaceIdeographs: try flag(part, "handle_chinese_chars"),
                stripAccents: part["strip_accents"]?.isNull ?? true ? lowercase : try flag(part, "strip_accents"),
                lowercase: lowercase
            )
        case "NFD": return CanonicalDecomposition(table: table)
        case "Lowercase": return Lowercase(table: table)
        case "StripAccents": return Removal(table: table, property: .mark)
        case "Sequence":
            guard let parts = part["normalizers"]?.array else { throw damage("normalizer.normalizers") }
            return NormalizerSequence(
                parts: try parts.map { part in
                    guard let object = part.object else { throw damage("normalizer.normalizers") }
                    return try normalizer(object)
                }
            )
        default: throw refusal("the normalizer \(type)")
        }
    }

    /// `[CLS] A [SEP]` and `[CLS] A [SEP] B [SEP]`, with 1 as the type of B and the last `[SEP]`.
    private func template(_ processor: JSONObject) throws -> Frame {
        let single = try pieces(processor["single"])
        let pair = try pieces(processor["pair"])
        let cls = single.first?.name ?? ScalarKey("")
        let sep = single.last?.name ?? ScalarKey("")
        let asBert = [
            Piece(name: cls, type: 0, isSpecial: true),
            Piece(name: ScalarKey("A"), type: 0, isSpecial: false),
            Piece(name: sep, type: 0, isSpecial: true),
        ]
        let second = [
            Piece(name: ScalarKey("B"), type: 1, isSpecial: false), Piece(name: sep, type: 1, isSpecial: true),
        ]
        guard single == asBert, pair == asBert + second else {
            throw refusal("a post_processor with another template than BERT's")
        }
        guard let tokens = processor["special_tokens"]?.object else { throw damage("post_processor.special_tokens") }
        return Frame(cls: try templateId(tokens, cls), sep: try templateId(tokens, sep))
    }

    private struct Piece: Equatable {
        let name: ScalarKey
        let type: Int
        let isSpecial: Bool
    }

    private func pieces(_ list: JSON?) throws -> [Piece] {
        guard let list = list?.array else { throw damage("post_processor") }
        return try list.map { element in
            guard let members = element.object?.members, members.count == 1,
                let fields = members[0].value.object,
                let name = fields["id"]?.string,
                let type = fields["type_id"]?.wholeNumber
            else { throw damage("post_processor") }
            return Piece(name: ScalarKey(name), type: type, isSpecial: members[0].name == "SpecialToken")
        }
    }

    private func templateId(_ tokens: JSONObject, _ name: ScalarKey) throws -> Int32 {
        let token = tokens.members.last { ScalarKey($0.name) == name }
        guard let ids = token?.value.object?["ids"]?.array else { throw damage("post_processor.special_tokens") }
        guard ids.count == 1, let id = id(ids[0]) else {
            throw refusal("a post_processor with another template than BERT's")
        }
        return id
    }

    private func pairId(_ pair: JSON?) throws -> Int32 {
        guard let pair = pair?.array, pair.count > 1, let id = id(pair[1]) else { throw damage("post_processor") }
        return id
    }

    private func id(_ value: JSON) -> Int32? { value.wholeNumber.flatMap(Int32.init(exactly:)) }

    private func type(_ part: JSONObject, _ place: String) throws -> String {
        guard let type = part["type"]?.string else { throw damage("\(place).type") }
        return type
    }

    private func flag(_ part: JSONObject, _ name: String) throws -> Bool {
        guard let flag = part[name]?.bool else { throw damage(name) }
        return flag
    }

    private func refusal(_ what: String) -> EdgeError {
        EdgeError(.input, "\(path): \(what) is not supported; take a model with BERT's own tokenizer")
    }

    private func damage(_ what: String) -> EdgeError {
        EdgeError(.input, "\(path): \(what) is missing or of the wrong type; copy the bundle again")
    }
}

/// Ids of the special tokens that every example has.
struct Frame: Sendable {
    let cls: Int32
    let sep: Int32
}
