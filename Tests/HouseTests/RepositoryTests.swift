// What may lie in the repository: small text files, each in its place.

import Foundation
import TestSupport
import Testing

@Suite("repository")
struct RepositoryTests {
    /// A place whose files may be large or binary.
    private struct Place {
        let prefix: String
        let reason: String
    }

    private static let places = [
        Place(prefix: "datasets/", reason: "documents of the simulated house, as large as real ones"),
        Place(prefix: "docs/pictures/", reason: "pictures of reports"),
        Place(
            prefix: "Tests/LakeTests/Stores/",
            reason:
                "stores of older versions: an empty catalogue has a page for each of its 67 tables and indices"
        ),
        Place(prefix: "Tests/Fuzz/corpus/", reason: "inputs of the fuzzer: Parquet files and archives"),
    ]

    /// Folders of tests whose files may be binary, but not large.
    private static let binaryFolders = [
        Place(prefix: "Golden", reason: "what a program must give, byte for byte"),
        Place(prefix: "Stores", reason: "stores of older versions, which must stay readable"),
        Place(prefix: "Samples", reason: "documents as they come, compressed ones among them"),
    ]

    /// What may lie at the root.
    private static let rootNames: Set<String> = [
        ".ci", ".editorconfig", ".github", ".gitignore", ".swift-format", "CHANGELOG.md", "CONTRIBUTING.md",
        "LICENSE",
        "Makefile", "Package.swift", "README.md", "SECURITY.md", "Sources", "Tests", "benchmarks", "datasets",
        "docs",
        "scripts",
    ]

    private static let mostBytes = 300_000
    private static let prefixBytes = 8_192

    /// Files known to git; without git all that is neither built nor git's own.
    private static let paths = committed() ?? walked()

    private static func committed() -> [String]? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git", "-C", Checkout.root.path, "ls-files", "-z"]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        guard (try? process.run()) != nil else { return nil }
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        // A file that was removed and not yet committed so is known, but not there.
        return data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            .filter { FileManager.default.fileExists(atPath: Checkout.root.path + "/" + $0) }
    }

    private static func walked() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: Checkout.root.path)) ?? []
        return names.filter { name in
            !["Package.resolved", ".git"].contains(name)
                && ![".build", ".venv"].contains { name.hasPrefix($0) }
        }
        .flatMap { name in
            let below = Checkout.paths(below: name)
            return below.isEmpty ? [name] : below
        }
    }

    private static func isPlaced(_ path: String) -> Bool { places.contains { path.hasPrefix($0.prefix) } }

    @Test("there are files, and they are told with git and without")
    func paths() {
        #expect(RepositoryTests.paths.count > 400)
        #expect(Set(RepositoryTests.walked()).isSuperset(of: RepositoryTests.paths))
    }

    @Test("no file outside of data, pictures, old stores and the fuzzer's inputs is larger than 300 kB")
    func sizes() throws {
        for path in RepositoryTests.paths where !RepositoryTests.isPlaced(path) {
            let size = try FileManager.default.attributesOfItem(atPath: Checkout.root.path + "/" + path)[
                .size
            ]
            let bytes = (size as? NSNumber)?.intValue ?? 0
            #expect(
                bytes <= RepositoryTests.mostBytes,
                "\(path) has \(bytes) bytes; make it smaller or leave it out"
            )
        }
    }

    @Test("no file is binary but data, pictures and what tests hold programs against")
    func binaries() throws {
        for path in RepositoryTests.paths where !RepositoryTests.isPlaced(path) {
            let folders = path.split(separator: "/").dropLast()
            let isHeldAgainst =
                folders.first == "Tests"
                && folders.contains { folder in RepositoryTests.binaryFolders.contains { $0.prefix == folder }
                }
            guard !isHeldAgainst, let handle = FileHandle(forReadingAtPath: Checkout.root.path + "/" + path)
            else {
                continue
            }
            let prefix = try handle.read(upToCount: RepositoryTests.prefixBytes) ?? Data()
            try handle.close()
            #expect(!prefix.contains(0), "\(path) is binary; leave it out, or make it when it is needed")
        }
    }

    @Test("nothing lies at the root but what belongs there")
    func root() {
        let names = Set(RepositoryTests.paths.compactMap { $0.split(separator: "/").first.map(String.init) })
        for name in names.subtracting(RepositoryTests.rootNames).sorted() {
            Issue.record("\(name) does not belong at the root; move it to where it is used, or leave it out")
        }
    }

    @Test("no package for other languages, no resolved versions and no file of an editor is committed")
    func strays() {
        for path in RepositoryTests.paths {
            let name = path.split(separator: "/").last.map(String.init) ?? path
            let isStray =
                [".whl", ".pyc", ".orig", ".rej", ".swp"].contains { name.hasSuffix($0) }
                || ["Package.resolved", ".DS_Store", "Thumbs.db"].contains(name)
            #expect(!isStray, "\(path) is no source; remove it from the repository")
        }
    }
}
