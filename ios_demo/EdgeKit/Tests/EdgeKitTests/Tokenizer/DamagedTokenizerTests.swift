import EdgeKit
import EdgeTestSupport
import Foundation
import Testing

/// Of a damaged tokenizer.json comes an error in one line, or another tokenizer that still works: never a trap.
struct DamagedTokenizerTests {
    private static let texts = 3

    @Test func aFileOfAFewWords() throws {
        try damage(SmallTokenizer.json, times: 2000, seed: 11)
    }

    @Test func aFileWithATemplateASequenceOfNormalizersAndAddedTokens() throws {
        let flags = #""lstrip": true, "rstrip": true, "single_word": true, "normalized": true, "special": false"#
        let json = SmallTokenizer.json
            .replacing(SmallTokenizer.normalizer, with: DamagedTokenizerTests.normalizers)
            .replacing(SmallTokenizer.processor, with: DamagedTokenizerTests.template)
            .replacing(
                #""added_tokens": ["#,
                with: #""added_tokens": [{"content": " ", \#(flags)}, {"content": "the bank", \#(flags)},"#
            )

        try damage(json, times: 2000, seed: 12)
    }

    @Test(.needsAppVectors) func aFileThatThePythonLibraryWrote() throws {
        try damage(AppVectors.url("predictions/tokenizer.json").text(), times: 2000, seed: 13)
    }

    @Test(.needsAppVectors) func theFileOfAWholeVocabulary() throws {
        try damage(AppVectors.url("tokenizer/minilm/tokenizer.json").text(), times: 40, seed: 14)
    }

    private static let normalizers = """
        {"type": "Sequence", "normalizers": [{"type": "NFD"}, {"type": "Lowercase"}, {"type": "StripAccents"},
         \(SmallTokenizer.normalizer)]}
        """

    private static let template = """
        {"type": "TemplateProcessing",
         "single": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
          {"SpecialToken": {"id": "[SEP]", "type_id": 0}}],
         "pair": [{"SpecialToken": {"id": "[CLS]", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}},
          {"SpecialToken": {"id": "[SEP]", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}},
          {"SpecialToken": {"id": "[SEP]", "type_id": 1}}],
         "special_tokens": {"[CLS]": {"id": "[CLS]", "ids": [2], "tokens": ["[CLS]"]},
          "[SEP]": {"id": "[SEP]", "ids": [3], "tokens": ["[SEP]"]}}}
        """

    private func damage(_ document: String, times: Int, seed: UInt64) throws {
        try use(try SmallTokenizer.read(document), RandomTexts(seed: seed))
        var damage = DocumentDamage(document, seed: seed)
        var refused = 0
        for number in 0..<times {
            let damaged = damage.next()
            do {
                try use(try SmallTokenizer.read(damaged), RandomTexts(seed: seed + UInt64(number)))
            } catch let error as EdgeError {
                refused += 1
                #expect(error.message.contains("tokenizer.json: "), "\(error.message)")
                #expect(error.message.split(whereSeparator: \.isNewline).count == 1, "\(error.message)")
            }
        }
        // Else nearly nothing was damaged, or nearly all of it beyond what a reader of JSON takes.
        #expect((times / 10..<times - times / 10).contains(refused), "\(refused) of \(times)")
    }

    /// Does all that a tokenizer does; it can give no error for what it is given here.
    private func use(_ tokenizer: BertTokenizer, _ source: RandomTexts) throws {
        var random = source
        let texts = ["the[MASK] the bank  Pays ", ""] + (0..<DamagedTokenizerTests.texts).map { _ in random.text(12) }
        for text in texts {
            let whole = try tokenizer.encode([text], maxLength: .max)
            let offsets = ScalarOffsets(text)
            for index in 0..<whole.count { _ = offsets.range(whole.starts[index]..<whole.ends[index]) }
            let ids = whole.inputIds.map(Int.init) + [tokenizer.padId, tokenizer.maskId]
            _ = (tokenizer.decode(ids), ids.map(tokenizer.token))
            _ = try tokenizer.encode([text, texts[0]], maxLength: 3 + random.number(20))
            let room = try tokenizer.count([text]) + 2 + random.number(5)
            _ = try tokenizer.encodeWindows(
                question: text,
                context: texts[0],
                maxLength: room,
                stride: random.number(5)
            )
        }
    }
}
