// Where tests find things: the checkout, the shared folder beside it, scratch folders, seeded randomness.

import Foundation

/// Folders of the checkout.
package enum Checkout {
    /// The root of the package.
    package static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
}

/// The folder of samples beside the checkout. Tests that need it are skipped only where it is absent.
package enum Shared {
    /// The folder.
    package static let root = Checkout.root.deletingLastPathComponent().appending(path: "shared")
    /// Tells whether the folder is there.
    package static var isPresent: Bool { FileManager.default.fileExists(atPath: root.path) }

    /// Returns a path inside the folder.
    package static func path(_ relative: String) -> String { root.appending(path: relative).path }

    /// Reads a file of the folder.
    package static func bytes(_ relative: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: root.appending(path: relative)))
    }
}

/// A folder that is removed when the value goes. A class, because removal belongs to the last holder.
package final class ScratchFolder {
    /// The folder.
    package let url: URL

    /// Makes a new empty folder.
    package init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "sunvigil-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The folder's path.
    package var path: String { url.path }

    /// Writes a file and returns its path.
    package func write(_ name: String, _ text: String) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(text.utf8).write(to: file)
        return file.path
    }
}

/// A small generator whose seed is printed when a test fails (SplitMix64).
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    /// Starts from a seed.
    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
