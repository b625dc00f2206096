// sunvigil import

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

struct ImportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        _superCommandName: Sunvigil.name,
        abstract: "Take in reports, saved JSON, gateway captures, utility data and bills.",
        discussion: """
            Each document is recognised by its content: Enlighten CSV reports; JSON saved from the Enlighten page; bodies
            of the official API (v4, v2, v1); folders with captures of the gateway; Green Button XML, utility CSV and
            NEM12; bills.csv. Folders are walked; ZIP and gzip are opened. Each document goes in wholly or not at all; a
            bad one is named and the others still go in (exit code 2). The same document twice changes nothing. Where
            documents of one source overlap, the later capture wins. A site description among the documents makes the store
            and the site where there are none.

            EXAMPLES
              sunvigil import ~/Downloads/1234567_custom_report.csv
              sunvigil import --site cabin reports/
              sunvigil import --new-sites-like home --map 'cabin/*=cabin' archive.zip
              cat report.csv | sunvigil import -
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "The site; not needed where the store has one, or knows the system id or gateway.")
    var site: String?
    @Option(help: ArgumentHelp("Documents whose path fits belong to the site.", valueName: "pattern=site"))
    var map: [SiteResolver.Mapping] = []
    @Option(
        help: ArgumentHelp(
            "Make a site for each unknown system id, gateway or mapped name, with zone and place of this one.",
            valueName: "site"
        )
    )
    var newSitesLike: String?
    @Option(
        help:
            "Order of day and month in dates with slashes: mdy or dmy (default: mdy in Enlighten reports, told from the dates in other files)."
    )
    var dateOrder: String?
    @Option(
        help: ArgumentHelp(
            "When the document was captured, UTC (default: the file's time).",
            valueName: "time"
        )
    ) var capturedAt: String?
    @Option(help: ArgumentHelp("The step, where one row of a report cannot tell it.", valueName: "n"))
    var stepMinutes: Int64?
    @Option(help: "What the single column of a utility file is: import, export or net.") var side: String?
    @Option(help: ArgumentHelp("Digits of the registers on bills.", valueName: "n")) var registerDigits = 5
    @Option(
        help:
            "What the times of a utility's file are: local (the site's wall clock), standard (its standard time all year) or utc (default: what the format says)."
    )
    var times: String?
    @Flag(help: "The older form of --times local (Green Button) and --times standard (NEM12, CSV).")
    var utcIsLocal = false
    @Flag(help: "Take a utility's times although the clock check fails.") var acceptClock = false
    @Flag(help: "Leave out rows that cannot be read.") var skipBadRows = false
    @Flag(help: "Take totals that do not add up.") var ignoreTotals = false
    @Flag(help: "Tell of each document also where there are many.") var verbose = false
    @Flag(help: "Print the summaries as JSON.") var json = false
    @Option(help: ArgumentHelp("Threads that read (default: one a core).", valueName: "n")) var threads: Int?
    @Argument(help: "Files, folders, archives, or - for standard input.") var paths: [String]

    /// More documents than this are told in sums.
    private static let fewDocuments = 12

    func run() throws {
        let settings = try settings()
        var digest = ImportDigest()
        var passedOver: [(String, any Error)] = []
        let documents = InputWalk.documents(
            paths,
            failed: { digest.fail($0, $1) },
            passedOver: { passedOver.append(($0, $1)) }
        )
        for (path, reason) in passedOver { digest.passOver(path, reason) }
        Interrupt.listen()
        let before = Set(((try? store.snapshot().sites()) ?? []).map(\.name))
        let lake = StoreOptions.telling(
            try DescribedSite.open(try store.lakeStore, documents, name: site, hooks: .terminal)
        )
        let station = Station(lake: lake, hooks: .terminal)
        if let site { _ = try lake.site(named: site) }
        if let newSitesLike { _ = try lake.site(named: newSitesLike) }
        let resolver = SiteResolver(lake: lake, named: site, mappings: map, newSitesLike: newSitesLike)
        let isTold = verbose || documents.count <= ImportCommand.fewDocuments
        var job = DocumentImport(station, resolver: resolver, settings: settings)
        if let threads { job.threads = threads }
        var results: [Result<ImportReport, any Error>?] = Array(repeating: nil, count: documents.count)
        var next = 0
        job.run(documents) { index, result in
            results[index] = result
            // Told in the order in which they were named.
            while next < results.count, let result = results[next] {
                results[next] = .failure(IngestError.empty)
                tell(documents[next], result, isOneOfMany: documents.count > 1, isTold: isTold, &digest)
                next += 1
            }
        }
        // A site appears with its first row; whoever made one by hand keeps it.
        _ = try SiteBook.removeEmpty(except: before, lake)
        digest.tell(isTold: isTold, isJSON: json)
        if digest.hasFailed { throw ExitCode(2) }
    }

    private func tell(
        _ document: InputDocument,
        _ result: Result<ImportReport, any Error>,
        isOneOfMany: Bool,
        isTold: Bool,
        _ digest: inout ImportDigest
    ) {
        Console.progress("")
        switch result {
        case .success(let report):
            digest.add(document.path, report)
            if !json && isTold { Console.print(report.text) }
        case .failure(StationError.cancelled): digest.stop(document.path)
        case .failure(let error):
            digest.fail(document, error, isOneOfMany: isOneOfMany)
        }
    }

    private func settings() throws -> ImportSettings {
        var settings = ImportSettings()
        settings.dateOrder = try BillsCommand.dateOrder(dateOrder)
        if let capturedAt {
            guard let instant = Instant(iso8601: capturedAt) else {
                throw CommandError("--captured-at is a time as 2025-04-01T09:00:00Z, not \(capturedAt)")
            }
            settings.capturedUTCSeconds = instant.utcSeconds
        }
        if let stepMinutes, ![5, 15, 30, 60, 1_440].contains(stepMinutes) {
            throw CommandError("--step-minutes is 5, 15, 30, 60 or 1440, not \(stepMinutes)")
        }
        settings.stepSeconds = stepMinutes.map { $0 * 60 }
        if let side {
            guard let known = DocumentOptions.Side(rawValue: side) else {
                throw CommandError("--side is import, export or net, not \(side)")
            }
            settings.side = known
        }
        guard (3...9).contains(registerDigits) else {
            throw CommandError("--register-digits is 3 to 9, not \(registerDigits)")
        }
        if let threads, !(1...64).contains(threads) {
            throw CommandError("--threads is 1 to 64, not \(threads)")
        }
        settings.registerDigits = registerDigits
        settings.takesUTCAsLocal = utcIsLocal
        if let times {
            guard let known = DocumentOptions.Times(rawValue: times) else {
                throw CommandError("--times is local, standard or utc, not \(times)")
            }
            guard !utcIsLocal else {
                throw CommandError("--times says what --utc-is-local does; leave one of them out")
            }
            settings.times = known
        }
        settings.acceptsClock = acceptClock
        settings.skipsBadRows = skipBadRows
        settings.ignoresTotals = ignoreTotals
        return settings
    }
}

extension SiteResolver.Mapping: ExpressibleByArgument {
    /// Takes `PATTERN=SITE`.
    public init?(argument: String) { self.init(argument) }
}
