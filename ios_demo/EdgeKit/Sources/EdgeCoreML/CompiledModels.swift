#if canImport(CoreML)
    import CoreML
    import EdgeKit
    import Foundation

    /// Compiled models on disk, by the checksum of the package and by the system that compiled it.
    struct CompiledModels: Sendable {
        /// In the app's Caches, which the system may empty.
        static var defaultRoot: URL {
            let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask).first
            return (caches ?? FileManager.default.temporaryDirectory)
                .appendingPathComponent("squeezebert-edge/coreml", isDirectory: true)
        }

        /// A model that nobody loaded for so long is compiled again when it is needed.
        private static let secondsUnused = 30.0 * 24 * 3600

        private let root: URL
        private let folder: URL

        /// - Parameter system: name and version; what others compiled is removed at the next compilation
        init(root: URL, system: String) {
            let allowed = CharacterSet.alphanumerics.union(CharacterSet(charactersIn: ".-"))
            let parts = system.components(separatedBy: allowed.inverted).filter { !$0.isEmpty }
            self.root = root
            folder = root.appendingPathComponent(parts.joined(separator: "-"), isDirectory: true)
        }

        /// The model that was compiled from the package with this checksum; nil if there is none.
        func find(_ sha256: String) -> URL? {
            let model = place(sha256)
            guard FileManager.default.fileExists(atPath: model.path) else { return nil }
            // The time of the last use, for removing what is not used. Without it, it is only compiled again some day.
            try? FileManager.default.setAttributes([.modificationDate: Date()], ofItemAtPath: model.path)
            return model
        }

        /// Compiles a package and keeps the model.
        ///
        /// - Throws: `EdgeError` if it cannot be kept, or what Core ML throws
        func compile(_ package: URL, sha256: String) async throws -> URL {
            let compiled = try await MLModel.compileModel(at: package)
            removeOld()
            do {
                try keep(compiled, at: place(sha256))
            } catch {
                try? FileManager.default.removeItem(at: compiled)
                throw EdgeError(
                    .device,
                    "\(root.path): a compiled model cannot be kept there (\(firstLine(error))); free some space"
                )
            }
            return place(sha256)
        }

        /// Removes a model, so that it is compiled again.
        func remove(_ sha256: String) {
            try? FileManager.default.removeItem(at: place(sha256))
        }

        private func place(_ sha256: String) -> URL {
            folder.appendingPathComponent("\(sha256).mlmodelc", isDirectory: true)
        }

        /// Beside its name first, then renamed: what has the name is complete.
        private func keep(_ compiled: URL, at place: URL) throws {
            let files = FileManager.default
            try files.createDirectory(at: folder, withIntermediateDirectories: true)
            let unfinished = folder.appendingPathComponent("\(UUID().uuidString).unfinished", isDirectory: true)
            try files.moveItem(at: compiled, to: unfinished)
            do {
                try files.moveItem(at: unfinished, to: place)
            } catch {
                try? files.removeItem(at: unfinished)
                // Another load may have been first.
                if !files.fileExists(atPath: place.path) { throw error }
            }
        }

        private func removeOld() {
            let files = FileManager.default
            for system in contents(root) where system.lastPathComponent != folder.lastPathComponent {
                try? files.removeItem(at: system)
            }
            let oldest = Date(timeIntervalSinceNow: -Self.secondsUnused)
            for model in contents(folder) {
                let used = try? model.resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
                if let used, used < oldest {
                    try? files.removeItem(at: model)
                }
            }
        }

        private func contents(_ folder: URL) -> [URL] {
            let keys: [URLResourceKey] = [.contentModificationDateKey]
            return (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: keys)) ?? []
        }
    }
#endif
