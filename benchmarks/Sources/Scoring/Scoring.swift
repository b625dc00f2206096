// MEF1: matched events, F1 per kind, mean over kinds. What it counts is said in benchmarks/README.md.

/// A fault that is true.
public struct Truth: Equatable, Sendable {
    public var kind: String
    public var device: String
    /// Seconds UTC, half-open.
    public var start: Int64
    public var end: Int64
    /// The share of it that the data show; below one half it is neither to be found nor wrong to be told.
    public var observable: Double

    public init(kind: String, device: String, start: Int64, end: Int64, observable: Double) {
        self.kind = kind
        self.device = device
        self.start = start
        self.end = end
        self.observable = observable
    }
}

/// A finding.
public struct Prediction: Equatable, Sendable {
    public var kind: String
    public var device: String
    /// Seconds UTC, half-open.
    public var start: Int64
    public var end: Int64
    /// When the rule first held, seconds UTC.
    public var alert: Int64
    public var severity: String

    public init(
        kind: String,
        device: String,
        start: Int64,
        end: Int64,
        alert: Int64,
        severity: String = "warning"
    ) {
        self.kind = kind
        self.device = device
        self.start = start
        self.end = end
        self.alert = alert
        self.severity = severity
    }
}

/// The kinds that are scored, with the days after the start by which they must be told.
public enum Kinds {
    public static let deadlineDays: [(kind: String, days: Double)] = [
        ("site_silent", 1), ("device_silent", 3), ("partial_site", 2), ("late_backfill", 5),
        ("batt_pinned", 4),
        ("batt_no_charge", 5), ("batt_unbalanced", 7), ("batt_deep", 1.5), ("stale", 1.5), ("micro_dead", 3),
        ("micro_degraded", 30), ("night_prod", 1.5), ("spike", 1.5), ("clock_shift", 4), ("island", 1.5),
    ]
}

/// Counts of one kind.
public struct Counts: Equatable, Sendable {
    public var hits = 0
    public var falseAlarms = 0
    public var misses = 0

    public init(hits: Int = 0, falseAlarms: Int = 0, misses: Int = 0) {
        self.hits = hits
        self.falseAlarms = falseAlarms
        self.misses = misses
    }

    /// F1; 1 where there was nothing to find and nothing was told.
    public var f1: Double {
        let whole = 2 * hits + falseAlarms + misses
        return whole == 0 ? 1 : 2 * Double(hits) / Double(whole)
    }

    public static func + (left: Counts, right: Counts) -> Counts {
        Counts(
            hits: left.hits + right.hits,
            falseAlarms: left.falseAlarms + right.falseAlarms,
            misses: left.misses + right.misses
        )
    }
}

/// The outcome of one kind at one home.
public struct Outcome: Sendable {
    public var counts = Counts()
    /// Seconds from start to alert of the hits.
    public var delays: [Int64] = []
    /// What was wrong.
    public var falseAlarms: [Prediction] = []
    public var misses: [Truth] = []
}

/// Matches findings with truths.
public enum Matching {
    /// Scores one kind at one home.
    ///
    /// - Parameter deadlineDays: nil to score without deadline.
    public static func score(kind: String, truths: [Truth], predictions: [Prediction], deadlineDays: Double?)
        -> Outcome
    {
        let truths = truths.filter { $0.kind == kind }
        let visible = truths.filter { $0.observable >= 0.5 }
        let hidden = truths.filter { $0.observable < 0.5 }
        let predictions = predictions.filter { $0.kind == kind }
        let partner = matching(predictions, visible, deadlineDays)
        var outcome = Outcome()
        var isMatched = [Bool](repeating: false, count: predictions.count)
        for (right, left) in partner.enumerated() {
            if let left {
                isMatched[left] = true
                outcome.counts.hits += 1
                outcome.delays.append(predictions[left].alert - visible[right].start)
            } else {
                outcome.misses.append(visible[right])
            }
        }
        // A fault that can hardly be seen is no hit, but its finding is right all the same.
        let rest = predictions.indices.filter { !isMatched[$0] }
        for left in matching(rest.map { predictions[$0] }, hidden, deadlineDays) {
            if let left { isMatched[rest[left]] = true }
        }
        for (index, prediction) in predictions.enumerated() where !isMatched[index] {
            let isSideEffect = hidden.contains {
                $0.device == prediction.device
                    && 2 * shared(prediction, $0) >= max(1, prediction.end - prediction.start)
            }
            if !isSideEffect { outcome.falseAlarms.append(prediction) }
        }
        outcome.counts.misses = outcome.misses.count
        outcome.counts.falseAlarms = outcome.falseAlarms.count
        return outcome
    }

    private static func matching(_ predictions: [Prediction], _ truths: [Truth], _ deadlineDays: Double?)
        -> [Int?]
    {
        let choices = predictions.map { prediction in
            truths.indices.filter { isPair(prediction, truths[$0], deadlineDays) }
        }
        return maximumMatching(choices, rightCount: truths.count)
    }

    /// Tells whether a finding may stand for a truth.
    public static func isPair(_ prediction: Prediction, _ truth: Truth, _ deadlineDays: Double?) -> Bool {
        guard prediction.device == truth.device else { return false }
        let inside = shared(prediction, truth)
        let whole = max(prediction.end, truth.end) - min(prediction.start, truth.start)
        guard whole > 0, 2 * inside >= whole else { return false }
        guard let deadlineDays else { return true }
        return Double(prediction.alert) <= Double(truth.start) + deadlineDays * 86_400
    }

    /// Seconds that a finding and a truth share.
    static func shared(_ prediction: Prediction, _ truth: Truth) -> Int64 {
        max(0, min(prediction.end, truth.end) - max(prediction.start, truth.start))
    }

    /// Returns for each right node its partner on the left, as many pairs as there can be (augmenting paths).
    static func maximumMatching(_ choices: [[Int]], rightCount: Int) -> [Int?] {
        var partner = [Int?](repeating: nil, count: rightCount)
        func augment(_ left: Int, _ seen: inout Set<Int>) -> Bool {
            for right in choices[left] where seen.insert(right).inserted {
                if partner[right].map({ augment($0, &seen) }) ?? true {
                    partner[right] = left
                    return true
                }
            }
            return false
        }
        for left in choices.indices {
            var seen: Set<Int> = []
            _ = augment(left, &seen)
        }
        return partner
    }
}
