// A production clamp that adds a constant: every night shows the same value. See docs/analysis/clamps.md.

import Readings

/// Production to which a constant is added.
struct ProductionOffset: Codable, Sendable {
    private(set) var run = ClampRun()
    /// The usual value of a night, W.
    private var usual = 0.0
    /// Nights up to now.
    private var seen = 0
    /// The medians of the last nights, W, the newest last, and which of them were alike and off.
    private var nights: [Double?] = []

    /// Sine of the sun's height below which it is night.
    private static let nightSine = -0.14
    /// Least constant, W, and how far rows of a night may differ from it: W, and a share.
    private static let leastW = 4.5
    private static let toleranceW = 6.0
    private static let toleranceShare = 0.15
    /// Share of a night that is alike, and the fewest rows.
    private static let alikeShare = 0.8
    private static let leastHours = 2.0
    /// Nights of those looked at that are off alike.
    private static let needed = 3
    private static let looked = 5
    /// How fast what is usual is learnt, a night.
    private static let learning = 0.1
    /// Nights at first that are taken for usual whatever they show.
    private static let firstNights = 10

    /// Takes a day; tells whether its production is wrong, or may be.
    mutating func take(_ rows: ClampDay, in episodes: inout [LossEpisode]) -> Bool {
        let day = rows.day
        guard day.seconds <= 3600 else { return false }
        var (count, sum, zeros) = (0, 0.0, 0)
        for row in day.starts.indices
        where day.sine[row] < ProductionOffset.nightSine && !day.produced[row].isNaN {
            count += 1
            sum += day.produced[row]
            if day.produced[row] == 0 { zeros += 1 }
        }
        guard count >= rows.rows(hours: ProductionOffset.leastHours) else { return run.open != nil }
        // Nearly every night of nearly every home is zero throughout; one that is not may be the first.
        if run.open == nil, nights.isEmpty, usual == 0, 5 * (count - zeros) < count {
            seen += 1
            return false
        }
        let values = day.starts.indices.filter {
            day.sine[$0] < ProductionOffset.nightSine && !day.produced[$0].isNaN
        }
        let sorted = values.map { day.produced[$0] / day.hours }.sorted()
        let median = sorted[sorted.count / 2]
        let tolerance = max(
            ProductionOffset.toleranceW,
            ProductionOffset.toleranceShare * median.magnitude,
            1.01 / day.hours
        )
        // What gives nothing at night is right, whatever the nights before were.
        func isOff(_ watts: Double) -> Bool {
            (watts - usual).magnitude >= ProductionOffset.leastW && watts.magnitude >= ProductionOffset.leastW
        }
        func isOff(_ watts: Double, by value: Double) -> Bool {
            isOff(watts) && (watts - value).magnitude <= tolerance
        }
        let alike = sorted.count { isOff($0, by: median) }
        let isWrong =
            seen >= ProductionOffset.firstNights && isOff(median)
            && Double(alike) >= ProductionOffset.alikeShare * Double(sorted.count)
        nights.append(isWrong ? median : nil)
        if nights.count > ProductionOffset.looked { nights.removeFirst() }
        let agreeing = nights.count { $0.map { ($0 - median).magnitude <= 2 * tolerance } ?? false }
        var evidence = ClampRun.Evidence(verdict: isWrong ? .wrong : .right, weight: 0, rightDays: 2)
        if isWrong, agreeing >= ProductionOffset.needed { evidence.weight = 2 }
        // A night that begins or ends it is neither.
        let off = sorted.count { isOff($0) }
        if !isWrong, 5 * off >= sorted.count { evidence.verdict = .nothing }
        evidence.marks = [Int8](repeating: 0, count: day.starts.count)
        for row in values {
            let watts = day.produced[row] / day.hours
            evidence.marks[row] = isOff(watts) ? 1 : -1
        }
        run.take(evidence, of: day, in: &episodes) {
            LossEpisode.ofClamp(.productionMeterWrong, .offset)
        }
        seen += 1
        if run.open == nil { learn(median) }
        return run.open != nil
    }

    /// Learns what is usual, W.
    private mutating func learn(_ median: Double) {
        let isNew = seen <= ProductionOffset.firstNights
        // Nights that a clock or a standing meter spoiled are forgotten with the first of zeros.
        if median == 0 { usual = 0 }
        guard isNew || (median - usual).magnitude < ProductionOffset.leastW else { return }
        usual += max(ProductionOffset.learning, isNew ? 1 / Double(seen) : 0) * (median - usual)
        if usual.magnitude < 0.1 { usual = 0 }
        if usual == 0, nights.allSatisfy({ $0 == nil }) { nights = [] }
    }
}
