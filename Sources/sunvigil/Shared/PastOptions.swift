// The option by which reading verbs show a past state of the store.

import ArgumentParser
import Lake
import Readings

/// Which state of the store is read.
struct PastOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Read the store as it was at a time, UTC: 2025-03-13T04:30:00Z, or a day for its end, or a snapshot's number.",
            valueName: "time"
        )
    )
    var asOf: String?

    /// Opens the store for reading, in the state that was asked for.
    func open(_ store: StoreOptions) throws -> LakeSnapshot {
        let lake = try store.snapshot()
        guard let asOf else { return lake }
        if let snapshot = Int64(asOf) { return try lake.at(snapshot: snapshot) }
        return try lake.at(microseconds: try TimeText.instant(asOf, endsDay: true, "--as-of") * 1_000_000)
    }
}

/// Times as owners write them.
enum TimeText {
    /// Returns an instant in seconds UTC: a time, or the start or the end of a day.
    static func instant(_ text: String, endsDay: Bool = false, _ option: String) throws -> Int64 {
        if let instant = Instant(iso8601: text) { return instant.utcSeconds }
        if let day = CivilDate(text) { return (day.daysSince1970 + (endsDay ? 1 : 0)) * 86_400 }
        throw CommandError("\(option) is a day as 2025-03-13 or a time as 2025-03-13T04:30:00Z, not \(text)")
    }

    /// Returns the interval between two days of a zone, both of which may be left out; the last one is included.
    static func interval(from: String?, to: String?, _ zone: TimeZoneRules) throws -> Interval? {
        guard from != nil || to != nil else { return nil }
        func start(_ text: String, _ option: String, next: Int64) throws -> Int64 {
            if let day = CivilDate(text) { return zone.startOfDay(day.advanced(by: next)) }
            return try instant(text, option)
        }
        let first = try from.map { try start($0, "--from", next: 0) } ?? -62_135_596_800
        let last = try to.map { try start($0, "--to", next: 1) } ?? 253_402_300_800
        guard first < last else { throw CommandError("--from is after --to; exchange them") }
        return Interval(startUTCSeconds: first, endUTCSeconds: last)
    }
}
