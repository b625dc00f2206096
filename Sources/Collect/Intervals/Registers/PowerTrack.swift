// The batteries' powers over time, where no meter counts what goes in and out: added up between quarter-hours. Powers come
// once a minute and are taken as going evenly from one to the next.

import Readings

/// The sum of powers of a group of devices.
struct PowerTrack: Sendable {
    /// Discharged and charged at marks, Wh: sums begin at 0 with each quarter-hour.
    private(set) var marks = Marks()
    private var clock = SampleClock()
    private var last: Sample?
    private var chain = 0
    private var sums = (discharged: 0.0, charged: 0.0)

    private struct Sample {
        let utcSeconds: Int64
        let powerW: Double
        /// Whose powers it is the sum of.
        let serials: Set<String>
    }

    /// The time of the last sample; nil before the first.
    var utcSeconds: Int64? { last?.utcSeconds }

    /// Takes the powers of all devices at one time; above 0 is discharging.
    mutating func take(_ utcSeconds: Int64, _ powers: [String: Double]) {
        let isSound = powers.values.allSatisfy(PowerPiece.isSound)
        guard !powers.isEmpty, isSound, clock.takes(utcSeconds) else { return }
        let sample = Sample(
            utcSeconds: utcSeconds,
            powerW: powers.sorted { $0.key < $1.key }.reduce(0) { $0 + $1.value },
            serials: Set(powers.keys)
        )
        defer { last = sample }
        guard let last, utcSeconds > last.utcSeconds,
            utcSeconds - last.utcSeconds <= PowerPiece.gapSeconds, last.serials == sample.serials
        else {
            begin(at: utcSeconds)
            return
        }
        let line = PowerPiece.Line(
            from: (last.utcSeconds, last.powerW),
            to: (sample.utcSeconds, sample.powerW)
        )
        var start = last.utcSeconds
        while start < utcSeconds {
            let end = min(utcSeconds, MarkTime.floor(start, MarkTime.minute) + MarkTime.minute)
            let piece = line.wattHours(from: start, to: end)
            sums.discharged += piece.above
            sums.charged += piece.below
            if end % MarkTime.minute == 0 { mark(end) }
            start = end
        }
    }

    private var whole: [Int64] { [Int64(sums.discharged.rounded()), Int64(sums.charged.rounded())] }

    private mutating func mark(_ end: Int64) {
        guard end % MarkTime.quarter == 0 else {
            marks.set(end, chain: chain, whole)
            return
        }
        marks.setEnd(end, chain: chain, whole)
        begin(at: end)
    }

    private mutating func begin(at utcSeconds: Int64) {
        chain += 1
        sums = (0, 0)
        if utcSeconds % MarkTime.minute == 0 { marks.setStart(utcSeconds, chain: chain, [0, 0]) }
    }

    /// Forgets marks before a time.
    mutating func forget(before utcSeconds: Int64) { marks.forget(before: utcSeconds) }
}

/// What a power that goes evenly from one value to another gives, by its sign.
enum PowerPiece {
    /// Powers farther apart leave what lies between unknown, seconds.
    static let gapSeconds: Int64 = 180
    /// No power of a house is greater, W.
    private static let mostW = 1e6

    static func isSound(_ powerW: Double) -> Bool { powerW.isFinite && abs(powerW) <= mostW }

    /// A power between two times.
    struct Line {
        let from: (utcSeconds: Int64, powerW: Double)
        let to: (utcSeconds: Int64, powerW: Double)

        private func power(_ utcSeconds: Int64) -> Double {
            let share = Double(utcSeconds - from.utcSeconds) / Double(to.utcSeconds - from.utcSeconds)
            return from.powerW + share * (to.powerW - from.powerW)
        }

        /// The energies above and below 0 of a part, Wh; both are positive.
        func wattHours(from start: Int64, to end: Int64) -> (above: Double, below: Double) {
            let (first, last) = (power(start), power(end))
            let hours = Double(end - start) / 3600
            if first * last >= 0 {
                let energy = (first + last) / 2 * hours
                return energy >= 0 ? (energy, 0) : (0, -energy)
            }
            // It goes through 0 on the way.
            let share = first / (first - last)
            let (before, after) = (first / 2 * hours * share, last / 2 * hours * (1 - share))
            return before > 0 ? (before, -after) : (after, -before)
        }
    }
}

/// The times of samples of one device: they go on. A clock that went back is believed after some samples in a row.
struct SampleClock: Sendable {
    private(set) var last: Int64?
    private var other: (last: Int64, count: Int)?

    private static let believedCount = 3

    /// Tells whether a sample of this time is a new one.
    mutating func takes(_ utcSeconds: Int64) -> Bool {
        guard let known = last, utcSeconds <= known else {
            (last, other) = (utcSeconds, nil)
            return true
        }
        if utcSeconds == known || utcSeconds == other?.last { return false }
        let count = other.map { utcSeconds > $0.last ? $0.count + 1 : 1 } ?? 1
        other = (utcSeconds, count)
        guard count >= SampleClock.believedCount else { return false }
        (last, other) = (utcSeconds, nil)
        return true
    }
}
