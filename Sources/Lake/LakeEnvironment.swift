// What a store takes from the world around it; tests put in their own.

import Foundation
import Readings

/// Clock, randomness and name of the program.
package struct LakeEnvironment: Sendable {
    /// The program's version, as `0.1.0`.
    package let programVersion: String
    /// The time in microseconds since 1970-01-01T00:00:00Z.
    package let nowMicroseconds: @Sendable () -> Int64
    /// A new UUID in lower case.
    package let makeUUID: @Sendable () -> String

    /// How long a change waits for the change of another process.
    package var lockPatience: Duration
    /// Is told that a change waits: the store's path and the process that holds it.
    package var onWait: @Sendable (_ path: String, _ holder: String) -> Void
    /// Reads a kept document again, as it was read at first, and hands on its rows with their source.
    package var readDocument: @Sendable (LakeSnapshot, ImportRecord, @escaping Lake.RowSink) throws -> Void =
        {
            _,
            record,
            _ in
            throw LakeError.keptDocument(name: record.sourceName, reason: "nobody here reads documents")
        }
    /// The owner's home folder; empty where there is none.
    package var home = ""
    /// The rules of a zone of the tz database.
    package let loadZone: @Sendable (String) throws -> TimeZoneRules

    /// Makes an environment.
    package init(
        programVersion: String,
        loadZone: @escaping @Sendable (String) throws -> TimeZoneRules = { _ in .utc },
        nowMicroseconds: @escaping @Sendable () -> Int64 = {
            Int64(Date().timeIntervalSince1970 * 1_000_000)
        },
        makeUUID: @escaping @Sendable () -> String = { UUID().uuidString.lowercased() },
        lockPatience: Duration = .seconds(10),
        onWait: @escaping @Sendable (_ path: String, _ holder: String) -> Void = { _, _ in }
    ) {
        self.programVersion = programVersion
        self.loadZone = loadZone
        self.nowMicroseconds = nowMicroseconds
        self.makeUUID = makeUUID
        self.lockPatience = lockPatience
        self.onWait = onWait
    }

    /// The program as it signs files and snapshots.
    var signature: String { "Sunvigil version \(programVersion) (build swift)" }
}

/// Instants as DuckLake writes them.
enum CatalogueTime {
    /// Returns `2026-11-23 14:14:57.437496+00`; trailing zeros of the fraction are cut.
    static func text(microseconds: Int64) -> String {
        let seconds = microseconds.flooredDivision(by: 1_000_000)
        let fraction = microseconds - seconds * 1_000_000
        let whole = Instant(utcSeconds: seconds).iso8601.dropLast().replacing("T", with: " ")
        guard fraction > 0 else { return "\(whole)+00" }
        var digits = String(String(1_000_000 + fraction).dropFirst())
        while digits.hasSuffix("0") { digits.removeLast() }
        return "\(whole).\(digits)+00"
    }

    /// Parses what `text` writes; nil for any other text.
    static func microseconds(_ text: String) -> Int64? {
        guard text.hasSuffix("+00") else { return nil }
        let parts = text.dropLast(3).split(separator: ".", maxSplits: 1)
        guard let first = parts.first, let instant = Instant(iso8601: "\(first)Z") else { return nil }
        guard parts.count == 2 else { return instant.utcSeconds * 1_000_000 }
        guard parts[1].count <= 6, let digits = Int64(parts[1]), digits >= 0 else { return nil }
        var fraction = digits
        for _ in parts[1].count..<6 { fraction *= 10 }
        return instant.utcSeconds * 1_000_000 + fraction
    }
}
