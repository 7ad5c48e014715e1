import Foundation

/// A version as Python packages have them (PEP 440), which the names in a manifest's `minimum_runtime` are numbered by:
/// `1.5.1`, `2.0rc1`, `2.14.0.post1`, `2.13.0+cpu`.
struct RuntimeVersion: Comparable, Sendable {
    private let epoch: Int
    /// Its numbers, without zeros at the end.
    private let release: [Int]
    private let preRelease: Stage?
    private let postRelease: Int?
    private let development: Int?
    private let local: [LocalPart]

    /// The version that `text` says; nil if it says none.
    init?(_ text: String) {
        let written = text.trimmingCharacters(in: .whitespacesAndNewlines).lowercased()
        guard let parts = written.wholeMatch(of: pattern())?.output else { return nil }
        let numbers = parts.2.split(separator: ".").map { Int($0) }
        guard !numbers.contains(nil) else { return nil }
        epoch = parts.1.flatMap { Int($0) } ?? 0
        release = Array(numbers.compactMap(\.self).reversed().drop { $0 == 0 }.reversed())
        preRelease = parts.3.flatMap { stages[String($0)] }.map { Stage(rank: $0, number: number(parts.4) ?? 0) }
        postRelease = number(parts.5) ?? parts.6.map { _ in number(parts.7) ?? 0 }
        development = parts.8.map { _ in number(parts.9) ?? 0 }
        local = (parts.10 ?? "").split { "-_.".contains($0) }.map { LocalPart(String($0)) }
    }

    static func < (first: Self, second: Self) -> Bool {
        if first.epoch != second.epoch { return first.epoch < second.epoch }
        if first.release != second.release { return first.release.lexicographicallyPrecedes(second.release) }
        if first.stage != second.stage { return first.stage < second.stage }
        // Without one: before any post-release, and behind any development release.
        let (post, secondPost) = (first.postRelease ?? -1, second.postRelease ?? -1)
        if post != secondPost { return post < secondPost }
        let (development, secondDevelopment) = (first.development ?? .max, second.development ?? .max)
        if development != secondDevelopment { return development < secondDevelopment }
        return first.local.lexicographicallyPrecedes(second.local)
    }

    /// A development release of no other stage comes before all alphas; a final release behind all candidates.
    private var stage: Stage {
        preRelease ?? (postRelease == nil && development != nil ? Stage(rank: -1) : Stage(rank: 3))
    }
}

/// Whether `version`, as a runtime says it, is older than `needed`, or none at all.
func isOlder(_ version: String, than needed: RuntimeVersion) -> Bool {
    // Of what is no version it is not known whether it computes right.
    guard let found = RuntimeVersion(version) else { return true }
    return found < needed
}

private struct Stage: Comparable, Sendable {
    let rank: Int
    var number = 0

    static func < (first: Self, second: Self) -> Bool {
        (first.rank, first.number) < (second.rank, second.number)
    }
}

private let stages = ["a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2]

/// A part of what follows the plus sign; numbers come behind words.
private enum LocalPart: Comparable, Sendable {
    case word(String)
    case number(Int)

    init(_ text: String) {
        self = Int(text).map { .number($0) } ?? .word(text)
    }
}

private func number(_ text: Substring?) -> Int? { text.flatMap { Int($0) } }

private typealias Parts = (
    Substring, Substring?, Substring, Substring?, Substring?, Substring?, Substring?, Substring?, Substring?,
    Substring?,
    Substring?
)

private func pattern() -> Regex<Parts> {
    #/
      v?(?:([0-9]+)!)?([0-9]+(?:\.[0-9]+)*)
      (?:[-_.]?(alpha|a|beta|b|preview|pre|c|rc)[-_.]?([0-9]+)?)?
      (?:-([0-9]+)|[-_.]?(post|rev|r)[-_.]?([0-9]+)?)?
      (?:[-_.]?(dev)[-_.]?([0-9]+)?)?
      (?:\+([a-z0-9]+(?:[-_.][a-z0-9]+)*))?
    /#
}
