// No production while the sun is up: since when, how grave, and whether snow is as likely. Runs go on across nights.

import Readings

/// A stretch of rows without production in the sun.
struct DarkRun: Codable, Equatable, Sendable {
    /// The start of the first row, and the end of the last, seconds UTC.
    var start: Int64
    var last: Int64
    /// Hours of rows without production.
    var hours = 0.0
    /// The clear sky that was missed, in days.
    var clearDays = 0.0
    /// Days with two hours or more of it.
    var days = 0
    /// Local days since its first.
    var span: Int64 = 0
    /// What a clear sky gives in it, Wh.
    var expected = 0.0
    /// The highest sun, degrees, that it saw.
    var sunDegrees = 0.0
    /// What went out meanwhile, Wh, and whether all rows tell it.
    var exported = 0.0
    var tellsExport = true
    /// Tells whether a battery may have taken what was made.
    var hasBattery = false
    /// Tells whether it began at dawn or out of a poor light: as snow does.
    var isGentle = false
    /// Tells whether the sun is low at noon.
    var isLowSun = false
    /// What was made, and what a clear sky gives, in the days before it and behind it, Wh.
    var before = SkyShare()
    var behind = SkyShare()
    /// When it became worth telling, grave, and gravest, seconds UTC.
    var notice: Int64?
    var warning: Int64?
    var critical: Int64?
    fileprivate var hoursToday = 0.0
    fileprivate(set) var firstDay: Int64 = 0
    fileprivate(set) var lastDay: Int64 = 0

    /// Tells whether the rows leave no other reading than that the panels stopped: a home without a battery that sells what it has too
    /// much of sells nothing under a high sun.
    func provesPanels(usuallySells: Bool) -> Bool {
        usuallySells && tellsExport && !hasBattery && exported <= 0.01 * expected && critical != nil
    }

    /// What would have been made under the sky of the days around, Wh; nil where they are not known.
    var lostWh: Double? {
        let shares = [before.share, behind.share].compactMap { $0 }
        return shares.isEmpty ? nil : expected * shares.reduce(0, +) / Double(shares.count)
    }
}

/// What was made of a clear sky in some days, Wh.
struct SkyShare: Codable, Equatable, Sendable {
    var made = 0.0
    var sky = 0.0

    /// Made over what a clear sky gives; nil of nothing.
    var share: Double? { sky > 0 ? made / sky : nil }

    mutating func take(_ mark: DayMark) {
        made += mark.produced
        sky += mark.expected
    }
}

/// Rows without production, day after day.
struct DarkRule: Codable, Sendable {
    private static let leastSine = 0.1219
    private static let share = 0.004
    private static let leastWh = 0.5
    /// Of the day's and of the year's greatest clear sky from which a row says something.
    private static let ofDay = 0.06
    private static let ofYear = 0.025
    /// From when on it is told, hours and clear days; is grave, clear days.
    private static let noticeHours = 2.0
    private static let noticeDays = 0.2
    private static let warningDays = 0.7
    /// Light before it from below which it begins gently.
    private static let gentleShare = 0.35
    /// Days of low sun until it is grave, and times the longest that went by itself.
    private static let snowDays: Int64 = 10
    private static let snowTimes = 1.5
    /// Rows that tell that it is over: share of the clear sky, and Wh.
    private static let backShare = 0.02

    private let latitude: Double
    private var run: DarkRun?
    private var lastShare: Double?
    private var longestSnow: Int64 = 0
    /// The greatest clear sky of a row of late, Wh.
    private var top = 0.0

    init(latitude: Double) { self.latitude = latitude }

    /// The run that has not ended; nil where there is none.
    var open: DarkRun? { run }

    /// Takes a day and returns the runs that ended in it.
    mutating func take(_ day: LossDay) -> [DarkRun] {
        guard !day.expected.isEmpty else { return [] }
        var ended: [DarkRun] = []
        let dayTop = day.expected.max() ?? 0
        top = max(dayTop, top * 0.998)
        let whole = day.expected.reduce(0, +)
        guard whole > 0 else { return [] }
        let noon = SunHeight.degrees(ofSine: day.sine.max() ?? 0)
        let isLowSun = SunHeight.isLow(noonDegrees: noon, latitude: latitude)
        run?.hoursToday = 0
        var isFirst = true
        for row in day.starts.indices {
            let (made, expected) = (day.produced[row], day.expected[row])
            guard made.isFinite, !day.isHeld[row] else { continue }
            let isTelling =
                day.sine[row] > DarkRule.leastSine && expected > DarkRule.ofDay * dayTop
                && expected > DarkRule.ofYear * top
            if made > max(DarkRule.backShare * expected, DarkRule.share * expected + 2 + DarkRule.leastWh) {
                if let run { ended.append(over(run)) }
                run = nil
            } else if isTelling, made <= DarkRule.share * expected + DarkRule.leastWh {
                if run == nil {
                    var new = DarkRun(start: day.starts[row], last: day.end(of: row))
                    new.isGentle = isFirst || (lastShare ?? 0) < DarkRule.gentleShare
                    new.isLowSun = isLowSun
                    new.firstDay = day.number
                    run = new
                }
                extend(day, row, whole: whole)
            }
            if isTelling {
                isFirst = false
                lastShare = made / expected
            }
        }
        return ended
    }

    private mutating func extend(_ day: LossDay, _ row: Int, whole: Double) {
        guard var run else { return }
        run.last = day.end(of: row)
        run.lastDay = day.number
        run.hours += day.hours
        run.expected += day.expected[row]
        if day.exported[row].isFinite {
            run.exported += day.exported[row]
        } else {
            run.tellsExport = false
        }
        run.hasBattery = run.hasBattery || day.charged[row].isFinite || day.discharged[row].isFinite
        run.clearDays += day.expected[row] / whole
        run.sunDegrees = max(run.sunDegrees, SunHeight.degrees(ofSine: day.sine[row]))
        run.span = day.number - run.firstDay + 1
        if run.hoursToday < DarkRule.noticeHours, run.hoursToday + day.hours >= DarkRule.noticeHours {
            run.days += 1
        }
        run.hoursToday += day.hours
        if run.notice == nil, run.hours >= DarkRule.noticeHours, run.clearDays >= DarkRule.noticeDays {
            run.notice = run.last
        }
        let mayBeSnow = run.isGentle && run.isLowSun
        let isGrave =
            mayBeSnow
            ? run.span > max(DarkRule.snowDays, Int64(DarkRule.snowTimes * Double(longestSnow)))
            : run.clearDays >= DarkRule.warningDays
        if run.warning == nil, isGrave, run.notice != nil { run.warning = run.last }
        if run.critical == nil, run.warning != nil, run.days >= 2 { run.critical = run.last }
        self.run = run
    }

    private mutating func over(_ run: DarkRun) -> DarkRun {
        if run.isGentle, run.isLowSun { longestSnow = max(longestSnow, run.span) }
        return run
    }
}
