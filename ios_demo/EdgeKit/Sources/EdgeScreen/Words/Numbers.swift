import Foundation

private let bytesPerMegabyte = 1e6

/// How the screen writes numbers.
public struct Numbers: Sendable {
    private let locale: Locale

    /// Numbers in the way of a language and region.
    public init(locale: Locale = .autoupdatingCurrent) {
        self.locale = locale
    }

    /// A probability: 0.934 is 93.4%.
    func percent(_ probability: Double) -> String {
        probability.formatted(.percent.precision(.fractionLength(1)).locale(locale))
    }

    /// A value with a number of digits behind the point.
    func value(_ number: Double, digits: Int) -> String {
        number.formatted(.number.precision(.fractionLength(digits)).locale(locale))
    }

    /// 10^6 bytes.
    func megabytes(_ bytes: Int) -> Phrase {
        Phrase("%@ MB", .text(value(Double(bytes) / bytesPerMegabyte, digits: 1)))
    }

    /// 10^-3 seconds.
    func milliseconds(_ number: Double) -> Phrase {
        Phrase("%@ ms", .text(value(number, digits: 2)))
    }
}
