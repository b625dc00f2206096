// Who tells of a loss whether panels or a clamp failed, and which inverters it was.

import Readings
import Testing

@testable import Analysis

@Suite("witnesses of losses")
struct WitnessTests {
    private let branch = (0..<10).map(WitnessHome.serial)

    @Test("a branch that is off is named by its inverters", arguments: [false, true])
    func branchOff(isSilent: Bool) throws {
        var home = WitnessHome()
        home.events = [.off(0..<10, isSilent: isSilent)]
        let told = try #require(try home.heard().first)
        #expect(told.kind == .productionLost && told.device == "site")
        #expect(told.evidence.cause == "panels")
        #expect(told.evidence.causeBy == ["inverters"])
        #expect(told.evidence.serials == branch)
        #expect(told.evidence.invertersLost == 10 && told.evidence.inverters == 20)
        // A silent one may only not say that it gives.
        #expect(told.sureness == (isSilent ? .likely : .sure))
    }

    @Test("inverters that go on prove the clamp, from the loss on")
    func clamp() throws {
        for (fault, share, told) in [("part", 0.5, "halved"), ("all", 0.0, "dead"), ("part", 0.75, "halved")]
        {
            var home = WitnessHome()
            home.events = [.clamp(share)]
            home.fault = fault
            home.fraction = 1 - share
            home.lostKWh = 100
            let found = try #require(try home.heard().first)
            #expect(found.kind == .productionMeterWrong && found.device == "meter_prod")
            #expect(
                found.start == home.loss.start && found.alert == home.loss.alert && found.end == home.loss.end
            )
            #expect(found.evidence.fault == told && found.evidence.cause == "meter")
            #expect(found.evidence.causeBy == ["inverters"] && found.evidence.serials == nil)
            // Nothing was lost, and figures are no danger.
            #expect(found.evidence.lostKWh == nil && found.severity == .warning && found.sureness == .sure)
        }
    }

    @Test("all of them off: the panels, without a list")
    func allOff() throws {
        var home = WitnessHome()
        home.events = [.off(0..<20)]
        home.fault = "all"
        home.fraction = 1
        let told = try #require(try home.heard().first)
        #expect(told.kind == .productionLost && told.evidence.cause == "panels" && told.sureness == .sure)
        #expect(told.evidence.invertersLost == 20 && told.evidence.inverters == 20)
        #expect(told.evidence.serials == nil)
    }

    @Test(
        "all of them silent just as long as nothing is produced were off; where their document ends nothing is told"
    )
    func allSilent() throws {
        var home = WitnessHome()
        home.events = [.off(0..<20, isSilent: true)]
        home.fault = "all"
        home.fraction = 1
        #expect(try home.heard().first?.evidence.cause == "panels")
        #expect(try home.heard().first?.sureness == .likely)
        home.isOpen = true
        home.devicesEnd = home.time.startUTCSeconds
        #expect(try home.heard().first?.evidence.cause == "unknown")
        // Behind the loss their document does not go on.
        home.isOpen = false
        #expect(try home.heard().first?.evidence.cause == "unknown")
        // It ended days before the loss.
        home.devicesEnd = home.time.startUTCSeconds - 5 * 86_400
        #expect(try home.heard().first?.evidence.cause == "unknown")
    }

    @Test("a report of a row a day is held against the inverters too")
    func daily() throws {
        var home = WitnessHome()
        home.isDaily = true
        home.events = [.off(0..<10, isSilent: true)]
        #expect(try home.heard().first?.evidence.serials == branch)
        home.events = [.clamp(0.5)]
        #expect(try home.heard().first?.kind == .productionMeterWrong)
        home.fault = "all"
        home.events = [.off(0..<20, isSilent: true)]
        #expect(try home.heard().first?.evidence.cause == "panels")
        // It began and ended in the middle of a day, whose rows are not the loss's.
        let whole = home.time
        home.time = Interval(
            startUTCSeconds: whole.startUTCSeconds - 16 * 3600,
            endUTCSeconds: whole.endUTCSeconds + 12 * 3600
        )
        var loss = home.loss
        loss.start = whole.start
        loss.end = whole.end
        loss.knownEnd = whole.end
        #expect(try home.heard(loss).first?.evidence.cause == "panels")
    }

    @Test("one inverter of twenty is no branch, neither beside a clamp nor beside a loss of all")
    func oneOfTwenty() throws {
        var home = WitnessHome()
        home.events = [.off(3..<4), .clamp(0.5)]
        let clamp = try #require(try home.heard().first)
        #expect(clamp.evidence.cause == "meter" && clamp.evidence.serials == nil)
        home.events = [.off(3..<4), .less(0.6)]
        home.fraction = 0.42
        let shade = try #require(try home.heard().first)
        #expect(shade.evidence.cause == "panels" && shade.evidence.serials == nil)
    }

    @Test("an inverter that was dead before the loss did not fall with it")
    func deadBefore() throws {
        let before = [100.0, 100, 100, 100, 50, 100]
        let finder = BranchFinder(
            before: before,
            fresh: [20, 20, 20, 20, 0, 20],
            during: [50, 50, 0, 0, 0, 50]
        )
        #expect(finder.fallen == [2, 3])
        #expect(BranchFinder(before: [0, 0], fresh: [0, 0], during: [0, 0]).fallen.isEmpty)
        #expect(BranchFinder(before: [9], fresh: [1], during: [0]).fallen.isEmpty)
    }

    @Test("inverters of a part of the array prove nothing of what they do not see")
    func partKnown() throws {
        var home = WitnessHome()
        home.known = 10
        home.events = [.off(10..<20)]
        let told = try #require(try home.heard().first)
        #expect(told.evidence.cause == "unknown" && told.kind == .productionLost)
        // Nothing is recorded while even a part gives: that is the clamp.
        home.events = [.clamp(0)]
        home.fault = "all"
        #expect(try home.heard().first?.evidence.cause == "meter")
    }

    @Test("of trips and of a slow loss the sum of the inverters tells")
    func others() throws {
        for fault in ["trips", "limit", "slow"] {
            var home = WitnessHome()
            home.fault = fault
            home.fraction = 0.3
            home.events = [.less(0.7)]
            #expect(try home.heard().first?.evidence.cause == "panels", "\(fault)")
            home.events = [.clamp(0.7)]
            #expect(try home.heard().first?.kind == .productionMeterWrong, "\(fault)")
            home.fraction = nil
            #expect(try home.heard().first?.evidence.cause == "unknown", "\(fault)")
        }
    }

    @Test("a clamp that rows prove too is one finding, known since the loss")
    func oneClamp() throws {
        var home = WitnessHome()
        home.events = [.clamp(0)]
        home.fault = "all"
        var other = home.loss
        other.kind = .productionMeterWrong
        other.device = "meter_prod"
        other.start = Instant(utcSeconds: home.time.startUTCSeconds + 2 * 86_400)
        other.alert = Instant(utcSeconds: home.time.startUTCSeconds + 5 * 86_400)
        other.evidence.fault = "dead"
        other.evidence.cause = "meter"
        let found = try home.heard(others: [other])
        #expect(found.count == 1)
        #expect(found.first?.start == home.loss.start && found.first?.alert == home.loss.alert)
    }

    @Test("the utility's export that stayed says clamp, one that fell says panels")
    func utility() throws {
        var home = WitnessHome()
        home.known = 0
        home.hasUtility = true
        for (fault, share) in [("all", 0.0), ("part", 0.5)] {
            home.fault = fault
            home.fraction = 1 - share
            home.events = [.clamp(share)]
            let clamp = try #require(try home.heard().first)
            #expect(clamp.kind == .productionMeterWrong && clamp.evidence.causeBy == ["utility"])
            home.events = [.less(share)]
            let panels = try #require(try home.heard().first)
            #expect(panels.kind == .productionLost && panels.evidence.cause == "panels", "\(fault)")
        }
    }

    @Test("a bill that shows more going out than was made proves the clamp; one that does not tells nothing")
    func bill() throws {
        var home = WitnessHome()
        home.known = 0
        home.events = [.clamp(0)]
        home.fault = "all"
        home.fraction = 1
        let day = CivilDate(daysSince1970: home.time.startUTCSeconds / 86_400)
        home.bills = [Bill(start: day, end: day.advanced(by: 12), exportWh: 250_000)]
        let told = try #require(try home.heard().first)
        #expect(told.kind == .productionMeterWrong && told.evidence.causeBy == ["bills"])
        #expect(told.evidence.provenKWh == 250)
        home.bills = [Bill(start: day, end: day.advanced(by: 12), exportWh: 4_000)]
        #expect(try home.heard().first?.evidence.cause == "unknown")
        home.bills = [Bill(start: day.advanced(by: -30), end: day.advanced(by: 2), exportWh: 900_000)]
        #expect(try home.heard().first?.evidence.cause == "unknown")
    }

    @Test("inverters that captures list as silent are named where they are as many as the loss")
    func listed() throws {
        var home = WitnessHome()
        home.known = 0
        func silent(_ serials: [String]) -> Finding {
            Finding(
                device: "micros",
                kind: .partialSite,
                start: home.time.start,
                end: home.time.end,
                alert: home.time.end,
                severity: .warning,
                rule: FindingRule(.captureEvent),
                evidence: Evidence { $0.serials = serials },
                knownEnd: home.time.end
            )
        }
        let states = (0..<20).map {
            DeviceState(
                Device(.inverter, WitnessHome.serial($0)),
                atUTCSeconds: home.home.start,
                origin: "",
                properties: [:]
            )
        }
        let told = try home.heard(others: [silent(branch)], states: states)
        #expect(told.first?.evidence.serials == branch && told.first?.evidence.cause == "panels")
        let one = try home.heard(others: [silent([branch[0]])], states: states)
        #expect(one.first?.evidence.serials == nil && one.first?.evidence.cause == "unknown")
    }

    @Test("what inverters of the branch show by themselves is told with it, what another one shows is not")
    func oneFinding() throws {
        var home = WitnessHome()
        home.events = [.off(0..<10)]
        func dead(_ index: Int, rule: RuleName = .zeroWhileArrayProduces) -> Finding {
            Finding(
                device: WitnessHome.serial(index),
                kind: .microDead,
                start: home.time.start,
                end: home.time.end,
                alert: home.time.end,
                severity: .critical,
                rule: FindingRule(rule),
                evidence: Evidence { $0.deviceKind = "inverter" },
                knownEnd: home.time.end
            )
        }
        let found = Causes.attached(try home.heard(others: (0..<10).map { dead($0) } + [dead(15)]))
        #expect(found.map(\.kind) == [.productionLost, .microDead])
        #expect(found.first?.sideEffects.count == 10)
        #expect(found.last?.device == WitnessHome.serial(15))
    }
}
