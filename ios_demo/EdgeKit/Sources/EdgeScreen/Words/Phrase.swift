import Foundation

/// What the screen says: a key of the app's String Catalog and what fills its places, or a text that is in no language
/// of the app, such as a label of a model.
public enum Phrase: Equatable, Sendable {
    /// What fills a place.
    public enum Value: Equatable, Sendable {
        /// For `%@`.
        case text(String)

        /// For `%lld`; a key with one may have a plural.
        case number(Int)

        /// For `%@`.
        case phrase(Phrase)
    }

    /// In the app's language.
    case key(String, [Value])

    /// As it is.
    case verbatim(String)

    /// Some phrases, each on a line of its own.
    case lines([Phrase])

    /// A phrase of the String Catalog.
    public init(_ key: String, _ values: Value...) {
        self = .key(key, values)
    }

    /// The phrase in words.
    ///
    /// - Parameter catalog: the translation of a key, with its places; on Apple's systems one with plurals, if it comes
    ///   from the app's bundle as it is
    public func text(catalog: (String) -> String) -> String {
        switch self {
        case .verbatim(let text): return text
        case .lines(let phrases): return phrases.map { $0.text(catalog: catalog) }.joined(separator: "\n")
        case .key(let key, let values):
            let arguments = values.map { $0.argument(catalog: catalog) }
            return String(format: catalog(key), locale: .current, arguments: arguments)
        }
    }
}

extension Phrase.Value {
    fileprivate func argument(catalog: (String) -> String) -> any CVarArg {
        switch self {
        case .text(let text): NSString(string: text)
        case .number(let number): number
        case .phrase(let phrase): NSString(string: phrase.text(catalog: catalog))
        }
    }
}
