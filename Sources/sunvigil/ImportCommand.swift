// sunvigil import

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Take in Enlighten CSV reports.",
        discussion: """
            Each file goes in wholly or not at all; a bad file is named and the others still go in (exit code 2).
            The same file twice changes nothing. Where reports overlap, the later capture wins.

            EXAMPLES
              sunvigil import ~/Downloads/1234567_custom_report.csv
              sunvigil import --site cabin reports/
              cat report.csv | sunvigil import -
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Option(help: "Order of day and month: mdy (all known reports) or dmy.") var dateOrder: String = "mdy"
    @Option(
        help: ArgumentHelp("When the report was captured, UTC (default: the file's time).", valueName: "time")
    ) var capturedAt: String?
    @Option(help: ArgumentHelp("The step, where one row cannot tell it.", valueName: "n")) var stepMinutes:
        Int64?
    @Flag(help: "Leave out rows that cannot be read.") var skipBadRows = false
    @Flag(help: "Take totals that do not add up.") var ignoreTotals = false
    @Flag(help: "Print the summaries as JSON.") var json = false
    @Argument(help: "Files, folders, or - for standard input.") var paths: [String]

    func run() throws {
        guard let order = EnlightenOptions.DateOrder(rawValue: dateOrder) else {
            throw CommandError("--date-order is mdy or dmy, not \(dateOrder)")
        }
        if let capturedAt, Instant(iso8601: capturedAt) == nil {
            throw CommandError("--captured-at is a time as 2025-04-01T09:00:00Z, not \(capturedAt)")
        }
        if let stepMinutes, ![5, 15, 30, 60, 1_440].contains(stepMinutes) {
            throw CommandError("--step-minutes is 5, 15, 30, 60 or 1440, not \(stepMinutes)")
        }
        let lake = try store.open(.write)
        let site = try lake.site(named: self.site)
        var hasFailed = false
        var summaries: [JSONValue] = []
        for path in expanded() {
            do {
                summaries.append(try importOne(path, lake, site, order))
            } catch {
                hasFailed = true
                Console.error("sunvigil: cannot import \(path): \(error)")
                summaries.append(.object([("file", .text(path)), ("error", .text("\(error)"))]))
            }
        }
        if json { Console.print(JSONValue.array(summaries).pretty, terminator: "") }
        if hasFailed { throw ExitCode(2) }
    }

    /// Folders give their CSV files in the order of their names.
    private func expanded() -> [String] {
        paths.flatMap { path -> [String] in
            var isDirectory: ObjCBool = false
            guard path != "-", FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory),
                isDirectory.boolValue
            else { return [path] }
            let names = (FileManager.default.enumerator(atPath: path)?.allObjects as? [String]) ?? []
            return names.filter { $0.lowercased().hasSuffix(".csv") }.sorted().map { "\(path)/\($0)" }
        }
    }

    private func importOne(_ path: String, _ lake: Lake, _ site: Site, _ order: EnlightenOptions.DateOrder)
        throws -> JSONValue
    {
        let handle: FileHandle
        var captured = Int64(Date().timeIntervalSince1970)
        if path == "-" {
            handle = .standardInput
        } else {
            var isDirectory: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
                throw CommandError("there is no such file; check the path")
            }
            guard !isDirectory.boolValue, let opened = FileHandle(forReadingAtPath: path) else {
                throw CommandError("it cannot be opened; check its permissions")
            }
            handle = opened
            let modified = try? FileManager.default.attributesOfItem(atPath: path)[.modificationDate] as? Date
            // A file's time can be anything; one beyond the calendar says nothing.
            let seconds = modified?.timeIntervalSince1970 ?? -1
            if (0...253_402_300_799).contains(seconds) { captured = Int64(seconds) }
        }
        if let capturedAt, let instant = Instant(iso8601: capturedAt) { captured = instant.utcSeconds }
        var options = EnlightenOptions(timeZone: site.timeZone, capturedUTCSeconds: captured)
        options.dateOrder = order
        options.stepSeconds = stepMinutes.map { $0 * 60 }
        options.skipsBadRows = skipBadRows
        options.ignoresTotals = ignoreTotals
        options.installedW = site.installed?.value
        options.operatingSinceUTCSeconds = try lake.operatingSince(site)
        return try EnlightenImport(lake: lake, site: site, options: options).run(
            handle,
            name: path == "-" ? "standard input" : (path as NSString).lastPathComponent,
            isJSON: json
        )
    }
}
