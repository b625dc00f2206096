// Package.swift, read as text: its targets with what they depend on.

import TestSupport

/// The targets of the package.
struct PackageManifest: Sendable {
    /// The manifest as it is.
    static let shared = PackageManifest(
        SourceFile(path: "Package.swift", bytes: Checkout.bytes("Package.swift"))
    )

    /// A target.
    struct Target: Sendable, Equatable {
        /// What it is: `target`, `executableTarget`, `testTarget`, `systemLibrary`.
        let kind: String
        /// The module.
        let name: String
        /// Modules of ours and of others that it may see.
        let dependencies: [String]
        /// The folder of its sources.
        let path: String

        /// Tells whether it is a room of the house, and not tests or a library of the system.
        var isRoom: Bool { path.hasPrefix("Sources/") && kind != "systemLibrary" }
    }

    /// The targets in their order.
    let targets: [Target]

    /// The manifest as a file.
    let file: SourceFile

    /// Reads a manifest.
    init(_ file: SourceFile) {
        self.file = file
        targets = PackageManifest.targets(file)
    }

    /// Returns the target to which a file belongs.
    func target(of file: SourceFile) -> Target? { targets.first { file.path.hasPrefix($0.path + "/") } }

    /// Names of targets that are libraries of the system.
    var systemLibraries: [String] { targets.filter { $0.kind == "systemLibrary" }.map(\.name) }

    private static func targets(_ file: SourceFile) -> [Target] {
        let kinds = ["target", "executableTarget", "testTarget", "systemLibrary"]
        let heads = kinds.flatMap { kind in
            file.offsets(ofCode: ".\(kind)(").map { (kind: kind, offset: $0 + kind.utf8.count + 1) }
        }
        var targets: [Target] = []
        var end = 0
        // What lies inside of another is a dependency.
        for (kind, offset) in heads.sorted(by: { $0.offset < $1.offset }) where offset >= end {
            end = closing(file.code, offset)
            let body = offset..<end
            guard let name = text(file, behind: "name:", in: body) else { continue }
            let folder = kind == "testTarget" ? "Tests" : "Sources"
            targets.append(
                Target(
                    kind: kind,
                    name: name,
                    dependencies: dependencies(file, in: body),
                    path: text(file, behind: "path:", in: body) ?? "\(folder)/\(name)"
                )
            )
        }
        return targets
    }

    /// Returns the names in the list of dependencies; of a product its own, not its package's.
    private static func dependencies(_ file: SourceFile, in body: Range<Int>) -> [String] {
        guard let head = first("dependencies:", file, in: body),
            let start = file.code[head..<body.upperBound].firstIndex(of: 0x5B)
        else { return [] }
        let end = closing(file.code, start)
        var names: [String] = []
        var i = start
        while let open = file.code[i..<end].firstIndex(of: 0x22),
            let close = file.code[(open + 1)..<end].firstIndex(of: 0x22)
        {
            let before = String(decoding: file.code[max(start, open - 9)..<open], as: UTF8.self)
            if !before.hasSuffix("package: ") {
                names.append(String(decoding: file.bytes[(open + 1)..<close], as: UTF8.self))
            }
            i = close + 1
        }
        return names
    }

    private static func text(_ file: SourceFile, behind word: String, in body: Range<Int>) -> String? {
        guard let head = first(word, file, in: body),
            let open = file.code[head..<body.upperBound].firstIndex(of: 0x22),
            let close = file.code[(open + 1)..<body.upperBound].firstIndex(of: 0x22)
        else { return nil }
        return String(decoding: file.bytes[(open + 1)..<close], as: UTF8.self)
    }

    private static func first(_ word: String, _ file: SourceFile, in body: Range<Int>) -> Int? {
        file.offsets(ofCode: word).first { body.contains($0) }
    }

    /// Returns the offset behind the bracket that closes the one at an offset.
    static func closing(_ code: [UInt8], _ start: Int) -> Int {
        var depth = 0
        for offset in start..<code.count {
            if code[offset] == 0x28 || code[offset] == 0x5B { depth += 1 }
            if code[offset] == 0x29 || code[offset] == 0x5D { depth -= 1 }
            if depth == 0 { return offset + 1 }
        }
        return code.count
    }
}
