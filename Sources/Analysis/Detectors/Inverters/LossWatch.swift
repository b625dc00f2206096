// One inverter's ratios to its peers, day by day: is a loss rising, is there one, is it over? A cumulative sum that stands still
// while a loss lasts. How ratios are made is said in DegradedInverterDetector; see docs/analysis/degraded-inverter.md.

import Foundation
import Readings

/// Watches the logarithm of an inverter's ratio to its peers.
struct LossWatch {
    /// What the watch is at.
    enum State {
        /// No loss is in sight, or too little is known to see one.
        case quiet
        /// The sum rises.
        case rising(Rise)
        /// A loss was told.
        case alarmed(Alarm)
    }

    /// Days on which the sum rose.
    struct Rise {
        /// The cumulative sum, deviations.
        var sum: Double
        var days: [DayValue]
    }

    /// A loss that was told.
    struct Alarm {
        var start: Int
        var alert: Int
        /// The usual ratio before it, which stays the measure while it lasts.
        var reference: Double
        var deviation: Double
        var losses: [Double] = []
        /// The last day on which the loss was seen.
        var last: Int
        /// Days on end without it.
        var back: [DayValue] = []
        /// Days on end on which it was much greater.
        var deeper: [DayValue] = []

        /// The share that is lost with a ratio.
        func loss(_ value: Double) -> Double { 1 - exp(value - reference) }

        /// The loss as it is when it ends.
        func ended(on day: Int) -> InverterLoss {
            InverterLoss(start: start, alert: alert, end: day, losses: losses, deviation: deviation)
        }
    }

    private(set) var state = State.quiet
    private let parameters: DetectorParameters
    private var quiet: QuietDays

    /// Makes a watch that knows nothing yet.
    init(_ parameters: DetectorParameters) {
        self.parameters = parameters
        quiet = QuietDays(count: parameters.degradedQuietDays, calendarDays: LossWatch.mostQuietDays)
    }

    // MARK: Days

    /// Takes a day that says something, days being in order; returns a loss that it ends.
    mutating func take(day: Int, value: Double) -> InverterLoss? {
        let today = DayValue(day: day, value: value)
        if case .alarmed(let alarm) = state { return follow(alarm, today) }
        quiet.forget(before: day)
        guard quiet.count >= LossWatch.learningDays, let reference = quiet.median else {
            quiet.append(today)
            return nil
        }
        let deviation = max(LossWatch.leastDeviation, quiet.deviation)
        guard let rise = risen(today, reference: reference, deviation: deviation) else {
            state = .quiet
            return nil
        }
        state = alarm(rise, reference: reference, deviation: deviation).map(State.alarmed) ?? .rising(rise)
        return nil
    }

    /// Forgets what was usual, unless a loss is told: that is measured by what was usual before it.
    mutating func forget() {
        if case .alarmed = state { return }
        state = .quiet
        quiet = QuietDays(count: parameters.degradedQuietDays, calendarDays: LossWatch.mostQuietDays)
    }

    /// Ends the watch; returns a loss that lasts.
    ///
    /// - Parameter day: the day behind the last.
    func finish(at day: Int) -> InverterLoss? {
        guard case .alarmed(let alarm) = state else { return nil }
        return alarm.ended(on: day)
    }

    // MARK: Rising

    /// Adds a day to the sum; nil where none rises, or too long without an alarm: then its days were quiet ones.
    private mutating func risen(_ today: DayValue, reference: Double, deviation: Double) -> Rise? {
        var rise = Rise(sum: 0, days: [])
        if case .rising(let known) = state { rise = known }
        let score = min(LossWatch.greatestScore, (reference - today.value) / deviation)
        rise.sum = max(0, rise.sum + (score - parameters.degradedAllowance))
        rise.days.append(today)
        guard rise.sum > 0, today.day - rise.days[0].day <= LossWatch.longestRise else {
            for day in rise.days { quiet.append(day) }
            return nil
        }
        return rise
    }

    /// Returns the alarm that a rise is; nil where it is too weak, too short or too small a loss.
    private func alarm(_ rise: Rise, reference: Double, deviation: Double) -> Alarm? {
        guard rise.sum > parameters.degradedThreshold, rise.days.count >= LossWatch.leastRise,
            let today = rise.days.last
        else { return nil }
        let losses = rise.days.map { 1 - exp($0.value - reference) }
        guard let loss = Median.of(Array(losses.suffix(LossWatch.alarmDays))), loss >= parameters.degradedLoss
        else { return nil }
        return Alarm(
            start: LossStart.day(before: quiet.last(LossWatch.startDays), rise.days, reference: reference),
            alert: today.day,
            reference: reference,
            deviation: deviation,
            losses: losses,
            last: today.day
        )
    }

