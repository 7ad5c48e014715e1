import EdgeTestSupport
import Testing

@testable import EdgeKit

struct ArtifactSelectionTests {
    private let folder: TemporaryFolder
    private let loaders = [LinearLoader("coreml", version: "17.4"), LinearLoader("executorch", version: "1.5.1")]
    private let iPhone13 = AppleTarget.of(machine: "iPhone14,5")
    private let artifacts = [
        artifact("onnx", "int8-dynamic", 8, backend: "cpu"),
        artifact("executorch", "fp32", 8, backend: "coreml"),
        artifact("executorch", "fp32", 8, backend: "xnnpack"),
        artifact("executorch", "int8-weight", 8, backend: "xnnpack"),
        artifact("coreml", "int8-weight", 8, backend: "cpu-gpu"),
        artifact("coreml", "fp16", 8, backend: "neural-engine"),
        artifact("coreml", "int8-weight", 8, backend: "neural-engine"),
        artifact("coreml", "int8-weight", 16, backend: "neural-engine"),
    ]

    init() throws {
        folder = try TemporaryFolder()
    }

    private static func artifact(
        _ format: String,
        _ recipe: String,
        _ length: Int,
        backend: String?,
        minimumRuntime: [String: String] = ["executorch": "1.5.1", "iOS": "17", "macOS": "14"]
    ) -> ArtifactInfo {
        SmallBundle.artifact(
            "\(format)-\(backend ?? "old")-\(recipe)-\(length)",
            format: format,
            length: length,
            recipe: recipe,
            backend: backend,
            minimumRuntime: minimumRuntime
        )
    }

    /// An .pte for XNNPACK that needs `minimumRuntime`.
    private static func executorch(needing minimumRuntime: [String: String]) -> ArtifactInfo {
        artifact("executorch", "fp32", 8, backend: "xnnpack", minimumRuntime: minimumRuntime)
    }

    /// A Core ML package that needs `minimumRuntime`.
    private static func coreML(needing minimumRuntime: [String: String]) -> ArtifactInfo {
        artifact("coreml", "fp16", 8, backend: "neural-engine", minimumRuntime: minimumRuntime)
    }

    private func bundle(_ targets: [String: String] = [:], of artifacts: [ArtifactInfo]? = nil) throws -> ModelBundle {
        _ = try SmallBundle(
            folder.url,
            artifacts: artifacts ?? self.artifacts,
            targets: targets,
            targetThreads: targets.mapValues { _ in 3 }
        )
        return try ModelBundle(directory: folder.url)
    }

    @Test func artifactsForOtherSystemsAreLeftOut() throws {
        let formats = try usableArtifacts(bundle().manifest, loaders).map(\.format)

        #expect(Set(formats) == ["coreml", "executorch"])
    }

    @Test func whatTheManifestNamesForTheTargetAtAllLengths() throws {
        let named = try bundle(["iphone-13": "coreml-neural-engine-int8-weight-8"])

        let best = try bestArtifacts(named, target: iPhone13, loaders: loaders)

        #expect(best.map(\.id) == ["coreml-neural-engine-int8-weight-8", "coreml-neural-engine-int8-weight-16"])
    }

    @Test func elseTheFirstByTheTargetsOrder() throws {
        let bundle = try bundle()

        let best = try bestArtifacts(bundle, target: iPhone13, loaders: loaders)

        #expect(best.map(\.id) == ["coreml-neural-engine-int8-weight-8", "coreml-neural-engine-int8-weight-16"])
    }

    @Test func whatIsNamedForASystemThatIsTooOldIsPassedOver() throws {
        let old = [LinearLoader("coreml", version: "16.7"), LinearLoader("executorch", version: "1.5.1")]
        let named = try bundle(["iphone-13": "coreml-neural-engine-int8-weight-8"])

        let best = try bestArtifacts(named, target: iPhone13, loaders: old)

        #expect(best.map(\.id) == ["executorch-xnnpack-int8-weight-8"])
    }

