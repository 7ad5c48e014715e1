import EdgeKit
import EdgeScreen
import XCTest

@testable import Edge

/// What `squeezebert-edge bench` measures, from Xcode: of the first bundle in the app or in its Documents the artifacts
/// that suit the device best.
final class BenchmarkTests: XCTestCase {
    /// The work of a benchmark at each length, golden vectors too. The report has the answers.
    @MainActor
    func testEachLengthAsABenchmarkDoes() async throws {
        let best = try firstBundle()
        for artifact in best.artifacts {
            for length in artifact.sequenceLengths {
                try await checkWork(best.bundle, artifact, length)
            }
        }
    }

    /// Ten answers to a text, tokens included, as XCTest measures: Xcode keeps a baseline for each device.
    @MainActor
    func testTenAnswers() throws {
        let best = try firstBundle()
        let model = try waiting { try await best.model() }
        let texts = try waiting { try await best.texts() }
        // Engines are loaded when they are first needed.
        _ = try waiting { try await model.predict(texts) }
        measure(metrics: [XCTClockMetric(), XCTMemoryMetric()]) {
            do {
                try waiting {
                    for _ in 0..<10 { _ = try await model.predict(texts) }
                }
            } catch {
                XCTFail("\(error)")
            }
        }
    }

    @MainActor
    private func checkWork(_ bundle: ModelBundle, _ artifact: ArtifactInfo, _ length: Int) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        var work = WorkRequest(
            bundle: bundle.directory.path,
            artifact: artifact.id,
            sequenceLength: length,
            threads: AppleTarget.ofThisDevice.threads
        )
        work.measurement = MeasurementRule()
        work.outputs = "outputs.f32"
        let request = folder.appending(path: "request.json")
        try JSONEncoder().encode(work).write(to: request)
        let file = folder.appending(path: "answer.json")
        let answer = try await deviceProgram().doWork(request: request, answer: file)
        let attachment = XCTAttachment(data: try Data(contentsOf: file), uniformTypeIdentifier: "public.json")
        attachment.name = "\(artifact.id) at \(length)"
        attachment.lifetime = .keepAlways
        add(attachment)
        XCTAssertNil(answer.error)
        XCTAssertNotNil(answer.result?.timing)
        XCTAssertGreaterThan(answer.result?.worstCosine ?? 0, leastCosine)
    }

    private func firstBundle() throws -> BestArtifacts {
        guard let folder = try findBundles(bundlePlaces()).first else {
            throw XCTSkip("there is no bundle; put one into App/Bundles or into the app's Documents")
        }
        let bundle = try ModelBundle(directory: folder.directory)
        let artifacts = try bestArtifacts(bundle, target: .ofThisDevice, loaders: engineLoaders())
        return BestArtifacts(bundle: bundle, artifacts: artifacts)
    }
}

/// Less is no rounding: what runs here is not what was built.
private let leastCosine = 0.9
