// When a gateway that does not answer is told, and that nothing else is known meanwhile.

import Readings
import Testing

@testable import Analysis

@Suite("live: reach and cloud")
struct LiveReachTests {
    private let noon = 720

    private func silent(_ shown: inout LiveHome.Shown, since: Int, hasRoute: Bool = true) {
        shown.isAnswered = false
        let start = LiveHome.midnight + Int64(since) * 60
        shown.signals = [.unreachable(sinceUTCSeconds: start, hasRoute: hasRoute)]
    }

    @Test("a clean week tells nothing")
    func clean() {
        for seed: UInt64 in [1, 2] {
            var trial = LiveTrial()
            trial.home = LiveHome(seed: seed)
            trial.play(to: 7 * 1_440)
            #expect(trial.lines.isEmpty)
        }
    }

    @Test("no answer: a notice within 6 minutes, a warning within 16, over at the third round")
    func unreachable() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 60) { silent(&$0, since: noon + 30) }
        trial.play(to: noon + 90)
        #expect(
            trial.lines == [
                "754 opened gateway_unreachable 122000000001 notice",
                "764 updated gateway_unreachable 122000000001 warning",
                "782 ended gateway_unreachable 122000000001 warning",
            ]
        )
        let finding = try #require(trial.finding(.gatewayUnreachable))
        #expect(finding.start.utcSeconds == LiveHome.midnight + Int64(noon + 30) * 60)
        #expect(finding.end?.utcSeconds == LiveHome.midnight + Int64(noon + 60) * 60 + 6)
    }

    @Test("four minutes without an answer are none")
    func short() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 300) { shown in
            if shown.minute % 10 < 4 { silent(&shown, since: shown.minute - shown.minute % 10) }
        }
        #expect(trial.lines.isEmpty)
    }

    @Test("at the nightly reset it is told after 20 minutes; a notice for one that is shorter is none")
    func reset() {
        let reset = 22 * 60 + 57
        var trial = LiveTrial(minute: noon)
        trial.play(to: reset)
        trial.play(to: reset + 13) { silent(&$0, since: reset) }
        trial.play(to: reset + 30)
        #expect(trial.lines.isEmpty)
        var longer = LiveTrial(minute: noon)
        longer.play(to: reset)
        longer.play(to: reset + 40) { silent(&$0, since: reset) }
        #expect(longer.minutes("opened", .gatewayUnreachable) == [reset + 19])
        #expect(longer.minutes("updated", .gatewayUnreachable) == [reset + 29])
    }

    @Test("without a network of its own the watch says so, and of the gateway nothing")
    func offline() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 50) { silent(&$0, since: noon + 30, hasRoute: false) }
        trial.play(to: noon + 60) { silent(&$0, since: noon + 30) }
        #expect(
            trial.lines == [
                "754 opened watch_offline site notice", "764 updated watch_offline site warning",
                "772 ended watch_offline site warning", "777 opened gateway_unreachable 122000000001 notice",
            ]
        )
    }

    @Test(
        "what was open stays open while nothing answers, and nothing that needs time is told just behind it"
    )
    func unknown() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 40) { $0.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        #expect(trial.minutes("opened", .relayOpenedItself) == [noon + 31])
        trial.play(to: noon + 400) { silent(&$0, since: noon + 40) }
        #expect(trial.minutes("ended", .relayOpenedItself).isEmpty)
        // Inverters, batteries and the meter stood still for six hours: nobody says that they were lost.
        trial.play(to: noon + 430) { $0.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        trial.play(to: noon + 440)
        #expect(trial.minutes("ended", .relayOpenedItself) == [noon + 431])
        let kinds = Set(trial.changes.map(\.change.finding.kind))
        #expect(kinds == [.relayOpenedItself, .gatewayUnreachable])
    }

    @Test("the cloud: told at 1, 7 and 24 hours, over with a report")
    func cloud() throws {
        var trial = LiveTrial(minute: noon)
        let last = LiveHome.midnight + Int64(noon) * 60
        trial.play(to: noon + 1_600) { $0.lastCloudReport = last }
        trial.play(to: noon + 1_640)
        #expect(trial.minutes("opened", .cloudSilent) == [noon + 60 + 0])
        #expect(trial.minutes("updated", .cloudSilent) == [noon + 420, noon + 1_440])
        #expect(trial.minutes("ended", .cloudSilent) == [noon + 1_605])
        let finding = try #require(trial.finding(.cloudSilent))
        #expect(finding.start.utcSeconds == last && finding.severity == .critical)
        #expect(trial.changes.count == 4)
    }

    @Test("a muted kind is never opened")
    func muted() {
        var site = LiveHome.site
        site.muted = [.cloudSilent]
        var trial = LiveTrial(minute: noon, site: site)
        trial.play(to: noon + 1_600) { $0.lastCloudReport = LiveHome.midnight }
        #expect(trial.lines.isEmpty)
    }

    @Test("behind a restart an open finding goes on and ends")
    func restart() throws {
        var before = LiveTrial(minute: noon)
        let last = LiveHome.midnight + Int64(noon) * 60
        before.play(to: noon + 500) { $0.lastCloudReport = last }
        let open = try #require(before.finding(.cloudSilent))
        #expect(open.severity == .warning)
        var after = LiveTrial(minute: noon + 500, open: [open])
        after.play(to: noon + 1_500) { $0.lastCloudReport = last }
        after.play(to: noon + 1_600)
        #expect(
            after.lines == [
                "2160 updated cloud_silent 122000000001 critical",
                "2220 ended cloud_silent 122000000001 critical",
            ]
        )
        #expect(after.finding(.cloudSilent)?.start == open.start)
    }

    @Test("a watch that stands still is told when its heartbeat is older than 15 minutes")
    func stalled() throws {
        #expect(LiveRules.stalled(heartbeat: 1_000, setUp: 0, gateway: "1", now: 1_900) == nil)
        let finding = try #require(LiveRules.stalled(heartbeat: 1_000, setUp: 0, gateway: "1", now: 1_901))
        #expect(finding.kind == .watchStalled && finding.start.utcSeconds == 1_000 && finding.end == nil)
        #expect(finding.kind.isOfWatch && finding.isOfRecords && finding.rule.name?.isLive == false)
        #expect(LiveRules.stalled(heartbeat: nil, setUp: 0, gateway: "", now: 5_000)?.device == "site")
        #expect(LiveRules.stalled(heartbeat: .min, setUp: 0, gateway: "", now: .max) == nil)
    }
}
