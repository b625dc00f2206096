// Golden files: what a thing looked like when somebody last looked at it. UPDATE_GOLDEN=1 rewrites them.

import Foundation

/// A golden file under Tests.
package enum Golden {
    /// Compares a text with a golden file, or rewrites that where it is asked for.
    ///
    /// - Parameter path: below Tests, as `ReportTests/Golden/month.md`.
    /// - Returns: nil where they are equal, else the first line that differs.
    package static func difference(_ text: String, _ path: String) throws -> String? {
        let url = Checkout.root.appending(path: "Tests/\(path)")
        if ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
            return nil
        }
        let golden = String(decoding: try Data(contentsOf: url), as: UTF8.self)
        guard golden != text else { return nil }
        let old = golden.split(separator: "\n", omittingEmptySubsequences: false)
        let new = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (line, (before, after)) in zip(old, new).enumerated() where before != after {
            return "\(path) line \(line + 1): \(before.prefix(300)) became \(after.prefix(300))"
        }
        return "\(path): \(old.count) lines became \(new.count)"
    }
}
