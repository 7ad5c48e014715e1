// swift-tools-version: 6.0

import PackageDescription

let names = ["CoreML", "CryptoKit", "DarwinStandIn", "ExecuTorch", "OSStandIn"]

let package = Package(
    name: "verify",
    products: names.map { .library(name: $0, targets: [$0]) },
    targets: names.map { name in
        // C's variables are no constants to Swift, which only modules of Swift 5 may have.
        .target(name: name, swiftSettings: name == "DarwinStandIn" ? [.swiftLanguageMode(.v5)] : [])
    }
)
