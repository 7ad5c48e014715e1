import EdgeTestSupport
import Foundation
import Testing

@testable import EdgeKit

struct AppleTargetTests {
    @Test func aDeviceIsFoundByWhatItSaysItIs() {
        #expect(AppleTarget.of(machine: "iPhone14,5").name == "iphone-13")
        #expect(AppleTarget.of(machine: "iPhone16,2").name == "iphone-15-pro")
    }

    @Test(arguments: ["iPhone16,20", "iPhone1", "", "arm64", "iPad13,1"])
    func anotherDeviceIsAGenericOne(_ machine: String) {
        #expect(AppleTarget.of(machine: machine) == .generic)
    }

    @Test(.enabled(if: Repository.targets != nil), arguments: AppleTarget.all)
    func theDataAreThoseThatTheBuildUses(_ target: AppleTarget) throws {
        let folder = try #require(Repository.targets)
        let lines = try folder.appendingPathComponent("\(target.name).toml").text().split(separator: "\n")
        func value(_ key: String) throws -> String {
            String(try #require(lines.first { $0.hasPrefix("\(key) = ") }).dropFirst(key.count + 3))
        }
        // An array of strings is written alike in TOML and JSON.
        func strings(_ array: some StringProtocol) throws -> [String] {
            try JSONDecoder().decode([String].self, from: Data(array.utf8))
        }

        #expect(try target.devices == strings(value("devices")))
        #expect(try target.recipes == strings(value("recipes")))
        #expect(try target.threads == Int(value("threads")))
        let formats = try value("backends").matches(of: #/(\w+) = (\[[^\]]*\])/#)
            .filter { ["coreml", "executorch"].contains($0.1) }
            .map { AppleTarget.FormatBackends(format: String($0.1), backends: try strings($0.2)) }
        #expect(target.backends == formats)
    }
}
