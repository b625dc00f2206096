// The check of one site: what changed is analysed again, and nothing else, with the result of a full run.

import Analysis
import Foundation
import Lake
import Readings

/// The check of one site.
package struct SiteCheck {
    package let lake: any LakeReader
    package let site: Site
    package let configuration: Configuration
    /// The time of the run, seconds UTC.
    package let now: Int64
    /// Asks for all rows, also those that did not change.
    package let isFull: Bool
    /// When the inbox brought sources, by site and source, seconds UTC.
    package let nights: [String: [String: [Int64]]]

    /// What a check of a site gave.
    package struct Outcome {
        package let findings: SiteFindings
        /// Tells whether anything had changed, so that the site was analysed. The rows themselves are let go of: a fleet has
        /// too many for memory.
        package let isAnalysed: Bool
        package let zone: TimeZoneRules
        /// Where the site's rows end, of any table.
        package let end: SiteEnd
        /// The end of its series, where they were looked at: its day is that of the newest report.
        package var seriesEnd: Int64?
        /// How much was looked for, where this is a site's first check or all of it was asked for.
        package var lookedFor: LookedFor?
        /// What is known of losses now; nil where nothing was looked at.
        var losses: KeptLosses?
        /// CPU time of the analysis itself, reading left out, seconds.
        package var seconds = 0.0
    }

    /// What a run begins with.
    private struct Start {
        let zone: TimeZoneRules
        let mark: AnalysisMark
        let before: AnalysisMark?
        let known: [StoredFinding]
    }

    package func run() throws -> Outcome {
        let zone = try ZoneFiles.load(site.timeZone)
        let mark = AnalysisMark(
            snapshotID: try lake.newestSnapshot(),
            rules: try lake.analysisRules(site, configuration)
        )
        let before = try lake.analysisMark(systemID: site.systemID)
        let known = try lake.findings(systemID: site.systemID)
        let start = Start(zone: zone, mark: mark, before: before, known: known)
        guard let before, !isFull, before.rules == mark.rules, try !lake.comparesSeries(site) else {
            return try whole(start)
        }
        guard let first = try lake.changedMonths(systemID: site.systemID, since: before.snapshotID).first
        else {
            return try unchanged(start)
        }
        let changedFrom = first.firstDay.daysSince1970 * 86_400
        guard let part = try part(start, of: first, window: self.window(changedFrom, known)) else {
            return try whole(start)
        }
        // What began before the rows that were looked at is looked at as a whole, once.
        guard let earliest = part.early else { return part.outcome }
        return try self.part(start, of: first, window: window(min(changedFrom, earliest), known))?.outcome
            ?? whole(start)
    }

    private func window(_ changedFrom: Int64, _ known: [StoredFinding]) -> AnalysisWindow {
        AnalysisWindow(
            changedFrom: changedFrom,
            findings: known.filter { $0.state == .open }.flatMap(SiteCheck.spans)
        )
    }

    /// Looks at all rows.
    private func whole(_ start: Start) throws -> Outcome {
        let (analysis, _, seconds) = try lake.analyse(site, configuration)
        var outcome = try outcome(analysis, start, seconds: seconds, window: nil, isReconciled: true)
        if isFull || start.before == nil {
            outcome.lookedFor = try LookedFor(
                of: site,
                in: lake,
                configuration: configuration,
                analysis: analysis
            )
        }
        return outcome
    }

    /// Looks at the rows of a window, and tells since when something new is that began before it; nil where what is known of
    /// losses does not reach up to the window.
    private func part(_ start: Start, of month: CivilMonth, window: AnalysisWindow) throws -> (
        outcome: Outcome, early: Int64?
    )? {
        let scope = SiteScope(rowsFrom: window.rowsFrom)
        guard let memory = try lake.lossMemory(site, configuration, rowsFrom: window.rowsFrom) else {
            return nil
        }
        var (analysis, zone, seconds) = try lake.analyse(site, configuration, scope: scope, losses: memory)
        let changedFrom = zone.interval(of: month).startUTCSeconds
        let isReconciled = try concernsUtility(changedFrom, start.known, analysis, zone)
        if isReconciled, let result = try lake.reconciliation(site, zone, configuration) {
            analysis.add(result.findings(zone: zone, dataEnd: analysis.dataEnd))
        }
        let early = analysis.findings.filter { finding in
            !finding.isOfRecords && finding.start.utcSeconds < window.findingsFrom
                && finding.alert.utcSeconds >= changedFrom
                && !start.known.contains { $0.finding.isSame(as: finding) }
        }.map(\.start.utcSeconds).min()
        let outcome = try outcome(
            analysis,
            start,
            seconds: seconds,
            window: window,
            isReconciled: isReconciled
        )
        return (outcome, early)
    }

    /// Tells whether what changed may change what bills and silences say: rows up to the end of the last bill, or within
    /// the four weeks behind a silence. Later rows only make the fits a little better; a full check takes them in.
    private func concernsUtility(
        _ changedFrom: Int64,
        _ known: [StoredFinding],
        _ analysis: SiteAnalysis,
        _ zone: TimeZoneRules
    ) throws -> Bool {
        let reach = Int64(ReconciliationParameters.reachDays + 1) * 86_400
        var ends = try lake.currentBills(site).map { zone.startOfDay($0.end) }
        for finding in analysis.findings where finding.kind == .siteSilent {
            let interval = finding.interval
            if interval.seconds >= ReconciliationParameters.shortestGap {
                ends.append(interval.endUTCSeconds + reach)
            }
        }
        for finding in known where finding.kind == .outage && finding.state == .open {
            ends.append((finding.end ?? finding.start).utcSeconds + reach)
        }
        return (ends.max() ?? .min) > changedFrom
    }

    /// The time of a stored finding and of what is attached to it.
    private static func spans(_ finding: StoredFinding) -> [AnalysisWindow.Known] {
        var spans: [AnalysisWindow.Known] = []
        func add(_ kind: FindingKind, _ start: Instant, _ end: Instant?) {
            let interval = Interval(
                startUTCSeconds: start.utcSeconds,
                endUTCSeconds: max(start.utcSeconds, end?.utcSeconds ?? .max)
            )
            spans.append(AnalysisWindow.Known(kind: kind, interval: interval))
        }
        guard !finding.isOfRecords else { return [] }
        add(finding.kind, finding.start, finding.end)
        for effect in finding.sideEffects {
            add(effect.kind, effect.interval.start, finding.end == nil ? nil : effect.interval.end)
        }
        return spans
    }

    private func outcome(
        _ analysis: SiteAnalysis,
        _ start: Start,
        seconds: Double,
        window: AnalysisWindow?,
        isReconciled: Bool
    ) throws -> Outcome {
        var found = analysis.findings.filter { finding in
            guard let window else { return true }
            return finding.isOfRecords || finding.start.utcSeconds >= window.findingsFrom
        }
        let (watch, end) = try watch(start)
        found += try watch + overdue(start.zone)
        let stored = try found.map { try lake.stored($0, site) }
        let reasons = try reasons(since: start.before?.snapshotID)
        return Outcome(
            findings: SiteFindings(
                systemID: site.systemID,
                findings: stored,
                mark: start.mark,
                isInScope: { finding in
                    if finding.kind.isOfReconciliation { return isReconciled }
                    guard let window, !finding.isOfRecords else { return true }
                    return finding.start.utcSeconds >= window.findingsFrom
                },
                reason: reasons
            ),
            isAnalysed: true,
            zone: start.zone,
            end: end,
            seriesEnd: analysis.dataEnd,
            losses: KeptLosses(analysis, snapshotID: start.mark.snapshotID, rules: start.mark.rules),
            seconds: seconds
        )
    }

    /// Nothing came in: all stays as it is, but for what time itself brings.
    private func unchanged(_ start: Start) throws -> Outcome {
        let (watch, end) = try watch(start)
        let stored = try (watch + overdue(start.zone)).map { try lake.stored($0, site) }
        return Outcome(
            findings: SiteFindings(
                systemID: site.systemID,
                findings: stored,
                mark: start.mark,
                isInScope: { $0.kind.isOfWatch }
            ),
            isAnalysed: false,
            zone: start.zone,
            end: end
        )
    }

    /// What should have come and did not, and where the data end.
    private func watch(_ start: Start) throws -> (findings: [Finding], end: SiteEnd) {
        let empty = start.known.first {
            $0.kind == .noNewData && $0.state == .open && $0.evidence.newestRowEnds == nil
        }
        let watch = SiteWatch(
            lake: lake,
            site: site,
            zone: start.zone,
            configuration: configuration,
            nights: nights
        )
        var (findings, end) = try watch.look(now: now, emptySince: empty?.start.utcSeconds)
        findings += WatchStanding.stalled(configuration, site: site, storePath: lake.path, now: now)
        return (findings, end)
    }

    /// What the owner was promised and did not get.
    private func overdue(_ zone: TimeZoneRules) throws -> [Finding] {
        WatchRules.overdue(try CaseBook.read(lake).promises(site: site, zone), now: now)
    }

    /// Returns what names the documents that came in since a snapshot and hold rows of a finding's time.
    private func reasons(since snapshot: Int64?) throws -> @Sendable (StoredFinding) -> ClosingReason {
        guard let snapshot else { return { _ in ClosingReason() } }
        let fresh = try lake.imports(systemID: site.systemID).filter {
            $0.snapshotID > snapshot && $0.undoneBy == nil
        }
        return { finding in
            let end = finding.end?.utcSeconds ?? .max
            let filling = fresh.filter { record in
                guard let first = record.firstMicroseconds, let last = record.lastMicroseconds else {
                    return false
                }
                return first / 1_000_000 < end && last / 1_000_000 >= finding.start.utcSeconds
            }
            guard !filling.isEmpty else { return ClosingReason() }
            return ClosingReason(filledBy: filling.prefix(20).map { ($0.importID, $0.sourceName) })
        }
    }
}

extension Finding {
    /// Tells whether another is the same one: of one device and kind, from one moment on.
    fileprivate func isSame(as other: Finding) -> Bool {
        kind == other.kind && device == other.device && start == other.start
    }
}
