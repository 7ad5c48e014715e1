import EdgeKit
import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeScreen

struct FindBundlesTests {
    @Test func theAppsOwnBundlesComeFirstAndThenThoseInDocumentsByName() throws {
        let folder = try TemporaryFolder()
        for name in ["app/z", "documents/b", "documents/a", "documents/.Trash", "documents/squeezebert-edge"] {
            try make(name, in: folder.url)
        }
        try folder.url.appendingPathComponent("app/README.md").write("no bundle")
        let found = try find(in: folder.url)
        #expect(found.map(\.name.folder) == ["z", "a", "b"])
        #expect(found.map(\.place) == [.app, .documents, .documents])
    }

    @Test func aPlaceThatIsNotThereHoldsNothing() throws {
        let folder = try TemporaryFolder()
        #expect(try find(in: folder.url).isEmpty)
    }

    @Test func twoBundlesOfOneNameAreToldApartByTheirPlaces() throws {
        let folder = try TemporaryFolder()
        for name in ["app/phone", "documents/phone", "documents/tablet"] { try make(name, in: folder.url) }
        let found = try find(in: folder.url)
        let titles = found.map { title(of: $0, among: found).text { $0 } }
        #expect(titles == ["phone in the app", "phone in Documents", "tablet"])
    }

    private func find(in folder: URL) throws -> [BundleFolder] {
        try findBundles([
            .app: folder.appendingPathComponent("app"),
            .documents: folder.appendingPathComponent("documents"),
        ])
    }

    private func make(_ name: String, in folder: URL) throws {
        let directory = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }
}
