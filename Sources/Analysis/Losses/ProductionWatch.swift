// The rules about losses, day after day: silence is left out, clamps come first, then the array. What is known of a day is known at
// its end; nothing of a later day changes what was told before. See docs/analysis/production-lost.md.

import Readings

/// The rules about losses of one series.
struct ProductionWatch: Sendable {
    /// Days that the slow rule looks back.
    private static let memory: Int64 = 520
    /// Share of the greatest production that a home that sells sends out.
    private static let sellingShare = 0.3
    /// Share of a day's clear sky whose rows are known, from which the day is.
    private static let knownShare = 0.97
    /// Days around a stretch without production whose sky is taken for that of the stretch.
    private static let aroundDays: Int64 = 28

    private let seconds: Int64
    private var envelope: Envelope
    private let sky: PlaneSky
    private var held = HeldBack()
    private var clamps = ClampWatch()
    private var dark: DarkRule
    private var darkRuns: [DarkRun] = []
    private var trips = TripRule()
    private var limit = LimitRule()
    private var part: PartRule
    private var slow: SlowRule
    private var daily: DailyRule
    private var history: [DayMark] = []
    private var top = 0.0
    /// The greatest export of a row, Wh.
    private var mostExported = 0.0
    private let hasBattery: Bool
    private var grown: [Int64] = []
    /// What each day was expected to give, and gave.
    private var days: [Expectation] = []

    /// What is kept of it between two runs.
    struct Kept: Codable, Sendable {
        fileprivate let seconds: Int64
        fileprivate let envelope: Envelope.Kept
        fileprivate let held: HeldBack
        fileprivate let clamps: ClampWatch
        fileprivate let dark: DarkRule
        fileprivate let darkRuns: [DarkRun]
        fileprivate let trips: TripRule
        fileprivate let limit: LimitRule
        fileprivate let part: PartRule.Kept
        fileprivate let slow: SlowRule
        fileprivate let daily: DailyRule
        fileprivate let history: PackedMarks
        fileprivate let top: Double
        fileprivate let mostExported: Double
        fileprivate let grown: [Int64]
        fileprivate let days: PackedExpectations
    }

    var kept: Kept {
        Kept(
            seconds: seconds,
            envelope: envelope.kept,
            held: held,
            clamps: clamps,
            dark: dark,
            darkRuns: darkRuns,
            trips: trips,
            limit: limit,
            part: part.kept,
            slow: slow,
            daily: daily,
            history: PackedMarks(history),
            top: top,
            mostExported: mostExported,
            grown: grown,
            days: PackedExpectations(days)
        )
    }

    /// Goes on where an earlier run stood.
    init(place: Place, hasBattery: Bool, kept: Kept) {
        self.hasBattery = hasBattery
        seconds = kept.seconds
        sky = PlaneSky(place: place)
        envelope = Envelope(place: place, kept: kept.envelope)
        held = kept.held
        clamps = kept.clamps
        dark = kept.dark
        darkRuns = kept.darkRuns
        trips = kept.trips
        limit = kept.limit
        part = PartRule(kept: kept.part)
        slow = kept.slow
        daily = kept.daily
        history = kept.history.marks
        top = kept.top
        mostExported = kept.mostExported
        grown = kept.grown
        days = kept.days.days
    }

    init(place: Place, seconds: Int64, hasBattery: Bool = false) {
        self.hasBattery = hasBattery
        self.seconds = seconds
        envelope = Envelope(place: place)
        dark = DarkRule(latitude: place.latitude)
        part = PartRule(seconds: seconds)
        slow = SlowRule(latitude: place.latitude)
        daily = DailyRule(latitude: place.latitude)
        sky = PlaneSky(place: place)
    }

