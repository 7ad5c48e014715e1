import EdgeKit
import Foundation

/// What a person chose and wrote, for the next launch: the system may end an app that is in the background.
struct Choice: Codable, Equatable, Sendable {
    var bundle: BundleFolder.Name?
    var artifactId: String?
    var computeUnits: ComputeUnits?
    var firstText = ""
    var secondText = ""
}

extension Choice {
    /// Reads `text`; nothing is chosen where it is none that `text` wrote.
    init(_ text: String) {
        let decoded = try? JSONDecoder().decode(Choice.self, from: Data(text.utf8))
        self = decoded ?? Choice()
    }

    /// As one string.
    var text: String {
        let encoder = JSONEncoder()
        // Always the same text for the same choice: it is compared to know whether there is something to keep.
        encoder.outputFormatting = .sortedKeys
        guard let data = try? encoder.encode(self) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
