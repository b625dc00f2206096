// All Swift files of Sources and Tests, read once; every rule of the house asks them here.

import Foundation
import TestSupport

/// The Swift files of the package.
struct SourceTree: Sendable {
    /// The files as they are.
    static let shared = SourceTree()

    /// The files of Sources and Tests, by path.
    let files: [SourceFile]
    /// The files of Sources.
    var sources: [SourceFile] { files.filter { $0.path.hasPrefix("Sources/") } }

    private init() {
        files = ["Sources", "Tests"].flatMap { folder in
            Checkout.paths(below: folder).filter { $0.hasSuffix(".swift") }
        }
        .sorted().map { SourceFile(path: $0, bytes: Checkout.bytes($0)) }
    }

    /// Returns the names that the sources declare: types, files, and the rooms themselves.
    func declaredNames() -> Set<String> {
        var names: Set<String> = []
        for file in sources {
            names.formUnion(file.types)
            names.insert(String(file.path.split(separator: "/")[1]))
            let name = file.name.dropLast(".swift".count)
            names.insert(String(name))
            for part in name.split(separator: "+") { names.insert(String(part)) }
        }
        return names
    }
}

extension Checkout {
    /// Returns the paths of files below a folder, both relative to the root.
    static func paths(below folder: String) -> [String] {
        let all = try? FileManager.default.subpathsOfDirectory(atPath: root.appending(path: folder).path)
        return (all ?? []).map { "\(folder)/\($0)" }
    }

    /// Reads a file by its path below the root; nothing where it is not there.
    static func bytes(_ path: String) -> [UInt8] {
        [UInt8](FileManager.default.contents(atPath: root.path + "/" + path) ?? Data())
    }

    /// Reads a file by its path below the root as text.
    static func text(_ path: String) -> String { String(decoding: bytes(path), as: UTF8.self) }
}
