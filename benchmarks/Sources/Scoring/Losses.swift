// Homes whose production is lost or wrongly measured: what pairs, what is a false alarm. Not the F1 of scenario homes: each
// truth has its own deadline here, and kinds that a report cannot tell apart may stand for one another.

/// A loss that is true.
public struct LossTruth: Equatable, Sendable {
    public var truth: Truth
    /// The latest alert, seconds UTC.
    public var due: Int64
    /// Other kinds that are right, too.
    public var also: [String]
    /// A notice is enough.
    public var isQuiet: Bool
    /// What sort it is.
    public var type: String
    /// The share of the energy that is lost, 0 to 1.
    public var fraction: Double?
    public var lostKwh: Double?

    public init(
        _ truth: Truth,
        due: Int64,
        also: [String] = [],
        isQuiet: Bool = false,
        type: String = "",
        fraction: Double? = nil,
        lostKwh: Double? = nil
    ) {
        self.truth = truth
        self.due = due
        self.also = also
        self.isQuiet = isQuiet
        self.type = type
        self.fraction = fraction
        self.lostKwh = lostKwh
    }

    /// Tells whether it must be found.
    public var isVisible: Bool { truth.observable >= 0.5 }
    /// Seconds.
    public var length: Int64 { truth.end - truth.start }
    /// Tells whether a notice of it is enough.
    var takesNotice: Bool { isQuiet || truth.kind == Losses.notDownloaded || length < 86_400 }
}

/// A finding at a home with losses.
public struct LossFinding: Equatable, Sendable {
    public var told: Prediction
    /// What its evidence says, where it does.
    public var fault: String?
    public var fraction: Double?
    public var lostKwh: Double?

    public init(_ told: Prediction, fault: String? = nil, fraction: Double? = nil, lostKwh: Double? = nil) {
        self.told = told
        self.fault = fault
        self.fraction = fraction
        self.lostKwh = lostKwh
    }

    /// Tells whether it asks for attention.
    public var isWarning: Bool { told.severity != "notice" }
}

/// The outcome at one home.
public struct LossOutcome: Equatable, Sendable {
    /// A truth that was found.
    public struct Pair: Equatable, Sendable {
        public var truth: LossTruth
        public var finding: LossFinding
    }

    public var pairs: [Pair] = []
    public var misses: [LossTruth] = []
    /// Findings that count and are neither right nor excused, of all kinds.
    public var wrong: [LossFinding] = []

    /// Wrong findings of warning or worse.
    public var falseAlarms: [LossFinding] { wrong.filter(\.isWarning) }

    /// The counts of one kind: a pair counts for the kind of its truth, a wrong finding for its own.
    public func counts(_ kind: String) -> Counts {
        Counts(
            hits: pairs.count { $0.truth.truth.kind == kind },
            falseAlarms: wrong.count { $0.told.kind == kind },
            misses: misses.count { $0.truth.kind == kind }
        )
    }
}

/// The rules of homes with losses.
public enum Losses {
    static let notDownloaded = "not_downloaded"
    private static let silence = "site_silent"

    /// Kinds whose F1 goes into the mean.
    public static let kinds = [
        "production_lost", "production_meter_wrong", "consumption_meter_wrong", "grid_meter_wrong",
        "degradation",
        notDownloaded,
    ]
    /// Context: its findings count, its F1 does not.
    public static let context = [silence]
    /// Kinds that tell of the day of the check, not of the data.
    public static let ignored: Set<String> = ["no_new_data"]

    /// Scores one home.
    ///
    /// - Parameter byDeadline: false to pair late alerts, too.
    public static func score(_ truths: [LossTruth], _ findings: [LossFinding], byDeadline: Bool)
        -> LossOutcome
    {
        let visible = truths.filter(\.isVisible)
        // Warnings choose first, and truths of the own kind before those that only admit it.
        let findings = findings.filter { !ignored.contains($0.told.kind) }
        let ordered = findings.filter(\.isWarning) + findings.filter { !$0.isWarning }
        let choices = ordered.map { finding in
            let fitting = visible.indices.filter { isPair(finding, visible[$0], byDeadline: byDeadline) }
            let own = fitting.filter { visible[$0].truth.kind == finding.told.kind }
            return own + fitting.filter { !own.contains($0) }
        }
        var outcome = LossOutcome()
        var isMatched = [Bool](repeating: false, count: ordered.count)
        for (right, left) in Matching.maximumMatching(choices, rightCount: visible.count).enumerated() {
            if let left {
                isMatched[left] = true
                outcome.pairs.append(.init(truth: visible[right], finding: ordered[left]))
            } else {
                outcome.misses.append(visible[right])
            }
        }
        outcome.wrong = ordered.indices.filter { !isMatched[$0] }.map { ordered[$0] }.filter {
            ($0.isWarning || $0.told.kind == notDownloaded) && !isExcused($0, truths)
        }
        return outcome
    }

    /// Tells whether a finding may stand for a truth.
    public static func isPair(_ finding: LossFinding, _ truth: LossTruth, byDeadline: Bool) -> Bool {
        guard truth.truth.kind == finding.told.kind || truth.also.contains(finding.told.kind),
            finding.isWarning || truth.takesNotice, !byDeadline || finding.told.alert <= truth.due
        else { return false }
        return Matching.isPair(finding.told, truth.truth, nil)
    }

    /// What two share of what they span, 0 to 1.
    public static func overlap(_ finding: LossFinding, _ truth: LossTruth) -> Double {
        let whole = max(finding.told.end, truth.truth.end) - min(finding.told.start, truth.truth.start)
        return Double(Matching.shared(finding.told, truth.truth)) / Double(max(1, whole))
    }

    /// Tells whether half or more of a finding lies in truths that can hardly be seen, or of a silence in true ones.
    private static func isExcused(_ finding: LossFinding, _ truths: [LossTruth]) -> Bool {
        var inside: Int64 = 0
        var until = finding.told.start
        for truth in truths.sorted(by: { $0.truth.start < $1.truth.start })
        where !truth.isVisible || (finding.told.kind == silence && truth.truth.kind == silence) {
            let end = min(finding.told.end, truth.truth.end)
            inside += max(0, end - max(until, truth.truth.start))
            until = max(until, end)
        }
        return 2 * inside >= max(1, finding.told.end - finding.told.start)
    }
}

/// The value below which a share of values lies, between two by their ranks; nil without any.
public func quantile(_ values: [Double], _ share: Double) -> Double? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted()
    let rank = Double(sorted.count - 1) * share
    let low = Int(rank)
    let high = min(low + 1, sorted.count - 1)
    return sorted[low] + (rank - Double(low)) * (sorted[high] - sorted[low])
}
