// When batteries, inverters, the relay and the meter are told, and when they are not.

import Readings
import Testing

@testable import Analysis

@Suite("live: relay, batteries, inverters, meters")
struct LiveDeviceTests {
    private let noon = 720

    // MARK: The relay

    @Test(
        "the relay opens by itself: told in the second round, with the grid as soon as the inventory names it"
    )
    func relay() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 31)
        trial.play(to: noon + 45) { $0.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID") }
        trial.play(to: noon + 60)
        #expect(
            trial.lines == [
                "752 opened relay_opened_itself 122200000009 warning",
                "755 updated relay_opened_itself 122200000009 warning",
                "766 ended relay_opened_itself 122200000009 warning",
            ]
        )
        let finding = try #require(trial.finding(.relayOpenedItself))
        #expect(finding.start.utcSeconds == LiveHome.midnight + 751 * 60 + 5)
        #expect(finding.evidence.grid == "absent" && finding.evidence.relayActual == "open")
    }

    @Test("one round is none, and so is a relay that was told to open")
    func relayTold() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 200) { shown in
            if shown.minute % 7 == 0 { shown.relay = ("closed", "open", "ENPWR_STATE_OPER_OPEN") }
        }
        trial.play(to: noon + 260) { $0.relay = ("open", "open", "ENPWR_STATE_OPER_OPEN") }
        #expect(trial.lines.isEmpty)
    }

    @Test("the grid is back and the relay stays open: told 7 minutes behind its return")
    func returning() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 60, hasRelayBody: false) {
            $0.relay = ("closed", "open", "ENPWR_STATE_OPER_NO_GRID")
        }
        trial.play(to: noon + 80, hasRelayBody: false) {
            $0.relay = ("closed", "open", "ENPWR_STATE_SYNC_READY")
        }
        trial.play(to: noon + 90)
        #expect(trial.minutes("opened", .returnFailed) == [noon + 65])
        #expect(trial.minutes("updated", .relayOpenedItself) == [noon + 60])
        #expect(trial.finding(.relayOpenedItself)?.severity == .critical)
        #expect(trial.minutes("ended", .returnFailed) == [noon + 81])
    }

    @Test("open without a word of the grid is critical after ten minutes")
    func unexplained() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        trial.play(to: noon + 60) { $0.relay = ("closed", "open", "ENPWR_STATE_OPER_GEN_CLOSE") }
        #expect(trial.minutes("opened", .relayOpenedItself) == [noon + 31])
        #expect(trial.finding(.relayOpenedItself)?.severity == .critical)
    }

    // MARK: Batteries

    @Test("below the reserve: told after 15 minutes with the hours left; 10 % and each lower percent at once")
    func deep() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        func falling(_ shown: inout LiveHome.Shown) {
            let percent = max(7, 16 - Double(shown.minute - noon - 30) / 10).rounded()
            shown.percent = [percent, percent]
            shown.batteryWatts = [400, 400]
        }
        trial.play(to: noon + 150) { falling(&$0) }
        // 16 % is no less than 15; 14 % begins at minute 16 of the fall.
        let opened = try #require(trial.minutes("opened", .batteryDeep).first)
        #expect(opened == noon + 30 + 16 + 15)
        let levels = trial.changes.filter { $0.change.word == "updated" }.compactMap {
            $0.change.finding.evidence.lowestSoCPercent
        }
        #expect(levels == [10, 9, 8, 7])
        let finding = try #require(trial.finding(.batteryDeep))
        #expect(finding.device == "pack" && finding.severity == .critical)
        #expect(try #require(finding.evidence.hoursLeft) < 1.5)
        trial.play(to: noon + 160) { $0.percent = [17, 17] }
        #expect(trial.minutes("ended", .batteryDeep).isEmpty)
        trial.play(to: noon + 170) { $0.percent = [19, 19] }
        #expect(trial.minutes("ended", .batteryDeep) == [noon + 161])
    }

    @Test("one body that says 0 % is not believed, and resting at a reserve of 10 % is no alarm")
    func glitch() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 100) { if $0.minute % 9 == 0 { $0.percent = [0, 0] } }
        trial.play(to: noon + 300) {
            $0.reserve = 10
            $0.percent = $0.minute % 2 == 0 ? [10, 10] : [9, 9]
        }
        #expect(trial.lines.isEmpty)
    }

    @Test("one battery nearly empty beside a full one is told by itself")
    func oneDeep() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 60) {
            $0.percent = [4, 80]
            $0.batteryWatts = [0, 0]
        }
        #expect(trial.lines == ["721 opened batt_deep 492200000001 critical"])
    }

    @Test("a battery is silent: told within 36 minutes, over when it has been back for 15")
    func lost() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        let last = LiveHome.midnight + Int64(noon + 25) * 60
        trial.play(to: noon + 90) { $0.batteryReports[1] = last }
        let opened = try #require(trial.minutes("opened", .batteryLost).first)
        #expect(opened - (noon + 25) >= 30 && opened - (noon + 25) <= 36)
        #expect(trial.finding(.batteryLost)?.start.utcSeconds == last)
        trial.play(to: noon + 130)
        #expect(trial.minutes("ended", .batteryLost) == [noon + 105])
        #expect(trial.changes.count == 2)
    }

    @Test("capacity falls by a unit: one finding, named by the battery that is not reached")
    func capacity() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        let last = LiveHome.midnight + Int64(noon + 25) * 60
        trial.play(to: noon + 120) {
            $0.availableCapacity = 5_000
            $0.batteryReports[0] = last
            $0.areReached[0] = false
        }
        #expect(trial.minutes("opened", .batteryLost) == [noon + 40])
        let finding = try #require(trial.finding(.batteryLost))
        #expect(finding.device == LiveHome.batteries[0] && finding.evidence.missingCapacityWh == 5_000)
        trial.play(to: noon + 150)
        #expect(trial.minutes("ended", .batteryLost).count == 1 && trial.changes.count == 2)
    }

    @Test("a state of charge that stands still while a tenth of the capacity goes in or out")
    func stuck() throws {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 120) {
            $0.percent[0] = 50
            $0.batteryWatts[0] = 600
            $0.percent[1] = $0.minute % 2 == 0 ? 97 : 98
            $0.batteryWatts[1] = -700
        }
        let opened = try #require(trial.minutes("opened", .batteryStuck).first)
        #expect(opened - noon > 50 && opened - noon <= 65)
        let pinned = try #require(trial.finding(.batteryPinned))
        #expect(pinned.device == LiveHome.batteries[1] && pinned.rule.name == .liveBatteryStuck)
        trial.play(to: noon + 130) { $0.percent[0] = 43 }
        #expect(trial.minutes("ended", .batteryStuck) == [noon + 120])
    }

    @Test("standby at full, quick swings in and out, and absurd powers move nothing and are none")
    func notStuck() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 1_440) {
            $0.percent = [99, 55]
            $0.batteryWatts = [-60, $0.minute % 2 == 0 ? 1_500 : -1_500]
            if $0.minute % 50 == 0 { $0.batteryWatts[1] = 1e300 }
        }
        #expect(trial.lines.isEmpty)
    }

    // MARK: Inverters and the meter

    @Test(
        "an inverter misses three of its reports: a notice, a warning after six hours of day, over with a report"
    )
    func inverter() throws {
        var trial = LiveTrial(minute: 540)
        trial.play(to: 630)
        var last: Int64 = 0
        trial.play(to: 1_080) {
            if last == 0 { last = $0.inverterReports[4] }
            $0.inverterReports[4] = last
        }
        let opened = try #require(trial.minutes("opened", .inverterLost).first)
        let minutes = Double(LiveHome.midnight + Int64(opened) * 60 - last) / 60
        #expect(minutes >= 45 && minutes <= 45.15 + 6)
        #expect(trial.finding(.inverterLost)?.start.utcSeconds == last)
        #expect(trial.minutes("updated", .inverterLost).count == 1)
        trial.play(to: 1_140)
        #expect(trial.minutes("ended", .inverterLost).count == 1 && trial.changes.count == 3)
        #expect(trial.finding(.inverterLost)?.severity == .warning)
    }

    @Test("a branch of four is one finding that names them")
    func branch() throws {
        var trial = LiveTrial(minute: 540)
        trial.play(to: 660)
        var last: [Int64] = []
        trial.play(to: 800) {
            if last.isEmpty { last = $0.inverterReports }
            for index in 3..<7 { $0.inverterReports[index] = last[index] }
        }
        trial.play(to: 830)
        #expect(
            trial.minutes("opened", .partialSite).count == 1 && trial.minutes("opened", .inverterLost).isEmpty
        )
        #expect(trial.minutes("ended", .partialSite).count == 1)
        let finding = try #require(trial.finding(.partialSite))
        #expect(
            finding.evidence.serials == (3..<7).map { LiveHome.inverter($0) } && finding.device == "micros"
        )
    }

    @Test(
        "the array gives nothing in the sun: told within 22 minutes; dull days and full batteries off the grid are none"
    )
    func stopped() {
        var trial = LiveTrial(minute: noon)
        trial.play(to: noon + 30)
        func dark(_ shown: inout LiveHome.Shown) { shown.watts = 3 }
        trial.play(to: noon + 90) { dark(&$0) }
        trial.play(to: noon + 100)
        #expect(trial.minutes("opened", .productionStopped) == [noon + 50])
        #expect(trial.minutes("ended", .productionStopped) == [noon + 90])
        var island = LiveTrial(minute: noon)
        island.play(to: noon + 200) {
            dark(&$0)
            $0.percent = [100, 100]
            $0.relay = ("open", "open", "ENPWR_STATE_OPER_OPEN")
        }
        #expect(island.lines.isEmpty)
        var dull = LiveTrial(minute: noon)
        dull.play(to: noon + 200) { $0.watts = 100 }
        #expect(dull.lines.isEmpty)
    }

    @Test(
        "the production register stands still while inverters give: told within 35 minutes; at night it may"
    )
    func frozen() throws {
        var trial = LiveTrial(minute: 600)
        trial.play(to: 660)
        var register = 0.0
        trial.play(to: 720) {
            if register == 0 { register = $0.registerWh }
            $0.registerWh = register
        }
        trial.play(to: 730)
        let opened = try #require(trial.minutes("opened", .meterFrozen).first)
        #expect(opened - 660 >= 30 && opened - 660 <= 35)
        #expect(trial.minutes("ended", .meterFrozen) == [720])
        #expect(trial.finding(.meterFrozen)?.device == "meter_prod")
    }
}
