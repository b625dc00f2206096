// The batteries' states of charge as captures show them together, at any spacing: those of one capture stand side by side.
// Batteries that stand still are told by StuckBatteryDetector.

import Readings

/// States of charge, capture by capture.
struct BatteryPolls {
    /// What one capture shows.
    struct Poll {
        let at: Int64
        /// State of charge by serial number, percent.
        var percent: [String: Double] = [:]
    }

    let polls: [Poll]

    /// States of charge within this belong to one capture, seconds.
    private static let together: Int64 = 1_800
    /// Batteries this far apart in so many captures in turn, over such a time, do not work together.
    private static let apartPoints = 20.0
    private static let apartPolls = 5
    private static let apartSeconds: Int64 = 3 * 86_400

    /// Gathers the moments of batteries. What the gateway repeats of a battery that is silent is no state of today.
    init(_ records: SiteRecords) {
        let silences = Dictionary(grouping: SilentBatteries.silences(records), by: \.device.serial)
        let retired = RetiredDevices(records.states)
        var polls: [Poll] = []
        for reading in records.moments.sorted(by: { $0.startUTCSeconds < $1.startUTCSeconds }) {
            let (serial, at) = (reading.device.serial, reading.startUTCSeconds)
            guard !serial.isEmpty, let percent = reading.values[.stateOfCharge], (0...100).contains(percent),
                !retired.contains(serial, at: at),
                !(silences[serial] ?? []).contains(where: { at > $0.start && at < $0.end ?? .max })
            else { continue }
            if polls.isEmpty || at - polls[polls.count - 1].at > BatteryPolls.together {
                polls.append(Poll(at: at))
            }
            polls[polls.count - 1].percent[serial] = percent
        }
        self.polls = polls
    }

    private init(polls: [Poll]) { self.polls = polls }

    /// The serial numbers.
    var serials: [String] { Set(polls.flatMap(\.percent.keys)).sorted() }

    /// Returns the polls without a battery in a stretch of time.
    func without(_ serial: String, in interval: Interval) -> BatteryPolls {
        BatteryPolls(
            polls: polls.map { poll in
                guard poll.at >= interval.startUTCSeconds && poll.at <= interval.endUTCSeconds else {
                    return poll
                }
                var poll = poll
                poll.percent[serial] = nil
                return poll
            }
        )
    }

    /// A stretch in which a battery stands far from the others.
    private struct Stretch {
        let serial: String
        var polls: [Poll]
        var points: [Double]
    }

    /// Returns stretches in which a battery stood far from the others in every capture, one finding for all that overlap.
    /// Whatever they do, batteries of one home charge and discharge together.
    func apart() -> [Finding] {
        var rest = self
        for finding in StuckBatteryDetector.findings(self) {
            rest = rest.without(finding.device, in: finding.interval)
        }
        let stretches = serials.flatMap { rest.stretches(of: $0) }
        var groups: [(interval: Interval, stretches: [Stretch])] = []
        for stretch in stretches.sorted(by: { $0.polls[0].at < $1.polls[0].at }) {
            let own = Interval(
                startUTCSeconds: stretch.polls[0].at,
                endUTCSeconds: stretch.polls[stretch.polls.count - 1].at
            )
            if let last = groups.last, last.interval.overlaps(own) {
                let whole = Interval(
                    startUTCSeconds: last.interval.startUTCSeconds,
                    endUTCSeconds: max(last.interval.endUTCSeconds, own.endUTCSeconds)
                )
                groups[groups.count - 1] = (whole, last.stretches + [stretch])
            } else {
                groups.append((own, [stretch]))
            }
        }
        return groups.compactMap { rest.finding($0.interval, $0.stretches) }
    }

    private func stretches(of serial: String) -> [Stretch] {
        var found: [Stretch] = []
        var open = Stretch(serial: serial, polls: [], points: [])
        func close() {
            if open.polls.count >= BatteryPolls.apartPolls, let first = open.polls.first,
                let last = open.polls.last,
                last.at - first.at >= BatteryPolls.apartSeconds
            {
                found.append(open)
            }
            open = Stretch(serial: serial, polls: [], points: [])
        }
        for poll in polls {
            guard let own = poll.percent[serial],
                let middle = Median.of(poll.percent.filter { $0.key != serial }.map(\.value))
            else { continue }
            let points = own - middle
            if abs(points) < BatteryPolls.apartPoints || open.points.last.map({ $0 * points < 0 }) == true {
                close()
            }
            guard abs(points) >= BatteryPolls.apartPoints else { continue }
            open.polls.append(poll)
            open.points.append(points)
        }
        close()
        return found
    }

    private func finding(_ interval: Interval, _ stretches: [Stretch]) -> Finding? {
        // Of two that stand apart, the lower one is named.
        guard let lowest = stretches.min(by: { ($0.points.min() ?? 0) < ($1.points.min() ?? 0) }) else {
            return nil
        }
        let alert = lowest.polls.enumerated().first { index, poll in
            index + 1 >= BatteryPolls.apartPolls && poll.at - lowest.polls[0].at >= BatteryPolls.apartSeconds
        }
        let newest = polls.last { $0.percent[lowest.serial] != nil }?.at ?? interval.endUTCSeconds
        let lasts = interval.endUTCSeconds >= newest
        return .ofRecords(
            .batteriesDiverge,
            lowest.serial,
            start: interval.startUTCSeconds,
            end: lasts ? nil : interval.endUTCSeconds,
            alert: alert?.element.at ?? interval.endUTCSeconds,
            knownEnd: interval.endUTCSeconds,
            severity: .warning,
            sureness: .likely,
            rule: FindingRule(
                .apartInCaptures,
                [
                    ("points", .number(BatteryPolls.apartPoints, decimals: 0)),
                    ("captures", .integer(Int64(BatteryPolls.apartPolls))),
                ]
            ),
            evidence: Evidence {
                $0.table = "device_reading"
                $0.deviceKind = "battery"
                $0.serials = Set(stretches.map(\.serial)).sorted()
                $0.events = lowest.polls.count
                $0.medianPoints = Median.of(lowest.points.map { abs($0) })
                $0.greatestPoints = lowest.points.map { abs($0) }.max()
            }
        )
    }
}
