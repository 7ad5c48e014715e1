// swift-tools-version: 6.0

import PackageDescription

#if os(Linux)
    // Where Apple's frameworks are not: ../verify says what stands for them, and what is checked that way.
    let frameworks: [Package.Dependency] = [.package(path: "../verify")]
    let coreML: [Target.Dependency] = [.product(name: "CoreML", package: "verify")]
    let cryptoKit: [Target.Dependency] = [.product(name: "CryptoKit", package: "verify")]
    let executorch: [Target.Dependency] = [.product(name: "ExecuTorch", package: "verify")]
    let system: [Target.Dependency] = ["DarwinStandIn", "OSStandIn"].map { .product(name: $0, package: "verify") }
    // Not modules of those names: the toolchain's own code asks canImport(Darwin) to know where it is.
    let systemNames: [SwiftSetting] = [
        .unsafeFlags(["-module-alias", "Darwin=DarwinStandIn", "-module-alias", "os=OSStandIn"])
    ]
    // Swift 6.0's libswiftObservation.so refers to a function that no library of Linux has, and that it only calls to
    // say that a lock failed.
    let observation: [LinkerSetting] = [.unsafeFlags(["-Xlinker", "--allow-shlib-undefined"])]
    let checks: [Target] = [
        .executableTarget(name: "DesktopProgram", dependencies: ["EdgeKit"], path: "Tests/DesktopProgram"),
        .executableTarget(name: "TokenizerBenchmark", dependencies: ["EdgeKit"], path: "Tests/TokenizerBenchmark"),
        // Here only: their models are the stand-ins'.
        .testTarget(
            name: "EdgeEnginesTests",
            dependencies: ["EdgeKit", "EdgeCoreML", "EdgeExecuTorch", "EdgeDevice", "EdgeTestSupport"] + coreML
                + executorch + system,
            swiftSettings: systemNames
        ),
    ]
#else
    let frameworks: [Package.Dependency] = [
        .package(url: "https://github.com/pytorch/executorch.git", branch: "swiftpm-1.5.1")
    ]
    let coreML: [Target.Dependency] = []
    let cryptoKit: [Target.Dependency] = []
    let executorch: [Target.Dependency] = [
        "executorch", "backend_coreml", "backend_xnnpack", "kernels_optimized", "kernels_quantized",
    ].map { .product(name: $0, package: "executorch") }
    let system: [Target.Dependency] = []
    let systemNames: [SwiftSetting] = []
    let observation: [LinkerSetting] = []
    let checks: [Target] = []
#endif

let kit: Target.Dependency = "EdgeKit"
let screen: Target.Dependency = "EdgeScreen"

let sources: [Target] = [
    .target(name: "EdgeKit", dependencies: cryptoKit, resources: [.copy("Resources/unicode.txt")]),
    .target(name: "EdgeCoreML", dependencies: [kit] + coreML),
    .target(name: "EdgeExecuTorch", dependencies: [kit] + executorch),
    .target(name: "EdgeDevice", dependencies: [kit] + system, swiftSettings: systemNames),
    .target(name: "EdgeScreen", dependencies: [kit], linkerSettings: observation),
]

let tests: [Target] = [
    // Small bundles and tokenizers for the tests of several targets.
    .target(name: "EdgeTestSupport", dependencies: [kit], path: "Tests/EdgeTestSupport"),
    .testTarget(name: "EdgeKitTests", dependencies: [kit, "EdgeTestSupport"]),
    .testTarget(name: "EdgeScreenTests", dependencies: [screen, "EdgeTestSupport"]),
]

let names = ["EdgeKit", "EdgeCoreML", "EdgeExecuTorch", "EdgeDevice", "EdgeScreen"]

let package = Package(
    name: "EdgeKit",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: names.map { .library(name: $0, targets: [$0]) },
    dependencies: frameworks,
    targets: sources + tests + checks
)
