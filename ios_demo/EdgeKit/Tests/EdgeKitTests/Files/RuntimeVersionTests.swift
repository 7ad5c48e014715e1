import Testing

@testable import EdgeKit

struct RuntimeVersionTests {
    @Test func eachIsOlderThanTheNext() throws {
        let ascending = [
            "0.9.10", "1.0.dev1", "1.0a1.dev3", "1.0a1", "1.0a2", "1.0b1", "1.0rc1.dev5", "1.0rc1", "1.0", "1.0+cpu",
            "1.0+1", "1.0.post0.dev1", "1.0.post0", "1.0.post2", "1.0.1", "1.5.1", "1.10", "2.13.0", "1!0.1",
        ]
        let versions = try ascending.map { try #require(RuntimeVersion($0), "\($0)") }

        for (place, older) in versions.enumerated() {
            for newer in place + 1..<versions.count {
                #expect(older < versions[newer], "\(ascending[place]) is older than \(ascending[newer])")
                #expect(!(versions[newer] < older))
            }
        }
    }

    @Test(arguments: [("1.0", "1"), ("v1.0RC1", "1.0-c.1"), ("1.0-1", "1.0.post1"), (" 1.5.1", "1.5.1")])
    func severalWaysToWriteTheSame(_ first: String, _ second: String) throws {
        #expect(try #require(RuntimeVersion(first)) == #require(RuntimeVersion(second)))
    }

    @Test(arguments: ["", "new", "1.x", "1..2", "1.0 beta or so", "99999999999999999999", "1\u{301}.0"])
    func whatIsNoVersion(_ text: String) {
        #expect(RuntimeVersion(text) == nil)
    }

    @Test func whatIsNoVersionCountsAsOlder() throws {
        #expect(isOlder("nightly", than: try #require(RuntimeVersion("0.1"))))
        #expect(isOlder("1.5.0", than: try #require(RuntimeVersion("1.5.1"))))
        #expect(!isOlder("1.5.1", than: try #require(RuntimeVersion("1.5.1"))))
        #expect(isOlder("17.7.2", than: try #require(RuntimeVersion("18"))))
        #expect(!isOlder("18.0", than: try #require(RuntimeVersion("18"))))
    }
}