    /// Takes a day of a report of a row a day.
    mutating func takeDaily(_ day: LossDay) {
        guard let start = day.starts.first else { return }
        let quarters = (0..<96).map { start + Int64($0) * 900 }
        let rows = sky.rows(at: quarters, seconds: 900)
        let planes = rows.reduce(PlaneSky.Planes()) { $0 + $1.planes }
        let noon = rows.map(\.sine).max() ?? 0
        let verdict = clamps.take(day, top: top)
        guard !verdict.spoilsProduction else { return }
        let degrees = SunHeight.degrees(ofSine: noon)
        guard let expected = daily.take(day, planes: planes, noon: degrees) else { return }
        let made = day.produced.first ?? .nan
        days.append(
            Expectation(
                number: day.number,
                whole: expected,
                expected: made.isFinite ? expected : 0,
                produced: made.isFinite ? max(0, made) : 0
            )
        )
    }

    /// Takes a day.
    mutating func take(_ day: LossDay) {
        var day = day
        envelope.expect(&day)
        day.markHeld(by: &held)
        let verdict = clamps.take(day, top: top)
        for value in day.produced where value.isFinite { top = max(top * 0.99999, value) }
        for value in day.exported where value.isFinite { mostExported = max(mostExported * 0.99999, value) }
        guard !day.expected.isEmpty else {
            envelope.learn(day, isNormal: !verdict.spoilsProduction, isLeftOut: verdict.spoilsProduction)
            return
        }
        let levels = DayLevels(day)
        var mark = levels.mark(day)
        mark.isSpoiled = verdict.spoilsProduction
        days.append(
            Expectation(
                number: mark.number,
                whole: mark.whole,
                expected: mark.expected,
                produced: mark.produced
            )
        )
        if !mark.isSpoiled {
            takeDark(day, mark)
            trips.take(day, levels)
            limit.take(day, levels)
        }
        let wasOpen = part.isOpen
        let isSeen = envelope.isSeasonSeen(day.number)
        part.take(mark, of: day, levels: levels, before: history, isSeasonSeen: isSeen)
        if part.isOpen, !wasOpen, let start = part.openStart {
            let first = history.first { $0.number * 86_400 > start - 2 * 86_400 }?.number ?? mark.number
            envelope.leaveOut(from: first)
        }
        history.append(mark)
        if let first = history.first, first.number <= day.number - ProductionWatch.memory - 60 {
            history.removeAll { $0.number <= day.number - ProductionWatch.memory }
        }
        if !part.isOpen, !mark.isSpoiled { slow.take(day, history: history, envelope: envelope) }
        slow.pass(mark)
        let isSuspect = part.isOpen || mark.isSpoiled || part.isSuspect(mark) || limit.isOpen
        if isSeen ? !isSuspect && mark.isNormal : !part.isOpen && !mark.isSpoiled && !limit.isOpen,
            let level = mark.level, level < 1.1, level > 0.75, mark.cover > 0.3
        {
            envelope.follow(level, day: mark.number)
        }
        envelope.learn(
            day,
            isNormal: !isSuspect && (mark.isNormal || (slow.isOpen && (mark.reach ?? 0) > 0.6)),
            isLeftOut: isSuspect || slow.isOpen || (mark.isLow && isSeen)
        )
        if let drift = part.drift { envelope.takeIn(from: drift) }
        grow(mark)
    }

    /// Takes a day of which production may be missing; what was lost is told by the days around.
    private mutating func takeDark(_ day: LossDay, _ mark: DayMark) {
        for index in darkRuns.indices.reversed() {
            guard day.number - darkRuns[index].lastDay <= ProductionWatch.aroundDays else { break }
            if day.number > darkRuns[index].lastDay { darkRuns[index].behind.take(mark) }
        }
        for var run in dark.take(day) where run.notice != nil {
            run.before = skyBefore(run)
            darkRuns.append(run)
        }
    }

    /// What was made of a clear sky in the days before a stretch without production.
    private func skyBefore(_ run: DarkRun) -> SkyShare {
        var share = SkyShare()
        for known in history
        where known.number < run.firstDay && !known.isSpoiled
            && known.number >= run.firstDay - ProductionWatch.aroundDays
        {
            share.take(known)
        }
        return share
    }

