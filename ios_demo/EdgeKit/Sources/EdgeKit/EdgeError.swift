/// What EdgeKit throws on purpose.
///
/// The message is one line: what is wrong, where, and what to do.
public struct EdgeError: Error, Equatable {
    /// What kind of error it is; the raw value is the name that the project's other programs give to it.
    public enum Kind: String, Sendable {
        /// Bad input: a file, a text, a request.
        case input = "InputError"

        /// A model does not compute what its checkpoint computes.
        case gate = "GateError"

        /// A runtime failed on a model.
        case conversion = "ConversionError"

        /// The device is too hot, full, or cannot do what was asked.
        case device = "DeviceError"
    }

    /// What kind of error it is.
    public let kind: Kind

    /// One line to show.
    public let message: String

    /// An error of `kind` that says `message`.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }
}
