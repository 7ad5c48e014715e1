import Foundation

/// What `squeezebert-edge bench` launches the app with: work without its user interface.
///
/// The words are no options, because devicectl takes for its own what begins with a hyphen.
public struct LaunchArguments: Equatable, Sendable {
    /// What the app is to do.
    public enum Work: Equatable, Sendable {
        /// Do a `WorkRequest`: `work REQUEST ANSWER`.
        case work(request: URL, answer: URL)

        /// Write an `AppDescription`: `describe ANSWER`.
        case describe(answer: URL)

        /// Remove `folder`: `clean`.
        case clean
    }

    /// What the app is to do.
    public let work: Work

    /// The app's for this: all that squeezebert-edge puts there and reads from there.
    public let folder: URL

    /// Nil if `words` are no such work: the app shows its user interface then.
    ///
    /// - Parameters:
    ///   - words: the app's arguments, without its own name
    ///   - container: the app's data container, which their paths are relative to
    public init?(_ words: [String], container: URL) {
        switch (words.first, words.count) {
        case ("work", 3):
            work = .work(request: place(words[1], in: container), answer: place(words[2], in: container))
        case ("describe", 2):
            work = .describe(answer: place(words[1], in: container))
        case ("clean", 1):
            work = .clean
        default:
            return nil
        }
        folder = container.appendingPathComponent("Documents/squeezebert-edge")
    }
}
