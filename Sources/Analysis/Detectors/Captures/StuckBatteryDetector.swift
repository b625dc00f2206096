// A battery whose state of charge stands still, capture after capture, while its siblings move. See
// docs/analysis/captures.md; plateaus in intervals, with the energy that went in, are told by PinnedBatteryDetector.

import Readings

/// Finds batteries that stand still in captures at any spacing.
enum StuckBatteryDetector: RecordDetector {
    package static let profile = DetectorProfile(
        kinds: [.batteryPinned: .nineDays, .batteryNoCharge: .nineDays],
        memoryDays: 0,
        page: "captures.md"
    )

    /// Points within which a state of charge is the same: one up and one down.
    private static let stillPoints = 2.0
    /// Captures that must show it, and the time that they must span: a pack may stand still for a day or two.
    private static let leastPolls = 5
    private static let leastSeconds: Int64 = 3 * 86_400
    /// Points by which a sibling that works moves.
    private static let movedPoints = 20.0
    /// Share of the siblings that must move.
    private static let movedShare = 1.0 / 3
    /// Points between it and a sibling that tell, in so many captures and in such a share of all.
    private static let apartPoints = 10.0
    private static let apartPolls = 3
    private static let apartShare = 0.3
    /// A full battery beside one that is merely less full is no wonder: from here on it counts as full, and a sibling must
    /// have fallen this far.
    private static let fullPercent = 99.5
    private static let fallenPoints = 30.0
    /// Points above the siblings' lowest state within which it stands low: it took no charge.
    private static let lowPoints = 5.0

    package static func findings(_ records: SiteRecords) -> [Finding] { findings(BatteryPolls(records)) }

    /// Returns batteries that stand still while others move. A battery alone cannot be judged.
    static func findings(_ polls: BatteryPolls) -> [Finding] {
        let serials = polls.serials
        guard serials.count >= 2 else { return [] }
        return serials.flatMap { serial in
            let own = polls.polls.filter { $0.percent[serial] != nil }
            return runs(of: serial, own).compactMap { finding(serial, own, in: $0) }
        }
    }

    /// The longest stretches in which a battery shows the same.
    private static func runs(of serial: String, _ polls: [BatteryPolls.Poll]) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        var start = 0
        while start < polls.count {
            var end = start
            var (low, high) = (Double.infinity, -Double.infinity)
            while end < polls.count {
                let value = polls[end].percent[serial] ?? 0
                guard max(high, value) - min(low, value) <= stillPoints else { break }
                (low, high) = (min(low, value), max(high, value))
                end += 1
            }
            runs.append(start..<end)
            start = end
        }
        return runs
    }

    /// What siblings did while a battery stood still, capture by capture.
    private struct Siblings {
        private var range: [String: (low: Double, high: Double)] = [:]
        private var count = 0
        private var apart = 0
        private(set) var lowest = Double.infinity

        mutating func take(_ poll: BatteryPolls.Poll, except serial: String) {
            count += 1
            let own = poll.percent[serial] ?? 0
            let others = poll.percent.filter { $0.key != serial }
            for (name, value) in others {
                let known = range[name] ?? (value, value)
                range[name] = (min(known.low, value), max(known.high, value))
            }
            let needed = own >= fullPercent ? fallenPoints : apartPoints
            let far = others.values.count { abs($0 - own) >= needed }
            if far > 0, Double(far) >= movedShare * Double(others.count) { apart += 1 }
            if let middle = Median.of(Array(others.values)) { lowest = min(lowest, middle) }
        }

        /// The points by which those that moved did, the middle of them; nil where too few moved.
        var moved: Double? {
            let moves = range.values.map { $0.high - $0.low }
            let moving = moves.filter { $0 >= movedPoints }
            guard !moving.isEmpty, Double(moving.count) >= movedShare * Double(moves.count) else {
                return nil
            }
            return Median.of(moving)
        }

        var tells: Bool {
            count >= leastPolls && apart >= apartPolls && Double(apart) >= apartShare * Double(count)
                && moved != nil
        }
    }

    private static func finding(_ serial: String, _ polls: [BatteryPolls.Poll], in run: Range<Int>)
        -> Finding?
    {
        guard run.count >= leastPolls else { return nil }
        var siblings = Siblings()
        var alert: Int64?
        for index in run {
            siblings.take(polls[index], except: serial)
            if alert == nil, polls[index].at - polls[run.lowerBound].at >= leastSeconds, siblings.tells {
                alert = polls[index].at
            }
        }
        guard let alert, siblings.tells, let moved = siblings.moved else { return nil }
        let values = run.compactMap { polls[$0].percent[serial] }
        guard let low = values.min(), let high = values.max() else { return nil }
        let isLow = high <= siblings.lowest + lowPoints
        return .ofRecords(
            isLow ? .batteryNoCharge : .batteryPinned,
            serial,
            start: polls[run.lowerBound].at,
            end: run.upperBound < polls.count ? polls[run.upperBound].at : nil,
            alert: alert,
            knownEnd: polls[run.upperBound - 1].at,
            severity: .warning,
            sureness: .likely,
            rule: FindingRule(
                .stuckInCaptures,
                [
                    ("captures", .integer(Int64(leastPolls))),
                    ("days", .integer(leastSeconds / 86_400)),
                    ("siblings_move_points", .number(movedPoints, decimals: 0)),
                ]
            ),
            evidence: Evidence {
                $0.table = "device_reading"
                $0.deviceKind = "battery"
                $0.serial = serial
                $0.events = run.count
                $0.lowestSoCPercent = low
                $0.highestSoCPercent = high
                $0.greatestPoints = moved
            }
        )
    }
}
