// sunvigil status

import Analysis
import ArgumentParser
import Lake
import Readings
import Station

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        _superCommandName: Sunvigil.name,
        abstract: "What the store holds.",
        discussion: "EXAMPLE\n  sunvigil status --json"
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let lake = try past.open(store)
        // Maintenance is told by: sunvigil history.
        let imports = try lake.imports().filter { ["import", "undo", "live"].contains($0.kind) }
        var sites: [JSONValue] = []
        for site in try lake.sites() { sites.append(try describe(site, lake)) }
        if json {
            Console.print(
                JSONValue.object([
                    ("store", .text(lake.path)), ("snapshot", .integer(try lake.newestSnapshot())),
                    ("sites", .array(sites)), ("imports", .array(imports.map(StatusCommand.json))),
                ]).pretty,
                terminator: ""
            )
            return
        }
        for record in imports {
            let undone = record.undoneBy.map { " (undone by \($0))" } ?? ""
            Console.print(
                "  \(record.importID)  \(record.kind)  \(Console.oneLine(record.sourceName)): \(record.rowsNew) new, \(record.rowsChanged) revised, \(record.rowsSame) unchanged\(undone)"
            )
        }
    }

    /// Returns what a site has as JSON; prints it where a person reads.
    private func describe(_ site: Site, _ lake: some LakeReader) throws -> JSONValue {
        let zone = statedZone(site)
        let readings = try lake.readings(systemID: site.systemID)
        let order = SiteAnalysis.precedence(
            readings,
            captures: try lake.newestCaptures(systemID: site.systemID)
        )
        let series = order.enumerated().compactMap { rank, key in
            readings[key].flatMap { StatusCommand.describe(key, $0, rank: rank + 1, zone) }
        }
        let records = try lake.recordCoverage(systemID: site.systemID)
        let missing = try missingDetectors(site, lake)
        let identifiers = try lake.siteIdentifiers(systemID: site.systemID)
        if !json {
            Console.print("\(site.name) (\(site.timeZone))")
            for line in series.map(\.line) { Console.print("  \(line)") }
            if order.count > 1 {
                Console.print("  (reports use the first of these that is about as complete as the best)")
            }
            records.forEach { Console.print("  \(StatusCommand.line($0, zone))") }
            for detector in missing {
                let kinds = detector.kinds.map(\.rawValue).joined(separator: ", ")
                Console.print(
                    "  not looked for: \(kinds): \(try StatusCommand.reason(detector, site, in: lake))"
                )
            }
            if !identifiers.isEmpty {
                let list = identifiers.map { "\($0.kind) \(Console.oneLine($0.value))" }.joined(
                    separator: ", "
                )
                Console.print("  known as \(list)")
            }
        }
        return .object([
            ("site", .text(site.name)), ("time_zone", .text(site.timeZone)),
            ("series", .array(series.map(\.json))),
            ("records", .array(records.map(StatusCommand.json))),
            (
                "detectors_not_run",
                .array(
                    try missing.map {
                        .object([
                            ("kinds", .array($0.kinds.map { .text($0.rawValue) })),
                            ("reason", .text(try StatusCommand.reason($0, site, in: lake))),
                        ])
                    }
                )
            ),
            (
                "identifiers",
                .array(identifiers.map { .object([("kind", .text($0.kind)), ("value", .text($0.value))]) })
            ),
        ])
    }

    /// A site whose zone is not known is shown all the same: here its owner sees what is wrong with it.
    private func statedZone(_ site: Site) -> TimeZoneRules {
        do {
            return try ZoneFiles.load(site.timeZone)
        } catch {
            Console.error(
                "note: site \(site.name): \(CommandWords.text(error)); its times are UTC; correct it with: sunvigil init --update --site \(site.name) --time-zone …"
            )
            return .utc
        }
    }

    /// Why rules cannot run, and what the owner can do, word for word.
    private static func reason(_ missing: MissingDetector, _ site: Site, in lake: some LakeReader) throws
        -> String
    {
        guard missing.remedy != nil else { return missing.reason }
        let name = try lake.sites().count > 1 ? site.name : nil
        return "\(missing.reason); \(CommandWords.text(.tellRating(site: name)))"
    }

    /// Which rules cannot run for a site, and why.
    private func missingDetectors(_ site: Site, _ lake: some LakeReader) throws -> [MissingDetector] {
        DetectorReadiness.missing(try lake.homeContext(site, try Configuration.load(lake)))
    }

    private static func describe(
        _ key: SeriesKey,
        _ columns: ReadingColumns,
        rank: Int,
        _ zone: TimeZoneRules
    ) -> (line: String, json: JSONValue)? {
        guard let first = columns.startUTCSeconds.first, let last = columns.startUTCSeconds.last else {
            return nil
        }
        let channels = Channel.allCases.filter { columns.hasChannel($0) }.map(\.name)
        let json = JSONValue.object([
            ("source", .text(key.source.name)), ("seconds", .integer(Int64(key.seconds))),
            ("rows", .integer(Int64(columns.rowCount))),
            ("first", .text(Instant(utcSeconds: first).iso8601)),
            ("last", .text(Instant(utcSeconds: last).iso8601)),
            ("channels", .array(channels.map { .text($0) })), ("rank", .integer(Int64(rank))),
        ])
        let span = "\(zone.text(atUTCSeconds: first)) to \(zone.text(atUTCSeconds: last))"
        let line =
            "\(key.source.name), step \(key.seconds) s: \(columns.rowCount) rows, \(span): \(channels.joined(separator: ", "))"
        return (line, json)
    }

    private static func line(_ coverage: Lake.RecordCoverage, _ zone: TimeZoneRules) -> String {
        let step = coverage.seconds.map { $0 == 0 ? ", instants" : ", step \($0) s" } ?? ""
        let first = zone.text(atUTCSeconds: coverage.firstUTCSeconds)
        let last = zone.text(atUTCSeconds: coverage.lastUTCSeconds)
        return
            "\(coverage.table) from \(coverage.source.name)\(step): \(coverage.rowCount) rows, \(first) to \(last)"
    }

    private static func json(_ coverage: Lake.RecordCoverage) -> JSONValue {
        .object([
            ("table", .text(coverage.table)), ("source", .text(coverage.source.name)),
            ("seconds", .optional(coverage.seconds.map { Int64($0) })),
            ("rows", .integer(Int64(coverage.rowCount))),
            ("first", .text(Instant(utcSeconds: coverage.firstUTCSeconds).iso8601)),
            ("last", .text(Instant(utcSeconds: coverage.lastUTCSeconds).iso8601)),
        ])
    }

    private static func json(_ record: ImportRecord) -> JSONValue {
        .object([
            ("import_id", .integer(record.importID)), ("kind", .text(record.kind)),
            ("name", .text(record.sourceName)),
            ("sha256", .optional(record.sha256)), ("rows_new", .integer(Int64(record.rowsNew))),
            ("rows_revised", .integer(Int64(record.rowsChanged))),
            ("rows_unchanged", .integer(Int64(record.rowsSame))),
            ("undone_by", .optional(record.undoneBy)), ("summary", .raw(record.summary)),
        ])
    }
}
