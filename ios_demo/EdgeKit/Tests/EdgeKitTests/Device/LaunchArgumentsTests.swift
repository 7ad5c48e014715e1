import Foundation
import Testing

@testable import EdgeKit

struct LaunchArgumentsTests {
    private let container = URL(fileURLWithPath: "/container")

    @Test func pathsAreRelativeToTheContainer() {
        let launch = LaunchArguments(["work", "Documents/request.json", "Documents/answer.json"], container: container)

        #expect(launch?.folder.path == "/container/Documents/squeezebert-edge")
        guard case .work(let request, let answer) = launch?.work else {
            Issue.record("no work")
            return
        }
        #expect(request.path == "/container/Documents/request.json")
        #expect(answer.path == "/container/Documents/answer.json")
    }

    @Test func aDescriptionHasOneFile() {
        let launch = LaunchArguments(["describe", "answer.json"], container: container)

        #expect(launch?.work == .describe(answer: container.appendingPathComponent("answer.json")))
    }

    @Test func cleaningHasNone() {
        #expect(LaunchArguments(["clean"], container: container)?.work == .clean)
    }

    @Test(arguments: [
        [], ["work"], ["work", "request.json"], ["describe"], ["clean", "all"], ["--help"],
        ["-NSDocumentRevisionsDebugMode", "YES"],
    ])
    func anythingElseIsTheUserInterface(_ words: [String]) {
        #expect(LaunchArguments(words, container: container) == nil)
    }
}
