import Foundation

/// A folder that should be a bundle.
public struct BundleFolder: Equatable, Sendable {
    /// Where bundles are looked for.
    public enum Place: String, CaseIterable, Codable, Sendable {
        /// The app's resources, where Xcode puts `App/Bundles`.
        case app

        /// The app's Documents, which Files and Finder show.
        case documents
    }

    /// A name that holds after an update of the app, which moves both places.
    public struct Name: Codable, Equatable, Sendable {
        /// Where it is.
        public let place: Place

        /// The folder's name.
        public let folder: String

        /// A name.
        public init(place: Place, folder: String) {
            self.place = place
            self.folder = folder
        }
    }

    /// The folder.
    public let directory: URL

    /// Where it was found.
    public let place: Place

    /// A folder that should be a bundle.
    public init(directory: URL, place: Place) {
        self.directory = directory
        self.place = place
    }

    /// What it is remembered by.
    public var name: Name { Name(place: place, folder: directory.lastPathComponent) }
}

/// What the list of bundles calls `folder`: its name, and its place where another bundle of `all` has the same name.
public func title(of folder: BundleFolder, among all: [BundleFolder]) -> Phrase {
    let name = folder.name.folder
    if all.filter({ $0.name.folder == name }).count <= 1 { return .verbatim(name) }
    switch folder.place {
    case .app: return Phrase("%@ in the app", .text(name))
    case .documents: return Phrase("%@ in Documents", .text(name))
    }
}
