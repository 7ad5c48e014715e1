import EdgeKit
import EdgeTestSupport
import Testing

struct WindowsTests {
    private let tokenizer: BertTokenizer

    init() throws {
        tokenizer = try SmallTokenizer.read()
    }

    private func windows(_ question: String, _ context: String, _ maxLength: Int, _ stride: Int) throws -> [Encoding] {
        try tokenizer.encodeWindows(question: question, context: context, maxLength: maxLength, stride: stride)
    }

    private func tokens(_ encoding: Encoding) -> [String] {
        encoding.inputIds.map { tokenizer.token(Int($0)) }
    }

    private let long = String(repeating: "a b ", count: 20)

    @Test func everyWindowHasTheWholeQuestion() throws {
        let windows = try windows("the bill", long, 12, 2)

        #expect(Set(windows.map { Array(tokens($0).prefix(4)) }) == [["[CLS]", "the", "bill", "[SEP]"]])
        #expect(windows.allSatisfy { $0.count <= 12 && $0.truncated })
    }

    @Test func neighbouringWindowsOverlapByTheStride() throws {
        let windows = try windows("the", long, 12, 3)

        #expect(windows[0].starts[8...10] == windows[1].starts[3...5])
    }

    @Test func aStrideThatLeavesNoRoomToGoOnIsCut() throws {
        let windows = try windows("the", "a b a b", 6, 100)

        #expect(windows.map { Array($0.starts[3...4]) } == [[0, 2], [2, 4], [4, 6]])
    }

    @Test func aContextThatFitsIsOneWindow() throws {
        let windows = try windows("the", "a b", 16, 4)

        #expect(windows.map(tokens) == [["[CLS]", "the", "[SEP]", "a", "b", "[SEP]"]])
        #expect(!windows[0].truncated)
    }

    @Test func aContextWithoutTokensIsOneWindow() throws {
        #expect(try windows("the", "", 16, 4).map(tokens) == [["[CLS]", "the", "[SEP]", "[SEP]"]])
    }

    @Test(arguments: [16, 0, Int.min])
    func aQuestionWithoutRoomForTheContextIsRefused(length: Int) {
        let error = EdgeError(.input, "the question has too many tokens for \(length); shorten it")

        #expect(throws: error) { try windows(String(repeating: "a ", count: 14), "b", length, 4) }
    }

    @Test func aNegativeStrideIsRefused() {
        #expect(throws: EdgeError(.input, "windows cannot overlap by -1 tokens; 0 is the least")) {
            try windows("a", "b", 16, -1)
        }
    }
}
