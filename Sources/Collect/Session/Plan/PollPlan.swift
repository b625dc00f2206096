// When which path is due: cadences, the second of the minute at which a round begins, the quiet quarter of an hour at night and
// the full set of every day. It knows no answer; what rests because of one is in BackOff.swift.

import Readings

/// The plan of what is asked when.
package struct PollPlan: Sendable {
    /// What the plan depends on.
    struct Facts: Equatable, Sendable {
        /// A meter gives readings.
        var isMetered = true
        /// There are batteries or a grid relay.
        var hasBatteries = true
        /// The relay has a path of its own.
        var hasRelay = true
    }

    /// The second of the gateway's minute at which rounds begin.
    let secondOfMinute: Double
    private let zone: TimeZoneRules
    private var asked: [Asked?]
    private var isForced: [Bool]
    private var daySlot: Int64?
    private var minute: Int64 = 0
    /// When the running full set began; nil where none runs.
    private(set) var fullSetStart: Moment?
    private var fullSetRounds = 0
    private var lastFullSet: Double?

    /// When a path was last asked.
    private struct Asked: Sendable {
        var slot: Int64
        var monotonicSeconds: Double
    }

    /// The quiet window: seconds of the gateway's local day. Gateways restart about 23:00.
    static let quietSeconds: Range<Int64> = (22 * 3600 + 55 * 60)..<(23 * 3600 + 10 * 60)
    /// The second of the local day at which the full set begins: in daylight, when inverters answer.
    static let fullSetSecond: Int64 = 12 * 3600 + 20 * 60
    /// A full set waits so many rounds for paths that fail.
    private static let longestFullSet = 10
    /// Rounds begin at least so far apart, seconds; the next mark is taken otherwise.
    static let leastApart = 50.0

    /// Makes a plan under which everything is due.
    ///
    /// - Parameters:
    ///   - zone: the zone of the site.
    ///   - secondOfMinute: 2 to 9: behind the minute, another for every watch.
    init(zone: TimeZoneRules, secondOfMinute: Double) {
        self.zone = zone
        self.secondOfMinute = secondOfMinute
        asked = Array(repeating: nil, count: GatewayPath.plan.count)
        isForced = Array(repeating: true, count: GatewayPath.plan.count)
    }

    /// Tells whether the gateway is left in peace, but for its readings.
    package func isQuiet(gatewaySeconds: Double) -> Bool {
        PollPlan.quietSeconds.contains(localSeconds(gatewaySeconds).flooredRemainder(by: 86_400))
    }

    /// Returns the seconds until the next mark at which a round may begin.
    ///
    /// - Parameters:
    ///   - gatewaySeconds: now, by the gateway's clock.
    ///   - sinceStart: seconds since the last round began; nil for none.
    func secondsToMark(gatewaySeconds: Double, sinceStart: Double?) -> Double {
        let behind = (gatewaySeconds - secondOfMinute).truncatingRemainder(dividingBy: 60)
        var wait = 60 - (behind < 0 ? behind + 60 : behind)
        if let sinceStart, sinceStart + wait < PollPlan.leastApart { wait += 60 }
        return wait
    }

    /// Begins a round.
    mutating func begin(gatewaySeconds: Double, at: Moment) {
        setMinute(gatewaySeconds: gatewaySeconds)
        let day = day(gatewaySeconds)
        let isLongAgo = lastFullSet.map { at.monotonicSeconds - $0 >= 43_200 } ?? true
        if day != daySlot, isLongAgo, !isQuiet(gatewaySeconds: gatewaySeconds) {
            for index in isForced.indices { isForced[index] = true }
            (fullSetStart, lastFullSet, daySlot) = (at, at.monotonicSeconds, day)
            fullSetRounds = 0
        }
    }

    /// Takes note of the gateway's minute.
    mutating func setMinute(gatewaySeconds: Double) {
        minute = Int64(bounded: ((gatewaySeconds - secondOfMinute) / 60).rounded())
    }

    /// Takes note of a full set that an earlier plan completed: the next one is due on another day.
    mutating func resumeFullSet(endedGatewaySeconds: Double, monotonicSeconds: Double) {
        (daySlot, lastFullSet) = (day(endedGatewaySeconds), monotonicSeconds)
        for index in isForced.indices { isForced[index] = false }
    }

    /// The day of a time; it begins with the full set.
    private func day(_ gatewaySeconds: Double) -> Int64 {
        (localSeconds(gatewaySeconds) - PollPlan.fullSetSecond).flooredDivision(by: 86_400)
    }

    /// Returns the places of the paths that are due, in the order in which they are asked.
    func due(_ facts: Facts, isQuiet: Bool, monotonicSeconds: Double) -> [Int] {
        GatewayPath.plan.indices.filter { index in
            let path = GatewayPath.plan[index]
            if isQuiet {
                guard path.role == (facts.isMetered ? .readings : .info) else { return false }
            }
            return isForced[index] || isDue(index, facts: facts, monotonicSeconds: monotonicSeconds)
        }
    }

    /// Takes note that a path was answered.
    mutating func answered(_ index: Int, _ facts: Facts, monotonicSeconds: Double) {
        isForced[index] = false
        let minutes = PollPlan.minutes(GatewayPath.plan[index], facts)
        asked[index] = Asked(slot: slot(index, minutes), monotonicSeconds: monotonicSeconds)
    }

    /// Makes every path due at once, as behind another firmware.
    mutating func forceAll(at: Moment) {
        for index in isForced.indices { isForced[index] = true }
        (fullSetStart, lastFullSet, fullSetRounds) = (at, at.monotonicSeconds, 0)
    }

    /// Makes a path due.
    mutating func force(_ index: Int) { isForced[index] = true }

    /// Ends the running full set where nothing of it is left, at the end of a round that could ask; returns when it began.
    ///
    /// - Parameter resting: places of paths of which nothing is to be had now.
    mutating func endFullSet(resting: Set<Int>) -> Moment? {
        guard let start = fullSetStart else { return nil }
        fullSetRounds += 1
        let isComplete = isForced.indices.allSatisfy { !isForced[$0] || resting.contains($0) }
        guard isComplete || fullSetRounds >= PollPlan.longestFullSet else { return nil }
        for index in isForced.indices { isForced[index] = false }
        fullSetStart = nil
        return start
    }

    /// Returns how often a path is asked, minutes.
    static func minutes(_ path: GatewayPath, _ facts: Facts) -> Int {
        switch path.role {
        case .readings: facts.isMetered ? path.everyMinutes : GatewayPath.day
        case .battery, .relay: facts.hasBatteries ? path.everyMinutes : GatewayPath.day
        case .batteryList: !facts.hasBatteries ? GatewayPath.day : facts.hasRelay ? path.everyMinutes : 1
        case .total: facts.isMetered ? path.everyMinutes : 5
        case .info, .meters, .other: path.everyMinutes
        }
    }

    /// Spans of time tell whether a path is due by the gateway's minutes, so that nothing drifts; the other clock bounds what
    /// a jump of the first can do.
    private func isDue(_ index: Int, facts: Facts, monotonicSeconds: Double) -> Bool {
        guard let last = asked[index] else { return true }
        let minutes = PollPlan.minutes(GatewayPath.plan[index], facts)
        // Of the day the full set takes care.
        let since = monotonicSeconds - last.monotonicSeconds
        if since >= Double(minutes) * 120 { return true }
        guard minutes < GatewayPath.day else { return false }
        return since >= Double(minutes) * 30 && slot(index, minutes) != last.slot
    }

    private func slot(_ index: Int, _ minutes: Int) -> Int64 {
        (minute - Int64(GatewayPath.plan[index].phase)).flooredDivision(by: Int64(max(1, minutes)))
    }

    private func localSeconds(_ gatewaySeconds: Double) -> Int64 {
        let seconds = Int64(bounded: gatewaySeconds)
        return seconds + zone.offset(atUTCSeconds: seconds)
    }
}

extension Int64 {
    /// The whole seconds of a time from outside, kept where dates can be counted; 0 for what is no number.
    init(bounded value: Double) {
        self = value.isNaN ? 0 : Int64(Swift.min(Swift.max(value, -1e11), 1e11).rounded(.down))
    }
}
