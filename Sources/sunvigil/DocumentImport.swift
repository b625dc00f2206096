// One document from its bytes to the store.

import Analysis
import Foundation
import Ingest
import Lake
import Readings

/// What the owner told about documents.
struct ImportSettings {
    var capturedUTCSeconds: Int64?
    var dateOrder = EnlightenOptions.DateOrder.mdy
    var stepSeconds: Int64?
    var skipsBadRows = false
    var ignoresTotals = false
    var side: DocumentOptions.Side?
    var takesUTCAsLocal = false
    var acceptsClock = false
    var registerDigits = 5
}

/// Imports documents.
struct DocumentImport {
    let lake: Lake
    let resolver: SiteResolver
    let settings: ImportSettings
    /// The description of readings that another document of the same import gave.
    var readingType: String?
    /// The formats that are taken; nil for all.
    var wanted: Set<DocumentFormat>?

    init(lake: Lake, resolver: SiteResolver, settings: ImportSettings) {
        self.lake = lake
        self.resolver = resolver
        self.settings = settings
    }

    /// Imports a document.
    ///
    /// - Throws: `IngestError`, `LakeError`, `CommandError`; then the store is as it was.
    mutating func run(_ input: InputDocument) throws -> ImportReport {
        if let capture = input.capture {
            let files = try capture()
            let bundle = GatewayBundle.pack(files)
            var job = try start(
                input,
                .gatewayCapture,
                identifiers: GatewayFormats.identifiers(files: files)
            )
            do {
                try job.take(bundle[...])
                return try job.finish()
            } catch {
                job.session.discard()
                throw error
            }
        }
        // The first bytes decide; they are handed on once the reader is there.
        var prefix: [UInt8] = []
        var job: Job?
        do {
            try input.read { piece in
                if job != nil {
                    try job?.take(piece)
                    return
                }
                prefix += piece
                guard prefix.count >= DocumentDetector.prefixBytes else { return }
                job = try begin(input, prefix)
                try job?.take(prefix[...])
                prefix = []
            }
            if job == nil {
                job = try begin(input, prefix)
                try job?.take(prefix[...])
            }
            guard var done = job else { throw IngestError.empty }
            defer { job = done }
            let report = try done.finish()
            if let found = done.readingTypeFound { readingType = found }
            return report
        } catch {
            job?.session.discard()
            throw error
        }
    }

    private func begin(_ input: InputDocument, _ prefix: [UInt8]) throws -> Job {
        let head = prefix[..<min(prefix.count, DocumentDetector.prefixBytes)]
        let format = try DocumentDetector.format(prefix: head)
        if let wanted, !wanted.contains(format) {
            throw CommandError("it is \(format.title), which holds no bills; use: sunvigil import")
        }
        if format == .apiError {
            // An error body belongs to no site: it is told as what it is.
            var options = DocumentOptions(
                format: format,
                timeZone: "UTC",
                capturedUTCSeconds: 0,
                latitude: 0,
                longitude: 0
            )
            options.name = input.name
            var parser = DocumentParsers.make(options, zone: .utc)
            try parser.feed(prefix[...]) { _ in }
            _ = try parser.finish { _ in }
        }
        return try start(input, format, identifiers: DocumentDetector.identifiers(prefix: head))
    }

    private func start(_ input: InputDocument, _ format: DocumentFormat, identifiers: [String: String]) throws
        -> Job
    {
        let site = try resolver.site(path: input.path, identifiers: identifiers)
        let captured =
            settings.capturedUTCSeconds ?? input.modifiedUTCSeconds ?? Int64(Date().timeIntervalSince1970)
        var options = DocumentOptions(
            format: format,
            timeZone: site.timeZone,
            capturedUTCSeconds: captured,
            latitude: site.place.latitude,
            longitude: site.place.longitude
        )
        options.side = settings.side
        options.takesUTCAsLocal = settings.takesUTCAsLocal
        options.name = input.name
        options.skipsBadRows = settings.skipsBadRows
        options.registerDigits = settings.registerDigits
        options.readingType = readingType
        if format == .enlightenCSV {
            var own = EnlightenOptions(timeZone: site.timeZone, capturedUTCSeconds: captured)
            own.dateOrder = settings.dateOrder
            own.stepSeconds = settings.stepSeconds
            own.skipsBadRows = settings.skipsBadRows
            own.ignoresTotals = settings.ignoresTotals
            own.installedW = site.installed?.value
            own.operatingSinceUTCSeconds = try lake.operatingSince(site)
            options.enlighten = own
        }
        return try Job(
            lake: lake,
            site: site,
            name: input.name,
            options: options,
            identifiers: identifiers,
            acceptsClock: settings.acceptsClock
        )
    }

    /// One document on its way.
    struct Job {
        let lake: Lake
        let site: Site
        let name: String
        let options: DocumentOptions
        let identifiers: [String: String]
        let acceptsClock: Bool
        let zone: TimeZoneRules
        var session: ImportSession
        private var parser: any DocumentParser
        private var clock = ClockCheck()
        private var events: [SiteEvent] = []
        private var byteCount: Int64 = 0
        /// A description of readings that this document holds for others.
        private(set) var readingTypeFound: String?

