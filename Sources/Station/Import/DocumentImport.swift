// One document from its bytes to the store.

import Analysis
import Foundation
import Ingest
import Lake
import Readings

/// Imports documents: many are read at once, those that are read become visible together.
package struct DocumentImport {
    private let station: Station<LakeWriter>
    package var resolver: SiteResolver
    package let settings: ImportSettings
    /// The description of readings that another document of the same import gave.
    package var readingType: String?
    /// The formats that are taken; nil for all.
    package var wanted: Set<DocumentFormat>?
    /// Threads that read.
    package var threads = ProcessInfo.processInfo.activeProcessorCount

    private var batch: ImportBatch?
    private var waiting: [(index: Int, read: ReadDocument, importID: Int64, changes: RowChanges?)] = []
    /// The first instant at which each site is known to have had data.
    private var operatingSince: [Int64: Int64?] = [:]

    /// Tells what became of a document.
    package typealias Told = (_ index: Int, Result<ImportReport, any Error>) -> Void

    private var lake: LakeWriter { station.lake }

    package init(_ station: Station<LakeWriter>, resolver: SiteResolver, settings: ImportSettings) {
        self.station = station
        self.resolver = resolver
        self.settings = settings
    }

    /// Imports one document.
    ///
    /// - Throws: `IngestError`, `LakeError`, `StationError`; then the store is as it was.
    package mutating func run(_ input: InputDocument) throws -> ImportReport {
        var outcome: Result<ImportReport, any Error>?
        run([input]) { outcome = $1 }
        guard let outcome else { throw IngestError.empty }
        return try outcome.get()
    }

    /// Imports documents, each wholly or not at all.
    ///
    /// - Parameter told: gets what became of each, by its place in `inputs`; in any order.
    package mutating func run(_ inputs: [InputDocument], told: Told) {
        // What lies read beside the store waits for its commit: no other process may clear it away meanwhile.
        do {
            try lake.change { runHeld(inputs, told) }
        } catch {
            for index in inputs.indices { told(index, .failure(error)) }
        }
    }

    private mutating func runHeld(_ inputs: [InputDocument], _ told: Told) {
        resolver.refresh()
        var plans: [(index: Int, plan: DocumentPlan)] = []
        do {
            if resolver.newSitesLike != nil {
                try resolver.makeSites(
                    for: inputs.compactMap { input in
                        guard input.capture == nil,
                            let format = DocumentDetector.formatByFirstLine(start: input.start)
                        else { return nil }
                        return (input.path, format.family.identifiers(name: input.name))
                    }
                )
            }
        } catch {
            for index in inputs.indices { told(index, .failure(error)) }
            return
        }
        for (index, input) in inputs.enumerated() {
            if station.hooks.isCancelled() {
                told(index, .failure(StationError.cancelled))
                continue
            }
            station.hooks.progress(.looking(number: index + 1, count: inputs.count, path: input.path))
            do {
                plans.append((index, try plan(input)))
            } catch {
                told(index, .failure(error))
            }
            // Bills, utility data and the like are few, and some are checked against what came before them.
            let isAlone = plans.last.map { $0.plan.options.format.source == .utility } ?? false
            if isAlone, let last = plans.popLast() {
                read(plans, told)
                plans = []
                read([last], told)
            }
        }
        read(plans, told)
        commit(told)
        station.hooks.progress(.ended)
    }

    // MARK: Plans

    private mutating func plan(_ input: InputDocument) throws -> DocumentPlan {
        if let capture = input.capture {
            let identifiers = GatewayFormats.identifiers(files: try capture())
            return try plan(input, .gatewayCapture, identifiers: identifiers)
        }
        let (format, head) = try DocumentDetector.format(start: input.start)
        if let wanted, !wanted.contains(format) {
            throw StationError.holdsNoBills(title: format.title)
        }
        // An error body belongs to no site: it is told as what it is.
        if format == .apiError { throw try CloudErrors.refusal(head: head) }
        var identifiers = format.family.identifiers(prefix: head[...])
        if resolver.newSitesLike != nil {
            // A name proves little, but where sites are made by it the owner said so.
            identifiers.merge(format.family.identifiers(name: input.name)) { own, _ in own }
        }
        return try plan(input, format, identifiers: identifiers)
    }

    private mutating func plan(
        _ input: InputDocument,
        _ format: DocumentFormat,
        identifiers: [String: String]
    ) throws -> DocumentPlan {
        let site = try resolver.site(path: input.path, identifiers: identifiers)
        try resolver.note(identifiers, of: site)
        var options = settings.options(
            format,
            name: input.name,
            site: site,
            capturedUTCSeconds: input.modifiedUTCSeconds ?? station.now
        )
        options.readingType = readingType
        if format.family.marksCommissioning {
            let since = try operatingSince(site)
            options.enlighten = settings.reportOptions(options, site: site, operatingSince: since)
        }
        return DocumentPlan(
            input: input,
            site: site,
            options: options,
            identifiers: identifiers,
            zone: try ZoneFiles.load(options.timeZone),
            folders: lake.folders
        )
    }

    private mutating func operatingSince(_ site: Site) throws -> Int64? {
        if let known = operatingSince[site.systemID] { return known }
        let first = try lake.operatingSince(site)
        operatingSince[site.systemID] = .some(first)
        return first
    }

    // MARK: Reading

    private mutating func read(_ plans: [(index: Int, plan: DocumentPlan)], _ told: Told) {
        // A store's segments hold systems in order, so documents come in that order too.
        let ordered = plans.sorted {
            ($0.plan.site.systemID, $0.index) < ($1.plan.site.systemID, $1.index)
        }
        var meter = ImportMeter(documentCount: ordered.count)
        OrderedWork.run(
            ordered,
            threads: threads,
            work: { entry in Result { try ReadDocument.read(entry.plan) } },
            take: { entry, result in
                do {
                    let read = try result.get()
                    guard !station.hooks.isCancelled() else {
                        read.staged.discard()
                        throw StationError.cancelled
                    }
                    station.hooks.progress(
                        meter.note(rows: read.staged.rows.seriesRowCount, name: entry.plan.input.name)
                    )
                    try settle(read, index: entry.index, told)
                } catch {
                    told(entry.index, .failure(error))
                }
            }
        )
    }

    private mutating func settle(_ read: ReadDocument, index: Int, _ told: Told) throws {
        var read = read
        do {
            if let found = read.summary.readingType { readingType = found }
            if read.plan.options.format.source == .utility {
                commit(told)
                try checkClock(&read)
            }
            if let described = read.summary.site { try checkZone(described, read.plan.site) }
            try noteOperation(&read)
            read.staged.options = try DocumentReplay.text(of: read.plan.options)
            read.staged.summary = try DocumentReplay.text(of: read.summary.kept)
            if try batch?.mustCommit(before: read.staged) == true { commit(told) }
            if batch == nil {
                batch = try ImportBatch(lake: lake)
            }
            guard let added = try batch?.add(read.staged) else { return }
            read.staged.forgetRows()
            waiting.append((index, read, added.importID, added.changes))
        } catch {
            read.staged.discard()
            if batch?.isBroken == true { giveUp(error, told) }
            throw error
        }
    }

    /// Lets go of a batch that cannot be committed any more: none of its documents goes in.
    private mutating func giveUp(_ error: any Error, _ told: Told) {
        batch?.discard()
        batch = nil
        for document in waiting { told(document.index, .failure(error)) }
        waiting = []
    }

    /// A document that was read beside others did not know of the data that they brought: marks that say that the site was
    /// not in operation yet are taken back.
    private mutating func noteOperation(_ read: inout ReadDocument) throws {
        guard read.plan.options.format.family.marksCommissioning else { return }
        let systemID = read.plan.site.systemID
        let known = operatingSince[systemID] ?? nil
        if let known, known != read.plan.options.enlighten?.operatingSinceUTCSeconds {
            if read.staged.rows.isHeld {
                let cleared = read.staged.rows.clearBeforeCommissioning(since: known)
                let name = "before_commissioning"
                let left = (read.summary.report?.marks[name] ?? 0) - cleared
                if cleared > 0 { read.summary.report?.marks[name] = left > 0 ? left : nil }
                read.plan.options.enlighten?.operatingSinceUTCSeconds = known
            } else {
                // Too many rows to mend in memory: it is read once more, with what is known now.
                read.staged.discard()
                var plan = read.plan
                plan.options.enlighten?.operatingSinceUTCSeconds = known
                read = try ReadDocument.read(plan)
            }
        }
        if let first = read.staged.rows.firstPresentUTCSeconds {
            operatingSince[systemID] = .some(min(first, known ?? first))
        }
    }

    // MARK: Commit

    private mutating func commit(_ told: Told) {
        guard var batch else { return }
        self.batch = nil
        resolver.refresh()
        let documents = waiting
        waiting = []
        do {
            let snapshotID: Int64
            if batch.isEmpty {
                snapshotID = try lake.newestSnapshot()
                batch.discard()
            } else {
                snapshotID = try batch.commit()
            }
            for document in documents {
                let outcome: ImportOutcome =
                    document.changes.map {
                        .imported(importID: document.importID, snapshotID: snapshotID, $0)
                    } ?? .alreadyImported(importID: document.importID)
                told(document.index, .success(ImportReport(completeSite(document.read), outcome)))
            }
        } catch {
            for document in documents { told(document.index, .failure(error)) }
        }
    }

    /// Fills in the facts of the site that a committed document describes. The document is in the store whatever becomes
    /// of them: where they cannot be kept it says so in a warning, and the same import once more makes up for it.
    private func completeSite(_ read: ReadDocument) -> ReadDocument {
        guard let described = read.summary.site else { return read }
        do {
            try DescribedSite.complete(read.plan.site, with: described, lake)
            return read
        } catch {
            var read = read
            read.summary.warn(
                "the ratings of the site that it gives could not be kept (\(error)); import it again"
            )
            if let summary = try? DocumentReplay.text(of: read.summary.kept) { read.staged.summary = summary }
            return read
        }
    }

    // MARK: Checks

    private func checkZone(_ described: SiteDescription, _ site: Site) throws {
        guard described.timeZone != site.timeZone else { return }
        throw StationError.otherZone(described: described.timeZone, site: site.name, zone: site.timeZone)
    }

    /// A clock that is off would put every kilowatt-hour into the wrong hour: refused unless the owner insists.
    private func checkClock(_ read: inout ReadDocument) throws {
        let summary = read.summary
        guard summary.rows["utility_interval"] ?? 0 > 0 else { return }
        let span = Interval(
            startUTCSeconds: summary.firstUTCSeconds ?? 0,
            endUTCSeconds: (summary.lastUTCSeconds ?? 0) + 86_400
        )
        let monitor = try lake.netSlots(read.plan.site, span)
        switch read.clock.outcome(monitor: monitor, place: read.plan.site.place) {
        case .right(let test): read.summary.notes.append("clock: right, by \(test)")
        case .untested(let reason): read.summary.notes.append("clock: not checked, \(reason)")
        case .wrong(let hours, let test):
            guard settings.acceptsClock else {
                throw StationError.clockOff(hours: hours, test: test, times: rightTimes(read.plan, monitor))
            }
            read.summary.warn("\(StationError.clock(hours: hours, test: test)); taken on request")
        }
    }

    /// What the times of a document must be for its clock to be right, tried out; nil where nothing makes it right.
    private func rightTimes(_ plan: DocumentPlan, _ monitor: ClockCheck.Slots) -> String? {
        // A day of NEM12 has no change of the clock, so that its local time is standard time.
        let isFixed = plan.options.format == .nem12
        for times in DocumentOptions.Times.allCases
        where times != plan.options.times && !(isFixed && times == .local) {
            var plan = plan
            plan.options.times = times
            plan.options.takesUTCAsLocal = false
            guard let trial = try? ReadDocument.read(plan) else { continue }
            trial.staged.discard()
            if case .right = trial.clock.outcome(monitor: monitor, place: plan.site.place) {
                return times.rawValue
            }
        }
        return nil
    }
}

extension ImportReport {
    /// Tells what became of a document.
    package init(_ read: ReadDocument, _ outcome: ImportOutcome) {
        self.init(
            name: read.plan.input.name,
            site: read.plan.site.name,
            summary: read.summary,
            summaryJSON: read.staged.summary,
            events: read.events,
            outcome: outcome,
            zone: read.plan.zone
        )
    }
}
