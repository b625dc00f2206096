// swift-tools-version: 6.2
// The rooms of the house and the one way through them; see docs/architecture.md.

import PackageDescription

/// Continuous integration builds with warnings as errors; an owner's build does not break on a newer compiler.
let strict: [SwiftSetting] = Context.environment["CI"] == nil ? [] : [.treatAllWarnings(as: .error)]

/// The release on Linux is one program that holds the Swift libraries, and SQLite, zlib and libcrypto where scripts/prepare
/// found them as archives: it starts in a quarter of the time.
let whole: [SwiftSetting] = [
    .unsafeFlags(["-static-stdlib"], .when(platforms: [.linux], configuration: .release))
]

/// Analysis looks at years of quarter hours: built plainly, its tests take an hour.
let quick: [SwiftSetting] = [.unsafeFlags(["-O"], .when(configuration: .debug))]

/// Built by scripts/fuzz only: the readers with coverage and the address sanitiser, and the fuzzer's entry.
let isFuzzing = Context.environment["SUNVIGIL_FUZZ"] != nil
let fuzzed: [SwiftSetting] =
    isFuzzing ? [.unsafeFlags(["-sanitize=fuzzer,address", "-parse-as-library"])] : strict + whole

let package = Package(
    name: "sunvigil",
    platforms: [.macOS(.v14)],
    products: [
        .executable(name: "sunvigil", targets: ["sunvigil"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    ],
    targets: [
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "CSealedPages", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(name: "CTransfer"),
        .target(name: "CTLS"),
        .target(name: "CMosquitto"),
        .target(name: "Readings", swiftSettings: fuzzed),
        .target(name: "Deflate", dependencies: ["CZlib"], swiftSettings: fuzzed),
        .target(name: "Parquet", dependencies: ["CZlib"], swiftSettings: fuzzed),
        .target(
            name: "Lake",
            dependencies: [
                "Readings", "Parquet", "Deflate", "CSealedPages",
                .target(name: "CCrypto", condition: .when(platforms: [.linux])),
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict + whole
        ),
        .target(name: "Ingest", dependencies: ["Readings", "Deflate"], swiftSettings: fuzzed),
        .target(name: "Analysis", dependencies: ["Readings"], swiftSettings: strict + whole + quick),
        .target(name: "Words", dependencies: ["Readings", "Analysis"], swiftSettings: strict + whole),
        .target(
            name: "Report",
            dependencies: ["Readings", "Analysis", "Words"],
            swiftSettings: strict + whole
        ),
        .target(
            name: "Station",
            dependencies: [
                "Readings", "Deflate", "Lake", "Ingest", "Analysis", "Words", "Report", "Transfer", "Collect",
                "Notify",
            ],
            swiftSettings: strict + whole
        ),
        .target(name: "Notify", dependencies: ["Readings", "Words"], swiftSettings: strict + whole),
        .target(
            name: "Transfer",
            dependencies: [
                "CTransfer", "CMosquitto", .target(name: "CCrypto", condition: .when(platforms: [.linux])),
            ],
            swiftSettings: strict + whole
        ),
        .target(name: "Collect", dependencies: ["Readings", "Ingest"], swiftSettings: strict + whole),
        .target(
            name: "Simulation",
            dependencies: ["Readings", "CTLS"],
            swiftSettings: strict + whole
        ),
        .executableTarget(
            name: "sunvigil",
            dependencies: [
                "Readings", "Lake", "Ingest", "Analysis", "Words", "Report", "Station", "Simulation",
                "Transfer",
                "Collect", "Notify", .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: strict + whole,
            linkerSettings: [
                .unsafeFlags(
                    [
                        "-static-stdlib", "-Xclang-linker", "-static-libgcc", "-Xlinker", "-no-pie",
                        "-L\(Context.packageDirectory)/.build-libraries",
                    ],
                    .when(platforms: [.linux], configuration: .release)
                )
            ]
        ),
        .target(
            name: "TestSupport",
            dependencies: ["Ingest", "Readings"],
            path: "Tests/Support",
            swiftSettings: strict
        ),
        .testTarget(name: "ReadingsTests", dependencies: ["Readings", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "DeflateTests", dependencies: ["Deflate", "TestSupport"], swiftSettings: strict),
        .testTarget(name: "ParquetTests", dependencies: ["Parquet", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "IngestTests",
            dependencies: ["Deflate", "Ingest", "Readings", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(name: "TransferTests", dependencies: ["Transfer", "TestSupport"], swiftSettings: strict),
        .testTarget(
            name: "NotifyTests",
            dependencies: ["Notify", "Readings", "Words", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CollectTests",
            dependencies: ["Collect", "Ingest", "Readings", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HouseTests",
            dependencies: ["Analysis", "Ingest", "Readings", "TestSupport"],
            exclude: ["allowed.txt"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: ["Ingest", "Readings", "Simulation", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "LakeTests",
            dependencies: [
                "sunvigil", "Lake", "Readings", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            exclude: ["Stores"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ReportTests",
            dependencies: ["Analysis", "Words", "Report", "Readings", "TestSupport"],
            exclude: ["Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "AnalysisTests",
            dependencies: ["Analysis", "Readings", "Simulation", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "StationTests",
            dependencies: [
                "Station", "Lake", "Readings", "Analysis", "Report", "Words", "Deflate", "Transfer",
                "Collect", "Notify",
                "Simulation",
                "TestSupport",
            ],
            exclude: ["Messages/Golden"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CommandTests",
            dependencies: ["sunvigil", "Deflate", "Ingest", "Readings", "Simulation", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FieldTests",
            dependencies: ["sunvigil", "Readings", "Simulation", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "sunvigil", "Lake", "Readings", "TestSupport", .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "ConformanceTests",
            dependencies: ["sunvigil", "TestSupport"],
            exclude: ["read_store.py", "read_tables.py", "watch_store.py", "compare_gateway.py"],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)

#if os(Linux)
    // Loaded in front of the program by the tests of faults.
    package.products.append(.library(name: "FaultInjector", type: .dynamic, targets: ["FaultInjector"]))
    package.targets.append(.target(name: "FaultInjector", path: "Tests/FaultInjector"))
#endif

if isFuzzing {
    package.products.append(.executable(name: "sunvigil-fuzz", targets: ["Fuzz"]))
    package.targets.append(
        .executableTarget(
            name: "Fuzz",
            dependencies: ["Ingest", "Parquet", "Readings"],
            path: "Tests/Fuzz",
            exclude: ["corpus"],
            swiftSettings: fuzzed,
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address"])]
        )
    )
}