    // MARK: Alarmed

    /// Takes a day while a loss lasts.
    private mutating func follow(_ alarm: Alarm, _ today: DayValue) -> InverterLoss? {
        var open = alarm
        let loss = open.loss(today.value)
        let usual = Median.of(Array(open.losses.suffix(LossWatch.usualDays))) ?? loss
        if loss < max(parameters.degradedLoss / 2, usual * LossWatch.backShare) {
            open.back.append(today)
        } else {
            open.back = []
        }
        if open.back.count >= parameters.degradedBackDays {
            state = .quiet
            for day in open.back { quiet.append(day) }
            // What lies between the last day with the loss and the first without, if it is long, was not seen.
            let first = open.back[0].day
            return open.ended(on: first - open.last > LossWatch.unseenDays ? open.last + 1 : first)
        }
        if open.isDeeper(loss, by: parameters.degradedLoss) {
            open.deeper.append(today)
        } else {
            open.deeper = []
        }
        if open.deeper.count >= LossWatch.deeperDays {
            state = .alarmed(open.next(told: today.day))
            return open.ended(on: open.deeper[0].day)
        }
        if open.back.isEmpty && open.deeper.isEmpty { open.losses.append(loss) }
        if open.back.isEmpty { open.last = today.day }
        state = .alarmed(open)
        return nil
    }
}

extension LossWatch.Alarm {
    /// Tells whether a day's loss is a step beyond the one at hand: an early, weak alarm must not swallow a later step; a loss
    /// that grows steadily is one loss.
    fileprivate func isDeeper(_ loss: Double, by least: Double) -> Bool {
        let expected = expectedLoss(Array(losses.suffix(LossWatch.lineDays)))
        return losses.count >= LossWatch.deeperDays && loss > LossWatch.deeperFactor * expected
            && loss > expected + least
    }

    /// Returns the deeper loss as an alarm of its own.
    fileprivate func next(told day: Int) -> LossWatch.Alarm {
        var next = self
        next.start = deeper[0].day
        next.alert = day
        next.losses = deeper.map { loss($0.value) }
        next.deeper = []
        return next
    }

    /// Returns the loss that goes on from the last ones: their line, three days on, never below their median.
    private func expectedLoss(_ losses: [Double]) -> Double {
        guard let middle = Median.of(losses), losses.count >= LossWatch.leastLineDays else {
            return losses.max() ?? 0
        }
        let count = Double(losses.count)
        let centre = (count - 1) / 2
        var (cross, square) = (0.0, 0.0)
        for (index, loss) in losses.enumerated() {
            cross += (Double(index) - centre) * (loss - middle)
            square += (Double(index) - centre) * (Double(index) - centre)
        }
        return max(middle, middle + cross / square * (centre + LossWatch.aheadDays))
    }
}

/// Numbers of the rule that the owner does not set; all are from simulated homes with known faults.
extension LossWatch {
    /// The smallest spread of a ratio that is believed.
    private static let leastDeviation = 0.008
    /// Days without a reference before which nothing is said.
    private static let learningDays = 14
    /// Days for which a sum may rise without an alarm before it starts anew.
    private static let longestRise = 75
    /// Calendar days within which the quiet days must lie.
    static let mostQuietDays = 120
    /// Deviations that one day adds at most, so that no single one is an alarm.
    private static let greatestScore = 6.0
    /// Days that a rise must have.
    private static let leastRise = 2
    /// Days whose median loss decides whether a rise is told.
    private static let alarmDays = 3
    /// Quiet days before a rise in which its start is looked for.
    private static let startDays = 15
    /// Days of a loss that tell how great it usually is.
    private static let usualDays = 15
    /// Share of the usual loss below which an inverter is back.
    private static let backShare = 0.4
    /// Days between the last with a loss and the first without it beyond which its end was not seen.
    private static let unseenDays = 3
    /// Days of a deeper loss that make it one of its own, and of the first before there can be one.
    fileprivate static let deeperDays = 3
    /// Times the loss that was to be expected beyond which one is deeper.
    fileprivate static let deeperFactor = 1.8
    /// Days by whose line the loss to be expected is told, the fewest of them, and days for which the line goes on.
    fileprivate static let lineDays = 10
    fileprivate static let leastLineDays = 5
    fileprivate static let aheadDays = 3.0
}