    /// Takes in panels that were added.
    private mutating func grow(_ mark: DayMark) {
        guard !mark.isSpoiled, let level = mark.level, level > 1.1,
            slow.isGrown(mark, history: history, envelope: envelope, by: 1.1)
        else { return }
        grown.append(mark.number)
        grown.removeAll { $0 <= mark.number - 15 }
        guard grown.count >= 3, let first = grown.first else { return }
        let levels = history.filter { grown.contains($0.number) }.compactMap(\.level)
        let factor = Median.of(levels) ?? 1
        envelope.grow(by: factor, since: first, days: Set(grown))
        for index in history.indices where history[index].number < first {
            history[index].produced *= factor
        }
        grown = []
        part.clear()
    }

    /// What was found up to now, in no order; each cause once.
    func episodes() -> [LossEpisode] {
        let clamps = clamps.episodes
        let meter = clamps.filter { $0.kind == .productionMeterWrong }
        let tripped = trips.found
        let limited = limit.found
        var dark = (darkRuns + (self.dark.open.map { [$0] } ?? [])).compactMap { run in
            episode(run, isOpen: run == self.dark.open)
        }
        dark.removeAll { run in run.severity == .notice && tripped.contains { $0.overlaps(run) } }
        // What is sharp comes first; what tells the same again is left out.
        var sharp = dark + tripped + limited + daily.found
        sharp.removeAll { loss in meter.contains { $0.covers(loss) } }
        let parts = part.found.filter { level in !(meter + sharp).contains { $0.covers(level) } }
        let slow = slow.found.filter { slow in
            !(parts + limited + meter).contains { $0.overlaps(slow) }
        }
        return clamps + sharp + parts + slow
    }

    /// What each day was expected to give, and what it would have given without what was lost.
    ///
    /// - Parameter episodes: what was found.
    func expectedDays(_ episodes: [LossEpisode]) -> [ExpectedDay] {
        let lost = episodes.filter {
            ($0.kind == .productionLost || $0.kind == .degradation) && $0.severity != .notice
        }
        return days.map { day in
            let (start, end) = (day.number * 86_400, (day.number + 1) * 86_400)
            let isKnown = day.expected > ProductionWatch.knownShare * day.whole
            let share = lost.filter { $0.start < end && $0.knownEnd > start }
                .compactMap { $0.fraction }.max()
            let left = share.map { max(0.02, 1 - $0) }
            return ExpectedDay(
                day: CivilDate(daysSince1970: day.number),
                expectedWh: day.whole,
                recordedWh: isKnown ? day.produced : nil,
                clearness: isKnown && day.expected > 0 ? day.produced / day.expected : nil,
                likelyWh: isKnown
                    ? left.map { $0 > 0.1 ? min(day.whole, day.produced / $0) : nil } ?? day.produced : nil
            )
        }
    }

    private func episode(_ run: DarkRun, isOpen: Bool) -> LossEpisode? {
        guard let notice = run.notice else { return nil }
        var episode = LossEpisode(
            kind: .productionLost,
            fault: .all,
            start: run.start,
            end: isOpen ? nil : run.last,
            alert: notice,
            severity: run.critical != nil ? .critical : run.warning != nil ? .warning : .notice,
            fraction: 1,
            days: run.days,
            lastSeen: run.last
        )
        episode.reading = run.isGentle && run.isLowSun ? "snow" : nil
        episode.sunDegrees = run.sunDegrees
        var run = run
        if isOpen { run.before = skyBefore(run) }
        episode.lostWh = run.lostWh
        if run.provesPanels(usuallySells: mostExported > ProductionWatch.sellingShare * top && !hasBattery) {
            episode.cause = .panels
            episode.sureness = .sure
        }
        return episode
    }
}