    @Test func theOrderIsByFormatBackendRecipeThenTheLongest() throws {
        let ranked = rank(artifacts, for: iPhone13)

        #expect(
            ranked.map(\.id) == [
                "coreml-neural-engine-int8-weight-16",
                "coreml-neural-engine-int8-weight-8",
                "coreml-neural-engine-fp16-8",
                "coreml-cpu-gpu-int8-weight-8",
                "executorch-xnnpack-int8-weight-8",
                "executorch-xnnpack-fp32-8",
                "executorch-coreml-fp32-8",
                "onnx-cpu-int8-dynamic-8",
            ]
        )
    }

    @Test func oneThatTheUserPickedComesWithItsOtherLengths() throws {
        let like = artifactsLike(try bundle().manifest, artifacts[6], loaders)

        #expect(like.map(\.id) == ["coreml-neural-engine-int8-weight-8", "coreml-neural-engine-int8-weight-16"])
    }

    @Test func aBundleWithNothingForThisAppSaysWhy() throws {
        let bundle = try bundle(of: [artifacts[0]])

        #expect {
            try bestArtifacts(bundle, target: iPhone13, loaders: loaders)
        } throws: { error in
            let start =
                "\(folder.url.path): nothing here runs on this device: onnx-cpu-int8-dynamic-8 is not for this app"
            return (error as? EdgeError)?.message.hasPrefix(start) == true
        }
    }

    @Test func reasonsAreOneLineEach() {
        let expected = [
            (
                artifacts[0],
                "onnx-cpu-int8-dynamic-8 is not for this app, which runs coreml artifacts for neural-engine and"
                    + " cpu-gpu, and executorch artifacts for xnnpack and coreml: it is onnx for cpu; build one of those"
            ),
            (
                Self.executorch(needing: ["executorch": "1.6"]),
                "this app's executorch 1.5.1 does not compute executorch-xnnpack-fp32-8 right, which needs at least"
                    + " 1.6; install a newer app"
            ),
            (
                Self.executorch(needing: ["other": "1.6"]),
                "executorch-xnnpack-fp32-8 needs another runtime than executorch; build the bundle again"
            ),
            (
                Self.executorch(needing: ["executorch": "new"]),
                "executorch-xnnpack-fp32-8: 'new' in minimum_runtime is no version; build the bundle again"
            ),
            (
                Self.coreML(needing: ["iOS": "18", "macOS": "15"]),
                "coreml-neural-engine-fp16-8 needs iOS 18, and this device has 17.4; update it, or build for an older"
                    + " one with --deployment-target"
            ),
        ]
        for (artifact, reason) in expected { #expect(whyNot(artifact, loaders) == reason) }
    }

    @Test func onAMacTheVersionOfMacOSCounts() {
        let artifact = Self.coreML(needing: ["iOS": "18", "macOS": "14"])
        let mac = LinearLoader("coreml", version: "14.2", runtimeName: "macOS")

        #expect(whyNot(artifact, [mac]) == nil)
        #expect(whyNot(artifact, loaders) != nil)
    }

    @Test func anArtifactOfExecuTorchForCoreMLNeedsBoth() throws {
        let needed = ["executorch": "1.5.1", "iOS": "18"]
        let both = Self.artifact("executorch", "fp32", 8, backend: "coreml", minimumRuntime: needed)
        let executorch = LinearLoader("executorch", version: "1.5.1")

        let oldSystem = try #require(whyNot(both, loaders))
        let oldExecuTorch = try #require(
            whyNot(both, [LinearLoader("executorch", version: "1.4"), LinearLoader("coreml", version: "18.0")])
        )

        #expect(oldSystem.hasPrefix("executorch-coreml-fp32-8 needs iOS 18, and this device has 17.4"))
        #expect(oldExecuTorch.hasPrefix("this app's executorch 1.4 does not compute"))
        #expect(whyNot(both, [executorch]) != nil)
        #expect(whyNot(both, [executorch, LinearLoader("coreml", version: "18.0")]) == nil)
    }

    @Test func bundlesOlderThanBackendsHaveNone() throws {
        let old = Self.artifact("coreml", "int8-weight", 16, backend: nil)

        let like = artifactsLike(try bundle(of: [artifacts[4], old]).manifest, old, loaders)

        #expect(like.map(\.backend) == ["cpu-gpu", nil])
        #expect(whyNot(Self.artifact("executorch", "fp32", 8, backend: nil), loaders) == nil)
    }

    @Test func threadsAreTheTargetsAtMostTheCores() throws {
        #expect(threadsFor(try bundle(["iphone-13": "x"]).manifest, target: iPhone13, cores: 8) == 3)
        #expect(threadsFor(try bundle().manifest, target: iPhone13, cores: 8) == 2)
        #expect(threadsFor(try bundle().manifest, target: iPhone13, cores: 1) == 1)
    }
}
