// Lifetime counters that wrap, reset and change their source: which steps are energy, and which are events.
//
// Source: measured on captures and reported for several firmware lines; see docs/sources/gateway.md, "Counters".

import Readings

/// One lifetime counter over time. Energy comes only from steps that the counter's device can have made.
package struct CounterContinuity: Sendable {
    /// Energy at which a counter of 2^32 J begins anew, Wh.
    package static let wrapWattHours = 4_294_967_296.0 / 3600

    /// What a step of the counter was.
    package enum Step: Equatable, Sendable {
        /// The first value: nothing to compare with.
        case first
        /// Energy in Wh.
        case energy(Double)
        /// It began anew at 2^32 J, `times` times; the energy of the step is what remains, Wh.
        case wrapped(times: Int, remainder: Double)
        /// It went back up by 2^32 J, `times` times.
        case unwrapped(times: Int, remainder: Double)
        /// It began anew at 0 or at another value: energy across it is not known.
        case reset
        /// Another source goes on: energy across it is not known.
        case sourceChanged
        /// The readings lie too far apart to tell what it was: each of these energies fits, Wh.
        case undecided(energies: [Double])
        /// It moved up by more than the device can make: not energy.
        case jumped(Double)
        /// It moved down by less than an interval can make: not energy, and the higher value goes on.
        case backwards(Double)
        /// The time did not go on.
        case stale
    }

    /// What the device can make.
    private let limit: CounterLimit
    private var last: (utcSeconds: Int64, value: Double, origin: String)?
    /// The highest value before a short step backwards; energy begins again only above it.
    private var heldValue: Double?
    /// What its steps were so far, of which nothing was in doubt: Wh and seconds.
    private var made = (wattHours: 0.0, seconds: 0.0)
    /// The last step up of which it is open whether it was energy. A counter comes back once, so that a second such step in
    /// turn is energy.
    private var doubted: (wattHours: Double, seconds: Double)?

    /// A counter below this share of its last value has begun anew.
    private static let backwardsShare = 0.01
    /// A gateway that begins anew takes its counters from what was saved within this, seconds: 1,885 Wh were lost once
    /// within a minute (home-assistant/core, issue 181243).
    private static let savedSeconds = 4 * 3600.0
    /// A counter goes on at its own pace within this factor, once it was watched for a day.
    private static let paceFactor = 2.5
    private static let paceSeconds = 86_400.0
    /// Up to this share of 2^32 J a fall to a small value that fits a wrap is one; beyond, beginning anew fits too often.
    private static let surelyShare = 0.25

    /// Starts with what the counter can have counted.
    package init(_ limit: CounterLimit) { self.limit = limit }

    /// Starts.
    ///
    /// - Parameter greatestPowerW: the greatest power that the device or site can have, W; above 0.
    package init(greatestPowerW: Double) { limit = .steady(greatestPowerW) }

    /// Takes the next value.
    ///
    /// - Parameters:
    ///   - value: the counter, Wh; negative or not finite values count as a reset.
    ///   - origin: the source; a counter of another source is another counter.
    package mutating func take(utcSeconds: Int64, value: Double, origin: String = "") -> Step {
        guard let before = last else {
            last = (utcSeconds, value, origin)
            return .first
        }
        if origin != before.origin {
            last = (utcSeconds, value, origin)
            heldValue = nil
            return .sourceChanged
        }
        let seconds = utcSeconds - before.utcSeconds
        guard seconds > 0 else { return .stale }
        let step = classify(before.value, value, seconds: Double(seconds))
        switch step {
        case .energy(let energy), .wrapped(_, let energy), .unwrapped(_, let energy):
            made.wattHours += energy
            made.seconds += Double(seconds)
            doubted = nil
        case .undecided: doubted = value > before.value ? (value - before.value, Double(seconds)) : nil
        default: doubted = nil
        }
        last = (utcSeconds, value, origin)
        return step
    }

    private mutating func classify(_ before: Double, _ value: Double, seconds: Double) -> Step {
        guard value.isFinite, value >= 0, before.isFinite, before >= 0 else {
            heldValue = nil
            return .reset
        }
        if let held = heldValue { return afterBackwards(held, value: value, seconds: seconds) }
        let difference = value - before
        if difference >= 0 { return upwards(difference, seconds: seconds) }
        // A short step down is jitter, or a reboot: the counter goes on from its highest value.
        let short = max(before * CounterContinuity.backwardsShare, CounterLimit.slackWattHours)
        if -difference <= min(lost(seconds: seconds), short), value > 0 {
            heldValue = before
            return .backwards(-difference)
        }
        return downwards(difference, to: value, seconds: seconds) ?? .reset
    }

    /// What a counter can have lost in a time: after a reboot it goes on from what was saved before, however soon it is read.
    private func lost(seconds: Double) -> Double {
        let floor = min(
            limit.likely(seconds: CounterContinuity.savedSeconds),
            CounterContinuity.wrapWattHours / 4
        )
        return max(limit.likely(seconds: seconds), floor)
    }

    /// After a step backwards, only what rises above the highest value is energy.
    private mutating func afterBackwards(_ held: Double, value: Double, seconds: Double) -> Step {
        let most = limit.likely(seconds: seconds)
        if value < held, held - value <= max(most, held * CounterContinuity.backwardsShare), value > 0 {
            return .backwards(held - value)
        }
        heldValue = nil
        return value < held
            ? downwards(value - held, to: value, seconds: seconds) ?? .reset
            : upwards(value - held, seconds: seconds)
    }

    /// A rise: energy, or a counter that came back by 2^32 J, or neither.
    private func upwards(_ difference: Double, seconds: Double) -> Step {
        let most = limit.likely(seconds: seconds)
        let steps = remainders(of: difference, most: most)
        if difference <= most {
            // Where both fit, its own pace may say that it is energy; nothing but a limit says that it is none.
            if steps.isEmpty || !limit.mayComeBack || isAtPace(difference, seconds) {
                return .energy(difference)
            }
            return .undecided(energies: [difference] + steps.map(\.rest))
        }
        if let step = only(steps, seconds) { return .unwrapped(times: step.times, remainder: step.rest) }
        if !steps.isEmpty { return .undecided(energies: steps.map(\.rest)) }
        return difference <= limit.possible(seconds: seconds) ? .energy(difference) : .jumped(difference)
    }

    /// A fall: a wrap; nil where it is none.
    private func downwards(_ difference: Double, to value: Double, seconds: Double) -> Step? {
        let most = limit.likely(seconds: seconds)
        let steps = remainders(of: difference, most: most)
        if steps.isEmpty { return nil }
        let mayHaveBegunAnew =
            value <= most && most > CounterContinuity.surelyShare * CounterContinuity.wrapWattHours
        if let step = only(steps, seconds), !mayHaveBegunAnew || isAtPace(step.rest, seconds) {
            return .wrapped(times: step.times, remainder: step.rest)
        }
        return .undecided(energies: steps.map(\.rest) + (mayHaveBegunAnew ? [value] : []))
    }

    /// The only way to explain a step by 2^32 J: where there are several, the one that goes on at the counter's pace.
    private func only(_ steps: [(times: Int, rest: Double)], _ seconds: Double) -> (times: Int, rest: Double)?
    {
        if steps.count <= 1 { return steps.first }
        let paced = steps.filter { isAtPace($0.rest, seconds) }
        return paced.count == 1 ? paced.first : nil
    }

    private func isAtPace(_ wattHours: Double, _ seconds: Double) -> Bool {
        let isWatched = made.seconds >= CounterContinuity.paceSeconds
        guard let pace = isWatched ? made : doubted, pace.wattHours > 0 else { return false }
        let expected = pace.wattHours / pace.seconds * seconds
        return wattHours <= expected * CounterContinuity.paceFactor
            && wattHours >= expected / CounterContinuity.paceFactor
    }

    /// The ways to explain a step by multiples of 2^32 J: how many, and the energy that remains, Wh.
    private func remainders(of difference: Double, most: Double) -> [(times: Int, rest: Double)] {
        let wrap = CounterContinuity.wrapWattHours
        let isUp = difference > 0
        // The remainder is positive: upwards the multiple is taken off, downwards it is put on.
        let first = isUp ? (difference / wrap).rounded(.down) : (-difference / wrap).rounded(.up)
        var found: [(times: Int, rest: Double)] = []
        var times = first
        while times >= 1, times <= CounterContinuity.mostWraps, found.count < CounterContinuity.mostWays {
            let rest = isUp ? difference - times * wrap : difference + times * wrap
            guard rest <= most else { break }
            found.append((Int(times), rest))
            times += isUp ? -1 : 1
        }
        return found
    }

    /// More ways than these are told as many.
    private static let mostWays = 4

    /// A plant of 100 MWh a year wraps 84 times; more is no wrap.
    private static let mostWraps = 200.0

    /// Returns how often a counter of 2^32 J must have wrapped to explain a difference of two totals of one thing;
    /// nil where the difference is no multiple within `slackWattHours`.
    package static func wraps(explaining difference: Double, slackWattHours: Double) -> Int? {
        guard difference.isFinite, difference > wrapWattHours / 2, difference < wrapWattHours * mostWraps
        else {
            return nil
        }
        let times = (difference / wrapWattHours).rounded()
        return abs(difference - times * wrapWattHours) <= slackWattHours ? Int(times) : nil
    }
}
