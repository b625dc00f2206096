// All questions about one site, asked once. Columns in, findings out.

import Readings

/// The state of a site as its series show it.
package struct SiteAnalysis: Sendable {
    /// The series, finest step first, each with the stretch of time for which no finer one speaks.
    package let series: [(presence: Presence, scope: Interval)]
    /// The findings by start.
    package private(set) var findings: [Finding]
    /// How the histories of different steps agree.
    package let comparisons: [SeriesComparison]
    /// What each local day was expected to give under a clear sky, in order; empty where that is not known.
    package private(set) var expectedDays: [ExpectedDay] = []
    /// What a later run may know of losses before it begins.
    package private(set) var lossStates: [SeriesKey: LossState] = [:]

    /// Analyses a site. Costs time in proportion to the rows.
    ///
    /// - Parameters:
    ///   - captures: when each series was captured last, in any unit; missing ones count as oldest.
    ///   - home: the home's columns with its devices; nil where there is nothing to ask them.
    ///   - records: what was reported of single moments, and by the utility.
    ///   - hasBattery: the owner named one; where `home` knows of one, that counts too.
    ///   - documents: what the documents of each series cover.
    ///   - losses: what an earlier run knew of losses.
    package init(
        place: Place,
        zone: TimeZoneRules,
        series columns: [SeriesKey: ReadingColumns],
        captures: [SeriesKey: Int64] = [:],
        home: HomeContext? = nil,
        records: SiteRecords = SiteRecords(),
        hasBattery: Bool = false,
        documents: DocumentCover = DocumentCover(),
        losses: LossMemory = .none
    ) {
        let presences = SiteAnalysis.precedence(columns, captures: captures).compactMap { key in
            columns[key].map {
                Presence(
                    key: key,
                    columns: $0,
                    zone: zone,
                    hasBattery: hasBattery || home?.hasBattery ?? false,
                    documents: documents
                )
            }
        }
        series = SiteAnalysis.scopes(presences)
        comparisons = SiteAnalysis.compare(presences, zone: zone)
        let sun = SolarPosition(place: place)
        var found: [Finding] = comparisons.compactMap { $0.finding(zone: zone) }
        for (presence, scope) in series {
            let others = presences.filter { $0.key != presence.key && $0.isMetered }
            let context = SeriesContext(
                presence: presence,
                scope: scope,
                zone: zone,
                sun: sun,
                covered: SiteAnalysis.coveredDays(others, of: presence, zone: zone)
            )
            found += Detectors.ofSeries.flatMap { $0.findings(context) }
        }
        for presence in presences where losses.isAsked {
            let known = losses.states[presence.key]
            let seen = LossDetector.look(
                at: presence,
                zone: zone,
                place: place,
                hasBattery: hasBattery || home?.hasBattery ?? false,
                known: known
            )
            let scopes = series.filter { $0.presence.key == presence.key }.map(\.scope)
            // What lies before the rows that were read is of an earlier run.
            found += seen.findings.filter { finding in
                known != nil && finding.start.utcSeconds < presence.span?.startUTCSeconds ?? .min
                    || scopes.contains { $0.contains(finding.start.utcSeconds) }
            }
            lossStates[presence.key] = seen.state
            if expectedDays.isEmpty { expectedDays = seen.days }
        }
        SiteAnalysis.keepFirst(.placeWrong, in: &found)
        if let home { found += HomeAnalysis.findings(home) }
        var records = records
        records.relay = home?.columns.changes ?? []
        found += Detectors.ofRecords.flatMap { $0.findings(records) }
        found = RetiredDevices(records.states).ended(found)
        found = LossWitness(
            home: home,
            presences: presences,
            records: records,
            hasBattery: hasBattery || home?.hasBattery ?? false,
            sun: sun,
            zone: zone
        ).heard(found)
        found = CaptureDoubles.folded(found)
        findings = SiteAnalysis.merged(Causes.attached(found).sorted(by: Finding.isBefore))
    }

    /// Keeps one finding of a kind that is about the site itself: that of the first series by precedence.
    private static func keepFirst(_ kind: FindingKind, in found: inout [Finding]) {
        guard let first = found.firstIndex(where: { $0.kind == kind }) else { return }
        found = found.enumerated().filter { $0.offset == first || $0.element.kind != kind }.map(\.element)
    }

    /// Adds findings that were made elsewhere.
    package mutating func add(_ others: [Finding]) {
        findings = (findings + others).sorted(by: Finding.isBefore)
    }

    /// The end of the newest interval of any series, seconds UTC; nil where there are no data.
    package var dataEnd: Int64? { series.compactMap { $0.presence.span?.endUTCSeconds }.max() }

    /// What several series show of one device from one moment on is one finding; the others' evidence is kept with it.
    private static func merged(_ sorted: [Finding]) -> [Finding] {
        var result: [Finding] = []
        var others: [Int: [JSONValue]] = [:]
        for finding in sorted {
            // Sorted by start, kind and device, equal ones stand side by side.
            if let last = result.last, last.start == finding.start, last.kind == finding.kind,
                last.device == finding.device
            {
                let index = result.count - 1
                others[index, default: []].append(finding.evidence.json)
                result[index].end = result[index].end.flatMap { own in finding.end.map { max(own, $0) } }
                result[index].knownEnd = max(result[index].knownEnd, finding.knownEnd)
                result[index].severity = max(result[index].severity, finding.severity)
            } else {
                result.append(finding)
            }
        }
        for (index, evidence) in others {
            result[index].evidence.also = evidence
        }
        return result
    }

    /// Returns the series in the order in which reports use them: those that meter the grid or the load before those of
    /// production alone, then the finest step, then the latest capture. See docs/precedence.md.
    package static func precedence(_ columns: [SeriesKey: ReadingColumns], captures: [SeriesKey: Int64])
        -> [SeriesKey]
    {
        func isMetered(_ key: SeriesKey) -> Bool {
            guard let own = columns[key] else { return false }
            return [Channel.consumed, .imported, .exported].contains { own.hasChannel($0) }
        }
        let metered = Set(columns.keys.filter(isMetered))
        return columns.keys.sorted { left, right in
            if metered.contains(left) != metered.contains(right) { return metered.contains(left) }
            if left.seconds != right.seconds { return left.seconds < right.seconds }
            let (before, after) = (captures[left] ?? .min, captures[right] ?? .min)
            return before == after ? left.source.rawValue < right.source.rawValue : before > after
        }
    }

    /// A coarser history speaks only where no finer one does, so that one silence is one finding.
    private static func scopes(_ presences: [Presence]) -> [(presence: Presence, scope: Interval)] {
        var spoken: [Interval] = []
        var result: [(presence: Presence, scope: Interval)] = []
        for presence in presences {
            guard let span = presence.span else { continue }
            var rest = [span]
            for taken in spoken { rest = rest.flatMap { subtract(taken, from: $0) } }
            result += rest.map { (presence, $0) }
            spoken.append(span)
        }
        return result
    }

    /// Returns the whole local days without any data of one series on which another one has some: what one document lacks,
    /// another may have. Production alone covers nothing, and zeros do not: they may be nights.
    private static func coveredDays(_ others: [Presence], of presence: Presence, zone: TimeZoneRules)
        -> [Interval]
    {
        guard !others.isEmpty else { return [] }
        var days: Set<CivilDate> = []
        for run in presence.absentRuns() where run.endUTCSeconds - run.startUTCSeconds >= 23 * 3600 {
            let interval = Interval(startUTCSeconds: run.startUTCSeconds, endUTCSeconds: run.endUTCSeconds)
            for other in others {
                for row in other.columns.rowRange(in: interval) where other.hasEnergy(row) {
                    let day = zone.wallClock(atUTCSeconds: other.columns.startUTCSeconds[row]).day
                    let whole = zone.interval(of: day)
                    if whole.startUTCSeconds >= interval.startUTCSeconds,
                        whole.endUTCSeconds <= interval.endUTCSeconds
                    {
                        days.insert(day)
                    }
                }
            }
        }
        return days.sorted().map { zone.interval(of: $0) }
    }

    /// Returns what is left of a time without another.
    static func subtract(_ taken: Interval, from whole: Interval) -> [Interval] {
        guard taken.overlaps(whole) else { return [whole] }
        var parts: [Interval] = []
        if whole.startUTCSeconds < taken.startUTCSeconds {
            parts.append(
                Interval(startUTCSeconds: whole.startUTCSeconds, endUTCSeconds: taken.startUTCSeconds)
            )
        }
        if taken.endUTCSeconds < whole.endUTCSeconds {
            parts.append(Interval(startUTCSeconds: taken.endUTCSeconds, endUTCSeconds: whole.endUTCSeconds))
        }
        return parts
    }

    private static func compare(_ presences: [Presence], zone: TimeZoneRules) -> [SeriesComparison] {
        var comparisons: [SeriesComparison] = []
        for (index, fine) in presences.enumerated() {
            for coarse in presences.dropFirst(index + 1) where SeriesComparison.isAsked(fine.key, coarse.key)
            {
                for channel in Channel.allCases
                where fine.columns.hasChannel(channel) && coarse.columns.hasChannel(channel) {
                    // Import and export are netted at the report's own step: their sums differ by design.
                    if channel == .imported || channel == .exported { continue }
                    if let comparison = SeriesComparison(fine, coarse, channel: channel, zone: zone) {
                        comparisons.append(comparison)
                    }
                }
            }
        }
        return comparisons
    }
}
