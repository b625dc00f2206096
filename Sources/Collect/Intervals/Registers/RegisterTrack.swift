// The registers of one meter over time: which samples count, and what the registers showed at whole minutes. What a step of
// a register can have been is told by CounterContinuity.

import Ingest
import Readings

/// The registers of one meter.
struct RegisterTrack: Sendable {
    /// What became of a sample.
    enum Taken: Equatable {
        /// It counts; what the registers did besides counting.
        case counted([CounterContinuity.Step])
        /// The device's time, or the sample, is none that is new.
        case repeated
        /// It is held back, with what the registers would have done; whether it is the first in a row.
        case heldBack([CounterContinuity.Step], isFirst: Bool)
        /// What was held back goes on by itself: the registers begin anew from here.
        case begunAnew
    }

    /// The marks that are known.
    private(set) var marks = Marks()
    private let limit: CounterLimit
    /// Samples farther apart leave what lies between unknown, seconds.
    private let gapSeconds: Int64
    private var counters: [CounterContinuity] = []
    private var last: Sample?
    /// What the last sample that counts showed.
    private var shown: [Double] = []
    /// Whole Wh that were counted before the last step of 2^32 J.
    private var before: [Int64] = []
    private var chain = 0
    private var doubt: Doubt?
    /// The last sample was held back.
    private var isHoldingBack = false

    private struct Sample {
        let utcSeconds: Int64
        /// What counts: after a step backwards the highest that was shown.
        let registers: [Double]
    }

    /// Samples that do not fit to those that count, and perhaps to each other.
    private struct Doubt {
        var counters: [CounterContinuity]
        var last: Sample
        var count: Int
    }

    /// So many samples in a row that fit to each other are believed.
    private static let believedCount = 3
    /// No register of a house shows more, Wh.
    private static let mostWattHours = 1e12
    /// Registers that stand while so much goes through the meter are not read anew, Wh: they tell thousandths.
    private static let standingWattHours = 1.0
    /// No meter of a site has more go through it, W.
    private static let mostW = 2e6
    private static let wrap = Int64(CounterContinuity.wrapWattHours.rounded())

    init(limit: CounterLimit, gapSeconds: Int64) { (self.limit, self.gapSeconds) = (limit, gapSeconds) }

    /// The time of the last sample that counts; nil before the first.
    var utcSeconds: Int64? { last?.utcSeconds }

    /// Some register stands below what it has shown: what it shows now depends on what was before.
    private(set) var isHeld = false

    /// Takes a sample.
    ///
    /// - Parameter powerW: what the meter says goes through it: a house of which the connection is not known may be large.
    mutating func take(_ utcSeconds: Int64, _ values: [Double], powerW: Double = 0) -> Taken {
        let isSound = values.allSatisfy { $0.isFinite && $0 >= 0 && $0 < RegisterTrack.mostWattHours }
        guard !values.isEmpty, isSound else { return heldBack([.reset]) }
        let sample = Sample(utcSeconds: utcSeconds, registers: values)
        guard let last else {
            begin(with: sample, RegisterTrack.counters(sample, limit))
            return .counted([])
        }
        if utcSeconds == last.utcSeconds || utcSeconds == doubt?.last.utcSeconds { return .repeated }
        // Behind its start a gateway shows zeros for a while; a register that counted never does.
        if values.allSatisfy({ $0 == 0 }), last.registers.contains(where: { $0 > 0 }) {
            return heldBack([.reset])
        }
        let through = RegisterTrack.most(powerW, from: last.utcSeconds, to: utcSeconds) / 2
        if values == shown, through >= RegisterTrack.standingWattHours { return .repeated }
        var trial = counters
        let steps = RegisterTrack.step(&trial, sample)
        let most = RegisterTrack.most(powerW, from: last.utcSeconds, to: utcSeconds)
        if utcSeconds > last.utcSeconds, steps.allSatisfy({ $0.isCounted(upTo: most) }) {
            (doubt, isHoldingBack) = (nil, false)
            counters = trial
            shown = values
            go(from: last, to: sample, steps)
            return .counted(steps)
        }
        return holdBack(sample, steps)
    }

    /// The energy of a power told by the meter, and as much again, Wh.
    private static func most(_ powerW: Double, from start: Int64, to end: Int64) -> Double {
        guard powerW.isFinite, abs(powerW) <= mostW, end > start else { return 0 }
        return 2 * abs(powerW) * Double(min(end - start, 3_600)) / 3600
    }

    private static func counters(_ sample: Sample, _ limit: CounterLimit) -> [CounterContinuity] {
        var counters = sample.registers.map { _ in CounterContinuity(limit) }
        _ = step(&counters, sample)
        return counters
    }

