// Tokens, keys, firmware, clocks; what flaps is one finding; what devices may say does no harm.

import Readings
import TestSupport
import Testing

@testable import Analysis

@Suite("live: signals, flapping, hostile rows")
struct LiveSignalTests {
    private let noon = 720

    @Test("a token: 30, 7 and 1 days before its end, and dead; over with a new one")
    func token() {
        var trial = LiveTrial(minute: noon)
        for (day, days) in [31, 30, 29, 7, 6, 1, 0].enumerated() {
            trial.play(to: noon + 20 * (day + 1)) { $0.signals = [.answered, .tokenDaysLeft(days)] }
        }
        trial.play(to: noon + 150) { $0.signals = [.answered, .tokenDead] }
        trial.play(to: noon + 170) { $0.signals = [.answered, .tokenRenewed] }
        #expect(
            trial.lines == [
                "740 opened token_expiring 122000000001 notice",
                "780 updated token_expiring 122000000001 warning",
                "820 updated token_expiring 122000000001 critical",
                "860 updated token_expiring 122000000001 critical",
                "870 ended token_expiring 122000000001 critical",
            ]
        )
    }

    @Test("a key, another gateway and a firmware are told at once, the same one once")
    func changed() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 10)
        trial.play(to: noon + 40) {
            $0.isAnswered = false
            $0.signals = [
                .keyChanged(from: "sha256//a", to: "sha256//b"), .serialChanged(from: "1", to: "2"),
            ]
        }
        trial.play(to: noon + 50) { $0.signals = [.answered, .keyTrusted] }
        trial.play(to: noon + 70) { $0.signals = [.answered, .firmwareChanged(from: "D8.2", to: "D8.3")] }
        #expect(
            trial.lines == [
                "730 opened key_changed 122000000001 warning",
                "730 opened serial_changed 122000000001 warning",
                "760 ended key_changed 122000000001 warning", "760 ended serial_changed 122000000001 warning",
                "770 opened firmware_changed 122000000001 notice",
            ]
        )
        let firmware = try #require(trial.finding(.firmwareChanged))
        #expect(firmware.end == firmware.start && firmware.evidence.after == "D8.3")
    }

    @Test("a clock: off by more than 5 minutes three times, over below 2")
    func clock() throws {
        var trial = LiveTrial(minute: noon)
        func skew(_ seconds: Int64) -> (inout LiveHome.Shown) -> Void {
            { $0.signals = [.answered] + ($0.minute % 5 == 0 ? [.clockSkew(seconds: seconds, .own)] : []) }
        }
        trial.play(to: noon + 30, skew(299))
        trial.play(to: noon + 60, skew(-7_200))
        trial.play(to: noon + 80, skew(200))
        trial.play(to: noon + 90, skew(-10))
        trial.play(to: noon + 95, skew(.min))
        #expect(
            trial.lines == [
                "760 opened clock_skewed 122000000001 notice", "800 ended clock_skewed 122000000001 notice",
            ]
        )
        let finding = try #require(trial.finding(.clockSkewed))
        #expect(finding.evidence.skewSeconds == -7_200 && finding.evidence.clockInDoubt == "own")
    }

    @Test("what opens a fourth time within six hours comes and goes, and is kept open until it rests")
    func flapping() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 300) { shown in
            if shown.minute % 30 < 10 { shown.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        }
        #expect(trial.minutes("opened", .relayOpenedItself).count == 4)
        #expect(trial.minutes("ended", .relayOpenedItself).count == 3)
        // Told at the fourth and the eighth opening, not at each.
        let counts = trial.changes.compactMap { $0.change.finding.evidence.openingCount }
        #expect(counts.contains(4) && counts.contains(8) && !counts.contains(5))
        trial.play(to: noon + 640)
        #expect(trial.minutes("ended", .relayOpenedItself).count == 3)
        trial.play(to: noon + 660)
        #expect(trial.minutes("ended", .relayOpenedItself).count == 4)
    }

    @Test("what flaps within its least stay of ten minutes is one opening")
    func stay() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 11) { shown in
            if shown.minute % 4 < 2 { shown.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        }
        #expect(trial.minutes("opened", .relayOpenedItself).count == 1)
        #expect(trial.minutes("ended", .relayOpenedItself).isEmpty)
        // However long it goes on: three openings, and the fourth is kept.
        trial.play(to: noon + 360) { shown in
            if shown.minute % 4 < 2 { shown.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        }
        #expect(trial.minutes("opened", .relayOpenedItself).count == 4)
    }

    @Test("the same rounds give the same changes")
    func deterministic() {
        func lines() -> [String] {
            var trial = LiveTrial(minute: 540)
            var last: [Int64] = []
            trial.play(to: 900) {
                if last.isEmpty { last = $0.inverterReports }
                for index in 2..<8 where $0.minute > 600 { $0.inverterReports[index] = last[index] }
            }
            return trial.lines
        }
        #expect(lines() == lines() && !lines().isEmpty)
    }

    @Test("ten thousand batteries and numbers that are none do no harm")
    func hostile() {
        var rules = LiveRules(site: LiveHome.site)
        var opened = 0
        for minute in 0..<120 {
            var round = LiveRound(
                atUTCSeconds: -5,
                monotonicSeconds: Double(minute) * 60,
                signals: [.answered]
            )
            if minute == 50 { round.monotonicSeconds = .nan }
            if minute == 60 { round.atUTCSeconds = .max }
            for index in 0..<10_000 {
                let device = Device(.battery, "b\(index)")
                let value = [Double.nan, 1e300, -1e300, .infinity, -1, 4][index % 6]
                round.readings.append(
                    DeviceReading(
                        device,
                        startUTCSeconds: .min,
                        origin: "ivp/ensemble/power",
                        values: [.power: value, .stateOfCharge: value, .capacity: value]
                    )
                )
                if minute % 30 == 0 {
                    round.states.append(
                        DeviceState(
                            device,
                            atUTCSeconds: .max,
                            origin: "ivp/ensemble/inventory",
                            lastReportUTCSeconds: index % 2 == 0 ? .min : .max,
                            properties: [.communicating: "false", .reserve: "1e300"]
                        )
                    )
                }
            }
            opened += rules.take(round).count { $0.word == "opened" }
        }
        #expect(opened <= 2 * LiveBook.mostOfKind && rules.openCount <= 2 * LiveBook.mostOfKind)
    }
}
