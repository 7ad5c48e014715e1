import EdgeScreen
import SwiftUI

extension Phrase {
    /// In the app's language, from Localizable.xcstrings.
    var inWords: String {
        text { Bundle.main.localizedString(forKey: $0, value: nil, table: nil) }
    }
}

extension Text {
    /// A phrase in the app's language.
    init(_ phrase: Phrase) {
        self.init(verbatim: phrase.inWords)
    }
}