    private static func step(_ counters: inout [CounterContinuity], _ sample: Sample)
        -> [CounterContinuity.Step]
    {
        guard counters.count == sample.registers.count else { return [.sourceChanged] }
        return counters.indices.map {
            counters[$0].take(utcSeconds: sample.utcSeconds, value: sample.registers[$0])
        }
    }

    private mutating func begin(with sample: Sample, _ counters: [CounterContinuity]) {
        chain += 1
        self.counters = counters
        (last, shown) = (sample, sample.registers)
        before = sample.registers.map { _ in 0 }
        isHeld = false
        (doubt, isHoldingBack) = (nil, false)
    }

    private mutating func holdBack(_ sample: Sample, _ steps: [CounterContinuity.Step]) -> Taken {
        if var doubt, sample.utcSeconds > doubt.last.utcSeconds,
            RegisterTrack.step(&doubt.counters, sample).allSatisfy({ $0.isCounted(upTo: 0) })
        {
            doubt.count += 1
            doubt.last = sample
            self.doubt = doubt
            guard doubt.count >= RegisterTrack.believedCount else { return heldBack(steps) }
            begin(with: sample, doubt.counters)
            return .begunAnew
        }
        doubt = Doubt(counters: RegisterTrack.counters(sample, limit), last: sample, count: 1)
        return heldBack(steps)
    }

    private mutating func heldBack(_ steps: [CounterContinuity.Step]) -> Taken {
        defer { isHoldingBack = true }
        return .heldBack(steps, isFirst: !isHoldingBack)
    }

    /// Goes on to a sample that counts, and sets the marks between.
    private mutating func go(from last: Sample, to sample: Sample, _ steps: [CounterContinuity.Step]) {
        let spans = steps.indices.map {
            Span(from: last.registers[$0], to: sample.registers[$0], steps[$0], before: before[$0])
        }
        let seconds = sample.utcSeconds - last.utcSeconds
        if seconds <= gapSeconds {
            var mark = MarkTime.ceiling(last.utcSeconds, MarkTime.minute)
            while mark <= sample.utcSeconds {
                let share = Double(mark - last.utcSeconds) / Double(seconds)
                marks.set(mark, chain: chain, spans.map { $0.wattHours(at: share) })
                mark += MarkTime.minute
            }
        }
        before = spans.map(\.after)
        isHeld = spans.contains { $0.isHeld }
        self.last = Sample(utcSeconds: sample.utcSeconds, registers: spans.map(\.register))
    }

    /// One register between two samples.
    private struct Span {
        /// What counts at the first sample and, as if no step of 2^32 J lay between, at the last.
        let first: Double
        let unbroken: Double
        /// Whole Wh counted before, at either end.
        let before: Int64
        let after: Int64
        /// How far the register begins anew, and from which value on.
        let step: Double
        let stepsAt: Double
        let register: Double
        let isHeld: Bool

        init(from first: Double, to value: Double, _ step: CounterContinuity.Step, before: Int64) {
            self.first = first
            self.before = before
            var wraps = 0
            switch step {
            case .wrapped(let times, let energy):
                wraps = times
                unbroken = first + energy
            case .unwrapped(let times, let energy):
                wraps = -times
                unbroken = first + energy
            case .backwards: unbroken = first
            default: unbroken = value
            }
            if case .backwards = step { isHeld = true } else { isHeld = false }
            register = isHeld ? first : value
            after = before + Int64(wraps) * RegisterTrack.wrap
            self.step = Double(wraps) * CounterContinuity.wrapWattHours
            stepsAt = wraps > 0 ? self.step : first
        }

        /// The whole Wh at a share of the way: rounded as the register shows them there.
        func wattHours(at share: Double) -> Int64 {
            let value = first + share * (unbroken - first)
            let isBehind = step != 0 && share > 0 && value >= stepsAt
            return Int64((isBehind ? value - step : value).rounded()) + (isBehind ? after : before)
        }
    }

    /// Forgets marks before a time.
    mutating func forget(before utcSeconds: Int64) { marks.forget(before: utcSeconds) }
}

extension CounterContinuity.Step {
    /// The counter goes on: what it made is known.
    ///
    /// - Parameter wattHours: so much may go through the meter by its own power, whatever its connection is.
    func isCounted(upTo wattHours: Double) -> Bool {
        switch self {
        case .energy, .wrapped, .unwrapped, .backwards: true
        case .jumped(let energy): energy <= wattHours
        default: false
        }
    }
}
