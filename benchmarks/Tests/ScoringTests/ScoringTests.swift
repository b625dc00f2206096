import Scoring
import Testing

private let day: Int64 = 86_400

private func truth(_ start: Int64, _ end: Int64, device: String = "site", observable: Double = 1) -> Truth {
    Truth(kind: "stale", device: device, start: start, end: end, observable: observable)
}

private func told(_ start: Int64, _ end: Int64, device: String = "site", alert: Int64? = nil) -> Prediction {
    Prediction(kind: "stale", device: device, start: start, end: end, alert: alert ?? start)
}

private func score(_ truths: [Truth], _ predictions: [Prediction], days: Double? = 1.5) -> Counts {
    Matching.score(kind: "stale", truths: truths, predictions: predictions, deadlineDays: days).counts
}

@Suite("scoring")
struct ScoringTests {
    @Test("half of what both span together must be shared")
    func overlap() {
        #expect(score([truth(0, 100)], [told(0, 50)]) == Counts(hits: 1))
        #expect(score([truth(0, 100)], [told(0, 49)]) == Counts(falseAlarms: 1, misses: 1))
        #expect(score([truth(0, 100)], [told(-50, 150)]) == Counts(hits: 1))
        #expect(score([truth(0, 100)], [told(-51, 150)]) == Counts(falseAlarms: 1, misses: 1))
    }

    @Test("device and kind must be equal")
    func identity() {
        #expect(
            score([truth(0, 100)], [told(0, 100, device: "meter_net")]) == Counts(falseAlarms: 1, misses: 1)
        )
        var other = told(0, 100)
        other.kind = "spike"
        #expect(score([truth(0, 100)], [other]) == Counts(misses: 1))
    }

    @Test("an alert after the deadline is a miss and a false alarm; on it, a hit")
    func deadline() {
        let truths = [truth(0, 10 * day)]
        #expect(score(truths, [told(0, 10 * day, alert: day * 3 / 2)]) == Counts(hits: 1))
        #expect(
            score(truths, [told(0, 10 * day, alert: day * 3 / 2 + 1)]) == Counts(falseAlarms: 1, misses: 1)
        )
        #expect(score(truths, [told(0, 10 * day, alert: 9 * day)], days: nil) == Counts(hits: 1))
    }

    @Test("pairs are one to one and as many as there can be")
    func matching() {
        // The first finding fits both truths, the second only the first: a greedy choice would lose a pair.
        let truths = [truth(0, 100), truth(40, 140)]
        #expect(score(truths, [told(20, 120), told(0, 100)]) == Counts(hits: 2))
        #expect(score(truths, [told(20, 120), told(0, 90)]) == Counts(hits: 2))
        #expect(score([truth(0, 100)], [told(0, 100), told(0, 100)]) == Counts(hits: 1, falseAlarms: 1))
    }

    @Test("a finding half inside a hidden truth is neither right nor wrong, and a hidden truth is no miss")
    func hidden() {
        let hidden = [truth(0, 100, observable: 0.4)]
        #expect(score(hidden, []) == Counts())
        #expect(score(hidden, [told(60, 140)]) == Counts())
        #expect(score(hidden, [told(61, 140)]) == Counts(falseAlarms: 1))
        #expect(score(hidden, [told(0, 100)]) == Counts())
        #expect(score(hidden, [told(0, 100, device: "meter_net")]) == Counts(falseAlarms: 1))
    }

    @Test("F1 is that of counts; nothing to find and nothing told is 1")
    func f1() {
        #expect(Counts().f1 == 1)
        #expect(Counts(hits: 3, falseAlarms: 1, misses: 2).f1 == 2.0 / 3)
        #expect(Counts(misses: 2).f1 == 0)
    }
}

@Suite("scores of estimates")
struct GapScoreTests {
    @Test("bias, root mean square, coverage and width of results made by hand")
    func score() throws {
        let results = [
            GapResult(home: "a", estimate: 110, halfWidth: 5, truth: 100),
            GapResult(home: "b", estimate: 190, halfWidth: 20, truth: 200),
            GapResult(home: "c", estimate: 5, halfWidth: 10, truth: 0, base: 100),
        ]
        let score = try #require(GapScore(results))
        #expect(abs(score.bias - (10 - 5 + 5) / 3.0) < 1e-12 && score.covered == 2)
        #expect(abs(score.rootMeanSquare - ((100 + 25 + 25) / 3.0).squareRoot()) < 1e-12)
        #expect(abs(score.halfWidth - (5 + 10 + 10) / 3.0) < 1e-12)
        #expect(GapScore([]) == nil)
    }
}