        init(
            lake: Lake,
            site: Site,
            name: String,
            options: DocumentOptions,
            identifiers: [String: String],
            acceptsClock: Bool
        ) throws {
            self.lake = lake
            self.site = site
            self.name = name
            self.options = options
            self.identifiers = identifiers
            self.acceptsClock = acceptsClock
            zone = try ZoneFiles.load(options.timeZone)
            let document = ImportDocument(
                sourceName: name,
                systemID: site.systemID,
                capturedUTCSeconds: options.capturedUTCSeconds,
                options: try DocumentReplay.text(of: options)
            )
            session = try ImportSession(lake: lake, document: document) {
                try DocumentReplay.replay(lake, $0, $1)
            }
            parser = DocumentParsers.make(options, zone: zone)
        }

        /// Takes a piece of the document.
        mutating func take(_ bytes: ArraySlice<UInt8>) throws {
            try session.keep(bytes)
            byteCount += Int64(bytes.count)
            var parser = parser
            defer { self.parser = parser }
            try parser.feed(bytes) { try add($0) }
            Console.progress("\(name): \(byteCount >> 20) MiB")
        }

        private mutating func add(_ batch: Batch) throws {
            if case .utility(let intervals) = batch { intervals.forEach { clock.take($0) } }
            if case .events(let found) = batch { events += found }
            try DocumentReplay.rows(batch, systemID: site.systemID, source: options.format.source) { rows in
                switch rows {
                case .series(let key, let columns): try session.add(columns, to: key)
                case .records(let records): session.add(records, source: options.format.source)
                }
            }
        }

        /// Ends the document and makes it visible.
        mutating func finish() throws -> ImportReport {
            var parser = parser
            var summary = try parser.finish { try add($0) }
            Console.progress("")
            readingTypeFound = (parser as? GreenButtonParser)?.readingTypeFound
            if options.format.source == .utility { try checkClock(&summary) }
            if let described = summary.site { try checkZone(described) }
            var text = try DocumentReplay.text(of: summary)
            let report = (parser as? EnlightenDocumentParser)?.report
            if let report { text = try DocumentReplay.text(of: report) }
            let outcome = try session.commit(
                summary: text,
                rowsRead: summary.rows.values.reduce(0, +),
                rowsRefused: summary.refusedRows,
                identifiers: identifiers
            )
            if let described = summary.site { try DescribedSite.complete(site, with: described, lake) }
            return ImportReport(
                name: name,
                site: site.name,
                summary: summary,
                enlighten: report,
                summaryJSON: text,
                events: events,
                outcome: outcome,
                zone: zone
            )
        }

        private func checkZone(_ described: SiteDescription) throws {
            guard described.timeZone != site.timeZone else { return }
            throw CommandError(
                "it describes a site in the zone \(described.timeZone), \(site.name) is in \(site.timeZone); pass --site, or change the site with: sunvigil init --update"
            )
        }

        /// A clock that is off would put every kilowatt-hour into the wrong hour: refused unless the owner insists.
        private func checkClock(_ summary: inout DocumentSummary) throws {
            guard summary.rows["utility_interval"] ?? 0 > 0 else { return }
            let span = Interval(
                startUTCSeconds: summary.firstUTCSeconds ?? 0,
                endUTCSeconds: (summary.lastUTCSeconds ?? 0) + 86_400
            )
            let monitor = try lake.hourlyNet(site, span)
            switch clock.outcome(monitor: monitor, place: site.place) {
            case .right(let test): summary.notes.append("clock: right, by \(test)")
            case .untested(let reason): summary.notes.append("clock: not checked, \(reason)")
            case .wrong(let hours, let test):
                let amount = JSONValue.fixed(hours, decimals: 1)
                let what = "the clock is off by about \(amount) h, by \(test)"
                guard acceptsClock else {
                    throw CommandError(
                        "\(what); if its times are local pass --utc-is-local, to take it as it is pass --accept-clock"
                    )
                }
                summary.warn("\(what); taken on request")
            }
        }
    }
}

extension Lake {
    /// Import minus export per hour as the monitor measured it, Wh; of the series that reports use.
    func hourlyNet(_ site: Site, _ interval: Interval) throws -> ClockCheck.Hourly {
        var hourly: ClockCheck.Hourly = [:]
        let series = try readings(systemID: site.systemID, interval: interval).filter {
            $0.key.seconds <= 3600 && $0.value.hasChannel(.imported) && $0.value.hasChannel(.exported)
        }
        let order = SiteAnalysis.precedence(
            series,
            captures: try newestCaptures(systemID: site.systemID)
        )
        guard let key = order.first, let columns = series[key] else { return [:] }
        for row in 0..<columns.rowCount where !columns.quality(ofRow: row).isAbsent {
            let imported = columns[.imported][row]
            let exported = columns[.exported][row]
            guard imported != ReadingColumns.missingWh, exported != ReadingColumns.missingWh else { continue }
            let hour = columns.startUTCSeconds[row].flooredDivision(by: 3600)
            hourly[hour, default: 0] += Double(imported) - Double(exported)
        }
        return hourly
    }

    /// The first interval of the site with energy; nil before any.
    func operatingSince(_ site: Site) throws -> Int64? {
        let zone = try ZoneFiles.load(site.timeZone)
        return try readings(systemID: site.systemID).compactMap { key, columns in
            let presence = Presence(key: key, columns: columns, zone: zone)
            return presence.firstPresentRow.map { presence.columns.startUTCSeconds[$0] }
        }.min()
    }
}
