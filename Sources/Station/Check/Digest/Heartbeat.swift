// The sign of life that a check leaves, for another program to see that the watch is awake.

import Foundation
import Lake
import Readings

/// The file by which another program sees that the watch is awake.
package struct Heartbeat {
    package let path: String

    /// Names the file of a store.
    package init(path: String) { self.path = path }

    /// The file of a store, where the owner wants it.
    package init(_ lake: some LakeReader, _ configuration: Configuration) {
        path = configuration.heartbeat ?? lake.path + "/heartbeat.json"
    }

    /// Says how the night was.
    ///
    /// - Parameter errors: what went wrong, each in one line.
    package func beat(now: Int64, code: Int32, _ digest: CheckDigest, errors: [String]) throws {
        var members: [(String, JSONValue)] = [
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(Int64(code))),
            ("summary", .text(digest.line)),
        ]
        if !errors.isEmpty { members.append(("errors", .array(errors.map { .text($0) }))) }
        try write(members)
    }

    /// Returns when the last check ended and how, seconds UTC; nil where that is not known.
    package var lastCheck: (atUTCSeconds: Int64, exitCode: Int32)? {
        guard let bytes = try? Lake.file(path),
            let json = JSONValue(parsing: String(decoding: bytes, as: UTF8.self)),
            let at = json["at"]?.string.flatMap({ Instant(iso8601: $0) }),
            case .integer(let code)? = json["exit_code"]
        else { return nil }
        return (at.utcSeconds, Int32(clamping: code))
    }

    package func fail(now: Int64, _ error: String) throws {
        try write([
            ("at", .text(Instant(utcSeconds: now).iso8601)), ("exit_code", .integer(2)),
            ("error", .text(error)),
        ])
    }

    private func write(_ members: [(String, JSONValue)]) throws {
        try Data(JSONValue.object(members).pretty.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
