// swift-tools-version: 6.0

import PackageDescription

let names = ["CoreML", "CryptoKit", "DarwinStandIn", "ExecuTorch", "OSStandIn"]

let package = Package(
    name: "verify",
    products: names.map { .library(name: $0, targets: [$0]) },
    targets: names.map { .target(name: $0) }
)
