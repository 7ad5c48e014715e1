import EdgeKit
import EdgeTestSupport
import Foundation
import Testing

/// What holds for every text, tried with random ones.
struct RandomTextsTests {
    private static let texts = 2000
    private static let short = 20_000

    private let tokenizer: BertTokenizer

    init() throws {
        tokenizer = try SmallTokenizer.read()
    }

    @Test func offsetsAndWordsAreInOrderAndInsideOfTheText() throws {
        var random = RandomTexts(seed: 1)
        for _ in 0..<RandomTextsTests.texts {
            let text = random.text(random.number(60))
            let encoding = try tokenizer.encode([text], maxLength: 1000)
            let inside = 1..<encoding.count - 1
            let scalars = text.unicodeScalars.count

            let inOrder = inside.allSatisfy { index in
                (0..<encoding.ends[index]).contains(encoding.starts[index])
                    && encoding.ends[index] <= scalars
                    && (index == 1 || encoding.starts[index - 1] <= encoding.starts[index])
                    && (0...1).contains(encoding.words[index] - encoding.words[index - 1])
            }
            #expect(inOrder, "\(text.debugDescription)")
            #expect(try tokenizer.count([text]) == encoding.count)
        }
    }

    @Test func aCutExampleHasTheAskedLengthAndItsTextsFirstTokens() throws {
        var random = RandomTexts(seed: 2)
        for _ in 0..<RandomTextsTests.texts {
            let texts = (0...random.number(2)).map { _ in random.text(random.number(40)) }
            let length = texts.count + 1 + random.number(20)
            let whole = try tokenizer.encode(texts, maxLength: 1000)
            let cut = try tokenizer.encode(texts, maxLength: length)

            #expect(cut.count == min(length, whole.count))
            #expect(cut.truncated == (length < whole.count))
            let kept = cut.words.dropFirst().prefix { $0 >= 0 }.indices
            #expect(whole.inputIds[kept] == cut.inputIds[kept])
        }
    }

    @Test func windowsHoldEveryTokenOfTheContext() throws {
        var random = RandomTexts(seed: 3)
        for _ in 0..<RandomTextsTests.texts / 10 {
            let question = random.text(random.number(10))
            let context = random.text(random.number(100))
            let length = try tokenizer.count([question]) + 2 + random.number(20)
            let windows = try tokenizer.encodeWindows(
                question: question,
                context: context,
                maxLength: length,
                stride: random.number(30)
            )
            let whole = try tokenizer.encode([context], maxLength: 1000)

            #expect(windows.allSatisfy { $0.count <= length })
            #expect(Set(windows.flatMap { places($0, type: 1) }) == Set(places(whole, type: 0)))
        }
    }

    /// Ten times the text takes about ten times as long; a hundred times would be quadratic.
    @Test(
        arguments: [
            "the bank pays! ", "bankzz", "[", "[MASK", "\u{301}\u{316}", "\u{AC01}", "\u{130}", "你", " ", "\0",
        ]
    )
    func timeGrowsAsTheTextDoes(piece: String) throws {
        let short = String(repeating: piece, count: RandomTextsTests.short / piece.unicodeScalars.count)
        let ratio = try seconds(String(repeating: short, count: 10)) / seconds(short)

        #expect(ratio < 50, "\(ratio) times as long")
    }

    private func seconds(_ text: String) throws -> Double {
        var best = Double.infinity
        for _ in 0..<3 {
            let begin = secondsOfThisThread()
            _ = try tokenizer.encode([text, text], maxLength: 128)
            best = min(best, secondsOfThisThread() - begin)
        }
        return best
    }

    /// Of this thread alone, so that a busy machine does not count.
    private func secondsOfThisThread() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }

    private func places(_ encoding: Encoding, type: Int32) -> [[Int]] {
        (0..<encoding.count)
            .filter { encoding.tokenTypeIds[$0] == type && encoding.words[$0] >= 0 }
            .map { [encoding.starts[$0], encoding.words[$0]] }
    }
}
