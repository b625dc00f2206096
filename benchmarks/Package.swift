// swift-tools-version: 6.2
// Benchmarks of the built program: accuracy on homes with known faults. A package of its own, so that the program does
// not carry it.

import PackageDescription

let package = Package(
    name: "sunvigil-benchmarks",
    platforms: [.macOS(.v14)],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
    ],
    targets: [
        .target(name: "Scoring"),
        .executableTarget(
            name: "accuracy",
            dependencies: ["Scoring", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        .executableTarget(
            name: "reconciliation",
            dependencies: ["Scoring", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        .executableTarget(
            name: "nights",
            dependencies: ["Scoring", .product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        .executableTarget(
            name: "store",
            dependencies: [.product(name: "ArgumentParser", package: "swift-argument-parser")]
        ),
        .testTarget(name: "ScoringTests", dependencies: ["Scoring"]),
    ],
    swiftLanguageModes: [.v6]
)
