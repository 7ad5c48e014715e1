import EdgeKit
import EdgeTestSupport
import Testing

struct BertTokenizerTests {
    private let tokenizer: BertTokenizer

    init() throws {
        tokenizer = try SmallTokenizer.read()
    }

    private func tokens(_ texts: String..., maxLength: Int = 64) throws -> [String] {
        try tokenizer.encode(texts, maxLength: maxLength).inputIds.map { tokenizer.token(Int($0)) }
    }

    /// What each token of a text stands for, without `[CLS]` and `[SEP]`, as scalars.
    private func parts(_ text: String) throws -> [[Unicode.Scalar]] {
        let encoding = try tokenizer.encode([text], maxLength: 64)
        let offsets = ScalarOffsets(text)
        return (1..<encoding.count - 1).map { index in
            Array(text.unicodeScalars[offsets.range(encoding.starts[index]..<encoding.ends[index])])
        }
    }

    private func scalars(_ texts: String...) -> [[Unicode.Scalar]] { texts.map { Array($0.unicodeScalars) } }

    @Test func aWordIsSplitIntoTheLongestPiecesOfTheVocabulary() throws {
        #expect(try tokens("the bank pays") == ["[CLS]", "the", "bank", "pay", "##s", "[SEP]"])
    }

    @Test func aWordWithAPartThatTheVocabularyLacksIsUnknownAsAWhole() throws {
        #expect(try tokens("bankzzz the") == ["[CLS]", "[UNK]", "the", "[SEP]"])
    }

    @Test func lettersAreLowerCasedAndLoseTheirAccents() throws {
        #expect(try tokens("Café İstanbul ÅNGSTRÖM") == ["[CLS]", "cafe", "istanbul", "angstrom", "[SEP]"])
    }

    @Test func anAccentThatIsACharacterOfItsOwnGoesToo() throws {
        #expect(try tokens("cafe\u{301}") == ["[CLS]", "cafe", "[SEP]"])
    }

    @Test func whatIsRemovedBelongsToTheTokenAroundItAndBehindATokenToNone() throws {
        #expect(try parts("ba\u{301}nk the\u{301}") == scalars("ba\u{301}nk", "the"))
    }

    @Test func eachPunctuationCharacterIsAWord() throws {
        #expect(try tokens("don't!!") == ["[CLS]", "don", "'", "t", "!", "!", "[SEP]"])
    }

    @Test func eachChineseCharacterIsAWord() throws {
        #expect(try tokens("你好") == ["[CLS]", "你", "好", "[SEP]"])
        #expect(try tokenizer.encode(["你好"], maxLength: 8).words == [-1, 0, 1, -1])
    }

    @Test func controlCharactersAreAsIfTheyWereNotThere() throws {
        #expect(try tokens("ba\0\u{200D}nk\u{FFFD}") == ["[CLS]", "bank", "[SEP]"])
    }

    @Test func everyWhiteSpaceSplitsWords() throws {
        #expect(try tokens("a\u{3000}b\na\u{2028}b") == ["[CLS]", "a", "b", "a", "b", "[SEP]"])
    }

    @Test func aCarriageReturnAndALineFeedAreTwoScalarsThoughOneCharacter() throws {
        #expect(try tokenizer.encode(["a\r\nb"], maxLength: 8).starts == [0, 0, 3, 0])
    }

    @Test func aWordOf100CharactersIsSplitAndOneOf101IsUnknown() throws {
        #expect(try tokens("a" + String(repeating: "b", count: 99), maxLength: 200).count == 102)
        #expect(try tokens("a" + String(repeating: "b", count: 100), maxLength: 200) == ["[CLS]", "[UNK]", "[SEP]"])
    }

    @Test func specialTokensInATextAreFoundBeforeItIsLowerCased() throws {
        #expect(try tokens("the[MASK]bank") == ["[CLS]", "the", "[MASK]", "bank", "[SEP]"])
        #expect(try tokens("[mask]") == ["[CLS]", "[UNK]", "[UNK]", "[UNK]", "[SEP]"])
    }

