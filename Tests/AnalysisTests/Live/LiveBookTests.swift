// What becomes of claims: what needs no time is told at once, what is over during a silence ends behind it, and little is
// remembered.

import Readings
import Testing

@testable import Analysis

@Suite("live: claims and findings")
struct LiveBookTests {
    private let noon = 720

    private func time(_ minute: Int, _ signals: [CollectorSignal] = [.answered], after: LiveTime = LiveTime())
        -> LiveTime
    {
        var time = after
        time.take(
            LiveRound(
                atUTCSeconds: 1_000_000 + Int64(minute) * 60,
                monotonicSeconds: Double(minute) * 60,
                signals: signals
            )
        )
        return time
    }

    private func claim(isSaid: Bool, device: String = "a") -> LiveClaim {
        .holds(.batteryStuck, device, since: 1_000_000, rule: .liveBatteryStuck) { $0.isSaid = isSaid }
    }

    @Test("at the start and for five minutes behind a silence only what a body says is told")
    func settling() {
        var book = LiveBook(muted: [], open: [])
        var now = time(0)
        #expect(book.take([claim(isSaid: false)], now).isEmpty)
        #expect(book.take([claim(isSaid: true, device: "b")], now).count == 1)
        now = time(5, after: now)
        #expect(book.take([claim(isSaid: false)], now).count == 1)
        now = time(6, [.unreachable(sinceUTCSeconds: 0, hasRoute: true)], after: now)
        now = time(7, after: now)
        #expect(book.take([claim(isSaid: false, device: "c")], now).isEmpty)
        now = time(12, after: now)
        #expect(book.take([claim(isSaid: false, device: "c")], now).count == 1)
    }

    @Test("rounds far apart, too, leave a silence between them")
    func apart() {
        var ticker = Ticker()
        var now = time(0)
        _ = ticker.step(now)
        now = time(10, after: now)
        #expect(ticker.step(now) == 600)
        now = time(40, after: now)
        #expect(ticker.step(now, longest: 1e9) == 0 && !now.isSettled)
    }

    @Test("what was over before a silence, and had to stay, ends behind it")
    func overInSilence() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 33) { $0.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        trial.play(to: noon + 36)
        trial.play(to: noon + 60) {
            $0.isAnswered = false
            $0.signals = [.unreachable(sinceUTCSeconds: $0.at - 60, hasRoute: true)]
        }
        #expect(trial.minutes("ended", .relayOpenedItself).isEmpty)
        trial.play(to: noon + 61)
        #expect(trial.minutes("ended", .relayOpenedItself) == [noon + 60])
        #expect(
            trial.finding(.relayOpenedItself)?.end?.utcSeconds ?? 0 < LiveHome.midnight + Int64(noon + 34)
                * 60
        )
    }

    @Test("what was found by night is not taken for the watch's own")
    func strangers() {
        let other = Finding(
            device: "x",
            kind: .cloudSilent,
            start: Instant(utcSeconds: 0),
            end: nil,
            alert: Instant(utcSeconds: 0),
            severity: .critical,
            rule: FindingRule(.captureEvent),
            evidence: Evidence(),
            knownEnd: Instant(utcSeconds: 0)
        )
        #expect(LiveBook(muted: [], open: [other]).openCount == 0)
    }

    @Test("kept findings come back with their grade, their count and their start")
    func resumed() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30) { $0.percent = [8, 8] }
        let kept = try #require(trial.finding(.batteryDeep))
        // As a store gives it back: rule and evidence are text.
        var stored = kept
        stored.rule = FindingRule(kept: kept.rule.json.compact)
        stored.evidence = Evidence(kept: kept.evidence.json.compact)
        var after = LiveTrial(minute: noon + 30, open: [stored])
        after.play(to: noon + 60) { $0.percent = [8, 8] }
        #expect(after.lines.isEmpty)
        after.play(to: noon + 65) { $0.percent = [7, 7] }
        #expect(after.minutes("updated", .batteryDeep) == [noon + 61])
        #expect(after.finding(.batteryDeep)?.start == kept.start)
    }

    @Test("several silent inverters go on as one behind a restart, and end when all are back")
    func resumedTogether() throws {
        var before = LiveTrial(minute: 540)
        before.play(to: 660)
        var last: [Int64] = []
        func cut(_ shown: inout LiveHome.Shown) {
            if last.isEmpty { last = shown.inverterReports }
            for index in 3..<7 { shown.inverterReports[index] = last[index] }
        }
        before.play(to: 760) { cut(&$0) }
        let kept = try #require(before.finding(.partialSite))
        var after = LiveTrial(minute: 540, open: [kept])
        after.rules = LiveRules(site: LiveHome.site, open: [kept])
        after.play(to: 640) { cut(&$0) }
        #expect(after.lines.isEmpty)
        after.play(to: 680)
        #expect(after.lines == ["\(after.changes.first?.minute ?? 0) ended partial_site micros notice"])
    }

    @Test(
        "days elsewhere tell nothing: far north in winter, the southern half, the equator, without a place"
    )
    func elsewhere() {
        for (latitude, month) in [(62.0, 196), (-35.0, 0), (0.0, 90)] {
            var site = LiveHome.site
            site.place = Place(latitude: latitude, longitude: -3)
            var trial = LiveTrial(minute: month * 1_440, site: site)
            trial.home = LiveHome(seed: 5, minute: month * 1_440, latitude: latitude)
            trial.play(to: (month + 5) * 1_440)
            #expect(trial.lines.isEmpty, "\(latitude)")
        }
        var site = LiveHome.site
        site.place = nil
        var trial = LiveTrial(site: site)
        trial.play(to: 5 * 1_440)
        #expect(trial.lines.isEmpty)
    }

    @Test("an inverter that was silent for years when the watch began is told once, since its last report")
    func longSilent() throws {
        var trial = LiveTrial()
        trial.play(to: 3 * 1_440) { $0.inverterReports[7] = 1_500_000_000 }
        #expect(trial.minutes("opened", .inverterLost).count == 1)
        #expect(trial.minutes("updated", .inverterLost).count == 1 && trial.changes.count == 2)
        #expect(trial.finding(.inverterLost)?.start.utcSeconds == 1_500_000_000)
    }
}
