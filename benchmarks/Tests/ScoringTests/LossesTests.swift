// The rules of homes with losses, on cases made by hand.

import Scoring
import Testing

private let day: Int64 = 86_400

private func truth(
    _ start: Int64,
    _ end: Int64,
    kind: String = "production_lost",
    observable: Double = 1,
    due: Int64? = nil,
    also: [String] = [],
    isQuiet: Bool = false
) -> LossTruth {
    LossTruth(
        Truth(kind: kind, device: "site", start: start * day, end: end * day, observable: observable),
        due: (due ?? end) * day,
        also: also,
        isQuiet: isQuiet
    )
}

private func told(
    _ start: Int64,
    _ end: Int64,
    kind: String = "production_lost",
    alert: Int64? = nil,
    severity: String = "warning"
) -> LossFinding {
    LossFinding(
        Prediction(
            kind: kind,
            device: "site",
            start: start * day,
            end: end * day,
            alert: (alert ?? start) * day,
            severity: severity
        )
    )
}

private func counts(_ truths: [LossTruth], _ findings: [LossFinding], byDeadline: Bool = true) -> Counts {
    let outcome = Losses.score(truths, findings, byDeadline: byDeadline)
    return Counts(
        hits: outcome.pairs.count,
        falseAlarms: outcome.falseAlarms.count,
        misses: outcome.misses.count
    )
}

@Suite("scores of homes with losses")
struct LossesTests {
    @Test("each truth has its own deadline; a late alert is a miss and wrong, a hit without deadlines")
    func deadline() {
        let truths = [truth(0, 10, due: 4)]
        #expect(counts(truths, [told(0, 10, alert: 4)]) == Counts(hits: 1))
        #expect(counts(truths, [told(0, 10, alert: 5)]) == Counts(falseAlarms: 1, misses: 1))
        #expect(counts(truths, [told(0, 10, alert: 5)], byDeadline: false) == Counts(hits: 1))
    }

    @Test("half of what both span must be shared, one to one")
    func overlap() {
        #expect(counts([truth(0, 10)], [told(0, 5)]) == Counts(hits: 1))
        #expect(counts([truth(0, 10)], [told(0, 4)]) == Counts(falseAlarms: 1, misses: 1))
        #expect(counts([truth(0, 10)], [told(0, 10), told(0, 9)]) == Counts(hits: 1, falseAlarms: 1))
        #expect(Losses.overlap(told(2, 6), truth(4, 12)) == 0.2)
    }

    @Test("a kind that the truth admits counts for the truth's kind; the own kind goes first")
    func also() {
        let slow = truth(0, 90, kind: "degradation", also: ["production_lost"])
        let outcome = Losses.score([slow], [told(0, 90)], byDeadline: true)
        #expect(outcome.counts("degradation") == Counts(hits: 1))
        #expect(outcome.counts("production_lost") == Counts())
        #expect(counts([slow], [told(0, 90, kind: "site_silent")]) == Counts(falseAlarms: 1, misses: 1))
        let lost = truth(0, 80)
        #expect(counts([slow, lost], [told(0, 85), told(0, 85, kind: "degradation")]) == Counts(hits: 2))
        let meter = LossFinding(
            Prediction(kind: "production_meter_wrong", device: "meter_prod", start: 0, end: 9 * day, alert: 0)
        )
        let untellable = truth(0, 9, also: ["production_meter_wrong"])
        #expect(counts([untellable], [meter]) == Counts(falseAlarms: 1, misses: 1))
    }

    @Test("a notice finds only what is short, quiet or not downloaded, and is never a false alarm")
    func notices() {
        #expect(counts([truth(0, 10)], [told(0, 10, severity: "notice")]) == Counts(misses: 1))
        #expect(counts([truth(0, 10, isQuiet: true)], [told(0, 10, severity: "notice")]) == Counts(hits: 1))
        #expect(counts([], [told(0, 10, severity: "notice")]) == Counts())
        var short = truth(0, 1)
        #expect(counts([short], [told(0, 1, severity: "notice")]) == Counts(misses: 1))
        short.truth.end -= 1
        #expect(counts([short], [told(0, 1, severity: "notice")]) == Counts(hits: 1))
        // A report that is said to be missing and is not: wrong for its F1, no alarm.
        let absent = told(0, 10, kind: "not_downloaded", severity: "notice")
        #expect(counts([truth(0, 10, kind: "not_downloaded")], [absent]) == Counts(hits: 1))
        let outcome = Losses.score([], [absent], byDeadline: true)
        #expect(outcome.counts("not_downloaded") == Counts(falseAlarms: 1) && outcome.falseAlarms.isEmpty)
        // A warning is not displaced by a notice.
        #expect(
            counts([truth(0, 10, isQuiet: true)], [told(0, 10, severity: "notice"), told(0, 10)])
                == Counts(hits: 1)
        )
    }

    @Test("half a finding in truths that can hardly be seen, together, is neither right nor wrong")
    func hidden() {
        let snow = [truth(0, 3, kind: "snow", observable: 0), truth(4, 6, kind: "snow", observable: 0)]
        #expect(counts(snow, []) == Counts())
        #expect(counts(snow, [told(0, 10)]) == Counts())
        #expect(counts(snow, [told(0, 11)]) == Counts(falseAlarms: 1))
        // Twice the same days are not more of them.
        #expect(counts(snow + snow, [told(0, 11)]) == Counts(falseAlarms: 1))
        #expect(counts(snow + [truth(0, 8)], [told(0, 8)]) == Counts(hits: 1))
    }

    @Test(
        "silences are right in true ones only, other kinds are false alarms, and the day of the check is left out"
    )
    func silences() {
        let silence = truth(0, 4, kind: "site_silent")
        #expect(counts([silence], [told(0, 4, kind: "site_silent")]) == Counts(hits: 1))
        #expect(counts([silence], [told(0, 1, kind: "site_silent")]) == Counts(misses: 1))
        #expect(counts([], [told(0, 1, kind: "site_silent")]) == Counts(falseAlarms: 1))
        #expect(counts([silence], [told(0, 4)]) == Counts(falseAlarms: 1, misses: 1))
        #expect(counts([], [told(0, 1, kind: "spike")]) == Counts(falseAlarms: 1))
        #expect(counts([], [told(0, 1, kind: "no_new_data")]) == Counts())
        #expect(!Losses.kinds.contains("site_silent"))
    }

    @Test("the CPU time of a check stands in its last line")
    func checkTime() throws {
        let line = "check 1: 9 opened, 0 closed, 1 last (0 critical), 0.17 s CPU (analysis 0.063)\n"
        let time = try #require(Runner.time(in: "more\n" + line))
        #expect(time == (0.17, 0.063) && Runner.time(in: "nothing new") == nil)
    }

    @Test("quantiles go by rank")
    func quantiles() {
        #expect(quantile([3, 1, 2], 0.5) == 2 && quantile([], 0.5) == nil)
        #expect(quantile([1, 2], 0.5) == 1.5 && quantile([4], 0.9) == 4)
        #expect(quantile(Array(0...10).map(Double.init), 0.9) == 9)
    }
}