    @Test func offsetsCountScalarsOfWhichAnEmojiWithASkinColourHasTwo() throws {
        let text = "\u{1F44D}\u{1F3FD} Pays  the!"

        #expect(try parts(text) == scalars("\u{1F44D}\u{1F3FD}", "Pay", "s", "the", "!"))
        #expect(try tokenizer.encode([text], maxLength: 16).starts == [0, 0, 3, 6, 9, 12, 0])
    }

    @Test func halfOfASurrogatePairIsTheReplacementCharacterWhichIsCleanedAway() throws {
        let units = Array("ba".utf16) + [0xD83D] + Array("nk".utf16) + [0xDE00]

        #expect(try tokens(String(decoding: units, as: UTF16.self)) == ["[CLS]", "bank", "[SEP]"])
    }

    @Test func theSecondTextHasType1AndOffsetsAndWordsOfItsOwn() throws {
        let encoding = try tokenizer.encode(["pay", "the bill"], maxLength: 16)

        let tokens = encoding.inputIds.map { tokenizer.token(Int($0)) }
        #expect(tokens == ["[CLS]", "pay", "[SEP]", "the", "bill", "[SEP]"])
        #expect(encoding.tokenTypeIds == [0, 0, 0, 1, 1, 1])
        #expect(encoding.starts == [0, 0, 0, 0, 4, 0])
        #expect(encoding.words == [-1, 0, -1, 0, 1, -1])
    }

    @Test func aTextThatDoesNotFitIsCutAndItsSpecialTokensStay() throws {
        #expect(try tokens("the bank pays", maxLength: 4) == ["[CLS]", "the", "bank", "[SEP]"])
        #expect(try tokenizer.encode(["the bank"], maxLength: 3).truncated)
        #expect(try !tokenizer.encode(["the bank"], maxLength: 4).truncated)
    }

    @Test func ofTwoTextsTheLongerOneIsCutFirst() throws {
        let cut = try tokens("pay", "the bank the bank", maxLength: 6)

        #expect(cut == ["[CLS]", "pay", "[SEP]", "the", "bank", "[SEP]"])
    }

    @Test func twoLongTextsAreCutToOneLengthAndTheLongerOneKeepsTheOddToken() throws {
        let cut = try tokens("a a a a", "b b b b b", maxLength: 8)

        #expect(cut == ["[CLS]", "a", "a", "[SEP]", "b", "b", "b", "[SEP]"])
    }

    @Test func countingIsBeforeAnyCut() throws {
        #expect(try tokenizer.count([String(repeating: "the bank ", count: 20)]) == 42)
        #expect(try tokenizer.count(["the", "bank"]) == 5)
    }

    @Test(arguments: [2, 0, Int.min])
    func tooFewTokensForTheSpecialOnesAreRefused(length: Int) {
        let error = EdgeError(.input, "\(length) tokens are too few for 2 texts; 3 is the least")

        #expect(throws: error) { try tokenizer.encode(["a", "b"], maxLength: length) }
    }

    @Test func anExampleOfNoTextOrOfThreeIsRefused() {
        #expect(throws: EdgeError(.input, "an example has 0 texts; give one or two")) {
            try tokenizer.encode([], maxLength: 8)
        }
        #expect(throws: EdgeError(.input, "an example has 3 texts; give one or two")) {
            try tokenizer.count(["a", "a", "a"])
        }
    }

    @Test func anEmptyTextHasSpecialTokensOnly() throws {
        #expect(try tokens("") == ["[CLS]", "[SEP]"])
    }

    @Test func decodingJoinsPiecesAndPunctuationAndLeavesSpecialTokensOut() throws {
        let ids = try tokenizer.encode(["The bank pays!"], maxLength: 16).inputIds

        #expect(tokenizer.decode(ids.map(Int.init)) == "the bank pays!")
    }

    @Test func anIdOutsideOfTheVocabularyIsUnknownAndNothingWhenDecoded() {
        #expect([1_000_000, -1, Int.max].map(tokenizer.token) == ["[UNK]", "[UNK]", "[UNK]"])
        #expect(tokenizer.decode([5, 1_000_000]) == "the")
    }

    @Test func paddingAndMaskHaveTheVocabularysIds() {
        #expect([tokenizer.padId, tokenizer.maskId] == [0, 4])
    }
}
