import EdgeKit
import Foundation

/// Prints how long reading a tokenizer takes and encoding a text of 30 words, first and after warm-up.
///
/// The argument is a folder with tokenizer.json, such as `minilm` of the vectors. Times are those that the thread had
/// the processor, so that a busy machine does not count.
@main
struct TokenizerBenchmark {
    private static let rounds = 200
    private static let textsARound = 200
    private static let words = 30
    private static let longScalars = 1_000_000

    private static let text =
        "Could you please book a table for six people at the café in Zürich tomorrow night, and don't forget to tell "
        + "them that two of us can't eat unpasteurized cheese?"

    static func main() throws {
        guard CommandLine.arguments.count == 2, text.split(separator: " ").count == words else {
            throw EdgeError(.input, "give one folder with tokenizer.json")
        }
        let folder = URL(fileURLWithPath: CommandLine.arguments[1])
        let cold = try milliseconds { _ = try BertTokenizer(folder: folder) }
        let reads = try (0..<20).map { _ in try milliseconds { _ = try BertTokenizer(folder: folder) } }
        print("reading \(folder.path): first in this process \(format(cold)) ms, then \(spread(reads)) ms")

        let tokenizer = try BertTokenizer(folder: folder)
        func encode(_ texts: [String], times: Int = 1) throws -> Double {
            try milliseconds { for _ in 0..<times { _ = try tokenizer.encode(texts, maxLength: 128) } } / Double(times)
        }
        let first = try encode([text])
        let times = try (0..<rounds).map { _ in try encode([text], times: textsARound) }
        let warm = Array(times.dropFirst(rounds / 2))
        let count = try tokenizer.count([text])
        print("a text of \(words) words, \(count) tokens: first \(format(first)) ms, after warm-up \(spread(warm)) ms")

        let long = String(repeating: text, count: longScalars / text.unicodeScalars.count)
        let longs = try (0..<7).map { _ in try encode([long, long]) }
        print("a pair of \(long.unicodeScalars.count) characters each: \(spread(longs)) ms")
    }

    private static func milliseconds(_ work: () throws -> Void) rethrows -> Double {
        let begin = millisecondsOfThisThread()
        try work()
        return millisecondsOfThisThread() - begin
    }

    private static func millisecondsOfThisThread() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return 1e3 * Double(time.tv_sec) + 1e-6 * Double(time.tv_nsec)
    }

    private static func spread(_ values: [Double]) -> String {
        let sorted = values.sorted()
        let tenth = sorted.count / 10
        let (low, high) = (sorted[tenth], sorted[sorted.count - 1 - tenth])
        return "median \(format(sorted[sorted.count / 2])) (p10 \(format(low)), p90 \(format(high)))"
    }

    private static func format(_ value: Double) -> String { String(format: "%.4g", value) }
}
