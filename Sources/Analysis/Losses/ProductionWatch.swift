// The rules about losses, day after day: silence is left out, clamps come first, then the array. What is known of a day is known at
// its end; nothing of a later day changes what was told before. See docs/analysis/production-lost.md.

import Foundation
import Readings

/// The rules about losses of one series.
struct ProductionWatch: Sendable {
    nonisolated(unsafe) static var isVerbose = false
    /// Days that the slow rule looks back.
    private static let memory: Int64 = 520
    /// Days around a stretch without production whose sky is taken for that of the stretch.
    private static let aroundDays: Int64 = 28

    private let seconds: Int64
    private(set) var envelope: Envelope
    private let sky: PlaneSky
    private var held = HeldBack()
    private(set) var clamps = ClampWatch()
    private var dark: DarkRule
    private var darkRuns: [DarkRun] = []
    private var trips = TripRule()
    private var limit = LimitRule()
    private var part: PartRule
    private var slow: SlowRule
    private var daily: DailyRule
    private var history: [DayMark] = []
    private var top = 0.0
    private var grown: [Int64] = []
    private(set) var days: [DayMark] = []

    init(place: Place, seconds: Int64) {
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
        _ = daily.take(day, planes: planes, noon: asin(min(1, max(0, noon))) * 180 / .pi)
    }

    /// Takes a day.
    mutating func take(_ day: LossDay) {
        var day = day
        envelope.expect(&day)
        held.mark(&day)
        let verdict = clamps.take(day, top: top)
        for value in day.produced where value.isFinite { top = max(top * 0.99999, value) }
        guard !day.expected.isEmpty else {
            envelope.learn(day, isNormal: !verdict.spoilsProduction, isLeftOut: verdict.spoilsProduction)
            return
        }
        let levels = DayLevels(day)
        var mark = levels.mark(day)
        mark.isSpoiled = verdict.spoilsProduction
        if ProductionWatch.isVerbose {
            print(
                "@",
                CivilDate(daysSince1970: mark.number),
                mark.level ?? -1,
                mark.cover,
                mark.upper ?? -1,
                mark.best ?? -1,
                mark.peak ?? -1,
                mark.held,
                Int(mark.produced),
                Int(mark.whole),
                mark.isSpoiled,
                part.isOpen
            );
            print(
                "%",
                CivilDate(daysSince1970: mark.number),
                zip(levels.shares, levels.isSmooth).filter { $0.0.isFinite }.map {
                    "\(Int($0.0 * 100))\($0.1 ? "s" : "")"
                }.joined(separator: " ")
            )
        }
        days.append(mark)
        if !mark.isSpoiled {
            takeDark(day, mark)
            trips.take(day, levels)
            limit.take(day, levels)
        }
        let wasOpen = part.isOpen
        part.take(mark, day, levels, before: history, isSeasonSeen: envelope.isSeasonSeen(day.number))
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
        let isSeen = envelope.isSeasonSeen(day.number)
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
            for known in history
            where known.number < run.firstDay && !known.isSpoiled
                && known.number >= run.firstDay - ProductionWatch.aroundDays
            {
                run.before.take(known)
            }
            darkRuns.append(run)
        }
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
        envelope.grow(by: Median.of(levels) ?? 1, since: first, days: Set(grown))
        for index in history.indices where history[index].number < first {
            history[index].produced *= Median.of(levels) ?? 1
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
        if isOpen {
            for known in history
            where known.number < run.firstDay && !known.isSpoiled
                && known.number >= run.firstDay - ProductionWatch.aroundDays
            {
                run.before.take(known)
            }
        }
        episode.lostWh = run.lostWh
        return episode
    }
}
