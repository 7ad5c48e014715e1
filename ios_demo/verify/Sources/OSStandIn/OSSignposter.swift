// https://developer.apple.com/documentation/os/ossignpostid

/// Tells intervals of one name apart.
public struct OSSignpostID: Sendable {
    let number: UInt64
}

// https://developer.apple.com/documentation/os/ossignpostintervalstate

/// An interval that was begun. Ending it twice, or under another name, ends the process.
public final class OSSignpostIntervalState: Sendable {
    let name: String

    init(name: StaticString) {
        self.name = "\(name)"
    }
}

// https://developer.apple.com/documentation/os/ossignposter

/// Marks intervals in a trace. iOS 15.0, macOS 12.0.
@available(macOS 12.0, iOS 15.0, *)
public struct OSSignposter: Sendable {
    /// The names that Instruments shows.
    public init(subsystem: String, category: String) {}

    /// An id that nobody else has.
    public func makeSignpostID() -> OSSignpostID {
        OSSignpostID(number: .random(in: 1 ... .max))
    }

    /// Begins an interval.
    public func beginInterval(_ name: StaticString, id: OSSignpostID) -> OSSignpostIntervalState {
        OSSignpostIntervalState(name: name)
    }

    /// Ends an interval.
    public func endInterval(_ name: StaticString, _ state: OSSignpostIntervalState) {
        precondition("\(name)" == state.name)
    }
}
