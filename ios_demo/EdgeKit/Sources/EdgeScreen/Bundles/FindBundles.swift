import EdgeKit
import Foundation

/// The folder of Documents that benchmarks use, which holds no bundle of a person's.
private let benchmarkFolder = "squeezebert-edge"

/// Looks for bundles: the app's own, then those in Documents, each by name.
///
/// - Parameter places: the folder whose folders are bundles, by its place; one that does not exist holds none
/// - Throws: `EdgeError` if a place cannot be read
public func findBundles(_ places: [BundleFolder.Place: URL]) throws -> [BundleFolder] {
    try BundleFolder.Place.allCases.flatMap { place in
        try folders(in: places[place]).map { BundleFolder(directory: $0, place: place) }
    }
}

private func folders(in place: URL?) throws -> [URL] {
    guard let place, FileManager.default.fileExists(atPath: place.path) else { return [] }
    do {
        let contents = try FileManager.default.contentsOfDirectory(
            at: place,
            includingPropertiesForKeys: [.isDirectoryKey],
            options: .skipsHiddenFiles
        )
        return
            try contents
            .filter { try $0.resourceValues(forKeys: [.isDirectoryKey]).isDirectory == true }
            .filter { $0.lastPathComponent != benchmarkFolder }
            .sorted { $0.lastPathComponent < $1.lastPathComponent }
    } catch {
        throw EdgeError(.input, "\(place.path): it cannot be read (\(firstLine(error))); start the app again")
    }
}
