import EdgeKit
import EdgeTestSupport
import Testing

/// A tokenizer.json that cannot be read, or does what this package does not do, is refused in one line.
struct TokenizerFileTests {
    @Test func aFolderWithoutTheFile() throws {
        try SmallTokenizer.inFolder { folder in
            try expectRefused("tokenizer.json: cannot be read; a bundle's folder tokenizer has it") {
                _ = try BertTokenizer(folder: folder)
            }
        }
    }

    @Test func anEmptyFile() throws { try expectRefused("", "not a tokenizer (the text breaks off at byte 0)") }

    @Test func aFileThatBreaksOff() throws { try expectRefused(String(SmallTokenizer.json.prefix(800)), "breaks off") }

    @Test func aFileThatIsNotUTF8() throws {
        try expectRefused("not UTF-8 text; copy the bundle again") {
            _ = try SmallTokenizer.read([UInt8(ascii: "\""), 0xFF, UInt8(ascii: "\"")])
        }
    }

    @Test func aListInsteadOfAnObject() throws {
        try expectRefused("[]", "not a tokenizer (the document is no object); copy the bundle again")
    }

    @Test func anotherVersion() throws {
        try expectRefused(replaced(#""version": "1.0""#, #""version": "2.0""#), "version 2.0 is not supported")
    }

    @Test func anAddedTokenWithoutContent() throws {
        try expectRefused(replaced(#""content": "[PAD]","#, ""), "(content is missing or of the wrong type)")
    }

    @Test func anotherModel() throws {
        try expectRefused(
            replaced(#""WordPiece", "unk_token""#, #""BPE", "unk_token""#),
            "a model of type BPE is not supported; take a model with BERT's own tokenizer"
        )
    }

    @Test(arguments: ["-1", "1.5", "3000000000", "null", "\"7\""])
    func anIdThatIsNone(id: String) throws {
        try expectRefused(
            replaced(#""bill": 9"#, "\"bill\": \(id)"),
            "model.vocab is missing or of the wrong type; copy the bundle again"
        )
    }

    @Test func anotherNormalizer() throws {
        try expectRefused(
            replaced(SmallTokenizer.normalizer, #"{"type": "NFKC"}"#),
            "the normalizer NFKC is not supported"
        )
    }

    @Test func anotherNormalizerInASequence() throws {
        try expectRefused(
            replaced(SmallTokenizer.normalizer, #"{"type": "Sequence", "normalizers": [{"type": "Replace"}]}"#),
            "the normalizer Replace is not supported"
        )
    }

    @Test func aNormalizerWithoutAFlag() throws {
        try expectRefused(replaced(#""clean_text": true,"#, ""), "clean_text is missing or of the wrong type")
    }

    @Test func anotherPreTokenizer() throws {
        try expectRefused(
            replaced("BertPreTokenizer", "Whitespace"),
            "the pre_tokenizer Whitespace is not supported"
        )
    }

    @Test func noPostProcessor() throws {
        try expectRefused(replaced(SmallTokenizer.processor, "null"), "the post_processor null is not supported")
    }

    @Test func anotherPostProcessor() throws {
        try expectRefused(replaced("BertProcessing", "RobertaProcessing"), "the post_processor RobertaProcessing")
    }

    @Test func aTemplateThatIsNotBERTs() throws {
        let piece = #"{"Sequence": {"id": "A", "type_id": 0}}"#
        let template = #""single": [\#(piece)], "pair": [\#(piece)], "special_tokens": {}"#

        try expectRefused(
            replaced(SmallTokenizer.processor, #"{"type": "TemplateProcessing", \#(template)}"#),
            "another template than BERT's is not supported"
        )
    }

    @Test func anotherDecoder() throws {
        try expectRefused(
            replaced(#"{"type": "WordPiece", "prefix"#, #"{"type": "Metaspace", "prefix"#),
            "the decoder Metaspace is not supported"
        )
    }

    @Test func aVocabularyWithoutSpecialTokens() throws {
        let json = SmallTokenizer.json.replacing("[MASK]", with: "[mask]").replacing("[PAD]", with: "[pad]")

        try expectRefused(json, "the vocabulary lacks [PAD], [MASK]; a BERT vocabulary has them")
    }

    @Test func anUnknownTokenThatTheVocabularyLacks() throws {
        try expectRefused(
            replaced(#""unk_token": "[UNK]""#, #""unk_token": "<unk>""#),
            "the vocabulary lacks the unknown token <unk>; save the tokenizer again"
        )
    }

    @Test func twoAddedTokensThatNormalizingMakesTheSame() throws {
        try expectRefused(
            withAdded("Bank", "bank"),
            "added_tokens: Bank and bank are found as the same; save the tokenizer again"
        )
    }

    @Test func anAddedTokenOfWhichNormalizingLeavesNothing() throws {
        try expectRefused(withAdded("\u{301}"), "nothing is left of \u{301} after normalization")
    }

    @Test func aFileWithoutANormalizerLeavesTheTextAsItIs() throws {
        let tokenizer = try SmallTokenizer.read(replaced(SmallTokenizer.normalizer, "null"))

        #expect(tokenizer.token(Int(try tokenizer.encode(["Bank"], maxLength: 8).inputIds[1])) == "[UNK]")
    }

    @Test func tokensThatAreCanonicallyEquivalentAreTwo() throws {
        let json = try replaced(SmallTokenizer.normalizer, "null")
            .replacing(#""bill": 9"#, with: #""caf\u00e9": 9, "cafe\u0301": 30"#)
        let tokenizer = try SmallTokenizer.read(json)

        #expect(try tokenizer.encode(["caf\u{E9} cafe\u{301}"], maxLength: 8).inputIds == [2, 9, 30, 3])
    }

    @Test func ofATokenThatIsThereTwiceTheLastIdCounts() throws {
        let tokenizer = try SmallTokenizer.read(replaced(#""bill": 9"#, #""bill": 9, "bill": 30"#))

        #expect(try tokenizer.encode(["bill"], maxLength: 8).inputIds == [2, 30, 3])
        #expect(tokenizer.token(9) == "[UNK]")
    }

    private func replaced(_ part: String, _ other: String) throws -> String {
        try #require(SmallTokenizer.json.contains(part))
        return SmallTokenizer.json.replacing(part, with: other)
    }

    private func withAdded(_ contents: String...) throws -> String {
        let tokens = contents.map { #"{"content": "\#($0)", "normalized": true}, "# }
        return try replaced(#""added_tokens": ["#, #""added_tokens": [\#(tokens.joined())"#)
    }

    private func expectRefused(_ json: String, _ message: String) throws {
        try expectRefused(message) { _ = try SmallTokenizer.read(json) }
    }

    private func expectRefused(_ message: String, _ read: () throws -> Void) throws {
        #expect {
            try read()
        } throws: { error in
            guard let error = error as? EdgeError else { return false }
            return error.message.contains(message) && error.message.contains("tokenizer.json: ")
                && !error.message.contains(where: \.isNewline) && error.kind == .input
        }
    }
}
