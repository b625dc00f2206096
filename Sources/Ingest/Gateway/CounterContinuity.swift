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
        /// It moved up by more than the device can make: not energy.
        case jumped(Double)
        /// It moved down by less than an interval can make: not energy, and the higher value goes on.
        case backwards(Double)
        /// The time did not go on.
        case stale
    }

    /// The greatest power that the device can have, W.
    private let greatestPowerW: Double
    private var last: (utcSeconds: Int64, value: Double, origin: String)?
    /// The highest value before a short step backwards; energy begins again only above it.
    private var heldValue: Double?

    /// Rounding of counters and clocks, Wh.
    private static let slackWattHours = 2.0
    /// A counter below this share of its last value has begun anew.
    private static let backwardsShare = 0.01

    /// Starts.
    ///
    /// - Parameter greatestPowerW: the greatest power that the device or site can have, W; above 0.
    package init(greatestPowerW: Double) {
        precondition(greatestPowerW > 0, "a counter of a device of \(greatestPowerW) W")
        self.greatestPowerW = greatestPowerW
    }

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
        last = (utcSeconds, value, origin)
        return step
    }

    private mutating func classify(_ before: Double, _ value: Double, seconds: Double) -> Step {
        let most = greatestPowerW * seconds / 3600 + CounterContinuity.slackWattHours
        guard value.isFinite, value >= 0, before.isFinite, before >= 0 else {
            heldValue = nil
            return .reset
        }
        let difference = value - before
        if let held = heldValue {
            return afterBackwards(held, before: before, value: value, most: most)
        }
        if difference >= 0 && difference <= most { return .energy(difference) }
        if let wrap = wrap(difference, most: most) { return wrap }
        if difference > 0 { return .jumped(difference) }
        // A short step down is jitter; the counter goes on from its highest value.
        if -difference
            <= min(most, max(before * CounterContinuity.backwardsShare, CounterContinuity.slackWattHours))
            && value > 0
        {
            heldValue = before
            return .backwards(-difference)
        }
        return .reset
    }

    /// After a step backwards, only what rises above the highest value is energy.
    private mutating func afterBackwards(_ held: Double, before: Double, value: Double, most: Double) -> Step
    {
        if value < held {
            if held - value <= max(most, held * CounterContinuity.backwardsShare) && value > 0 {
                return .backwards(held - value)
            }
            heldValue = nil
            return wrap(value - held, most: most) ?? .reset
        }
        heldValue = nil
        let difference = value - held
        if difference <= most { return .energy(difference) }
        return wrap(difference, most: most) ?? .jumped(difference)
    }

    private func wrap(_ difference: Double, most: Double) -> Step? {
        let wrap = CounterContinuity.wrapWattHours
        let times = (-difference / wrap).rounded(.up)
        if difference < 0, times >= 1, times <= CounterContinuity.mostWraps {
            let remainder = difference + times * wrap
            if remainder <= most { return .wrapped(times: Int(times), remainder: remainder) }
        }
        let up = (difference / wrap).rounded(.down)
        if difference > 0, up >= 1, up <= CounterContinuity.mostWraps {
            let remainder = difference - up * wrap
            if remainder <= most { return .unwrapped(times: Int(up), remainder: remainder) }
        }
        return nil
    }

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
