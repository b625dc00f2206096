// The gateway's night, clocks that go wrong on either side, and a whole clean day, counted.

import Collect
import Readings
import Testing

struct SessionNightTests {
    /// 2026-09-23 00:00 UTC.
    private static let midnight = 1_790_121_600.0

    @Test("a clean day: as many requests as the plan says, each path at its cadence")
    func cleanDay() {
        var gateway = TestGateway()
        gateway.missing = []
        var watch = TestWatch(gateway)
        watch.begin()
        watch.run(minutes: 60)
        watch.clear()
        watch.run(minutes: 24 * 60)
        #expect((5700...5745).contains(watch.requests.count), "\(watch.requests.count)")
        let cadences = [
            "ivp/meters/readings": 1440, "ivp/ensemble/power": 1425, "ivp/ensemble/relay": 1425, "info": 285,
            "ivp/ensemble/inventory": 285, "ivp/ensemble/secctrl": 285, "api/v1/production/inverters": 285,
            "home": 95,
            "ivp/pdm/device_data": 95, "ivp/meters": 24, "ivp/pdm/energy": 24, "inventory.json?deleted=1": 24,
            "admin/lib/tariff": 1, "ivp/ensemble/status": 1, "production.json": 1, "api/v1/production": 1,
        ]
        for (path, count) in cadences {
            let found = watch.count(path)
            #expect(abs(found - count) <= (count > 1 ? 2 : 0), "\(path): \(found)")
        }
        #expect(watch.rounds.count == 1440 && watch.misfits == 0 && watch.count("auth/check_jwt") == 0)
        #expect(watch.signals.allSatisfy { $0 == .answered })
    }

    @Test("rounds begin at second 2 to 9 of the gateway's minute, 60 s apart, just behind each quarter-hour")
    func marks() {
        for seed in UInt64(0)..<20 {
            var watch = TestWatch(TestGateway(clockSeconds: 17), seed: seed)
            watch.begin()
            watch.run(minutes: 30)
            watch.clear()
            watch.run(minutes: 120)
            let times = watch.requests.filter { $0.request.path == "ivp/meters/readings" }.map { $0.at + 17 }
            #expect(times.count == 120)
            #expect(times.allSatisfy { (1...10).contains($0.truncatingRemainder(dividingBy: 60)) })
            #expect(zip(times.dropFirst(), times).allSatisfy { abs($0 - $1 - 60) < 2 })
            #expect(times.count { $0.truncatingRemainder(dividingBy: 900) < 10 } == 8)
        }
    }

    @Test("every day has its full set, and says when it is whole")
    func fullSets() {
        var watch = TestWatch()
        watch.begin()
        var ends: [Double] = []
        for _ in 0..<(3 * 1440) {
            watch.run(minutes: 1)
            if watch.session.endedFullSetUTCSeconds != nil { ends.append(watch.utcSeconds) }
        }
        #expect(ends.count == 3)
        #expect((3...4).contains(watch.count("production")))
        for end in ends.dropFirst() {
            #expect((44_400...44_900).contains(end.truncatingRemainder(dividingBy: 86_400)))
        }
    }

    @Test(
        "the quiet quarter of an hour: readings only, by the zone of the site, on days that change the clock, too"
    )
    func quiet() throws {
        // 22:55 local: a summer day, the last day of summer time, and the day that ends it.
        let cases: [(String, Double)] = [
            ("Europe/London", 1_790_114_100), ("Europe/London", 1_792_965_300 - 86_400),
            ("Europe/London", 1_792_965_300 + 3600), ("Australia/Lord_Howe", 1_790_114_100 - 9.5 * 3600),
        ]
        for (name, begin) in cases {
            let zone = try testZone(name)
            let local = Int64(begin) + zone.offset(atUTCSeconds: Int64(begin))
            try #require(
                local.flooredRemainder(by: 86_400) == 82_500,
                "\(name) \(local.flooredRemainder(by: 86_400))"
            )
            var watch = TestWatch(zone: zone, start: begin - 7200)
            watch.begin()
            watch.run(minutes: 115)
            watch.run(minutes: (begin - watch.utcSeconds) / 60)
            watch.clear()
            watch.run(minutes: 15)
            #expect(Set(watch.paths) == ["ivp/meters/readings"] && watch.paths.count == 15)
            watch.run(minutes: 5)
            #expect(watch.count("ivp/pdm/device_data") == 1 && watch.count("info") == 2)
        }
    }

    @Test("what fails at night does not count: the first round behind it asks everything")
    func nightFailures() {
        var watch = TestWatch(start: TestWatch.start)
        watch.begin()
        let night = Self.midnight - 65 * 60
        watch.run(minutes: (night - watch.utcSeconds) / 60)
        watch.clear()
        watch.gateway.cookies = []
        watch.gateway.fault = { _, now in
            now > night + 120 && now < night + 840 ? .failure(.timedOut, seconds: 60) : nil
        }
        watch.run(minutes: 14)
        #expect(watch.session.state == .polling || watch.session.state == .authenticating)
        // They are told all the same, so that who times it knows.
        #expect(watch.signals.contains { if case .unreachable = $0 { true } else { false } })
        watch.run(minutes: 6)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") <= 2)
        #expect(watch.samples.last.map { watch.utcSeconds - $0.at < 60 } == true)
    }

    @Test("a gateway that refuses the token in its night is asked again, not given up")
    func nightRefusal() {
        var watch = TestWatch(start: TestWatch.start)
        watch.begin()
        let night = Self.midnight - 60 * 60
        watch.run(minutes: (night - watch.utcSeconds) / 60)
        watch.gateway.cookies = []
        watch.gateway.takesToken = false
        watch.run(minutes: 5)
        #expect(watch.session.state == .authenticating && !watch.has(.tokenDead))
        watch.gateway.takesToken = true
        watch.run(minutes: 15)
        #expect(watch.session.state == .polling && !watch.has(.tokenDead))
    }

    @Test("the first start in the quiet quarter asks readings, and everything behind it")
    func startAtNight() {
        var watch = TestWatch(start: Self.midnight - 63 * 60)
        watch.begin()
        watch.run(minutes: 10)
        #expect(Set(watch.paths) == ["info", "auth/check_jwt", "ivp/meters/readings"])
        watch.run(minutes: 10)
        #expect(Set(watch.paths) == Set(GatewayPath.all.map(\.path)))
    }

    @Test(
        "the gateway's clock is told beyond 120 s, with the clock that is in doubt, and when it is right again"
    )
    func skew() {
        for (own, doubt) in [(true, .gateway), (false, .own), (nil, .unknown)]
            as [(Bool?, CollectorSignal.ClockInDoubt)]
        {
            var watch = TestWatch(TestGateway(clockSeconds: 7200))
            watch.session.isOwnClockSynchronised = own
            watch.begin()
            watch.run(minutes: 20)
            let told = watch.signals.compactMap {
                if case .clockSkew(let seconds, let found) = $0, found == doubt { seconds } else { nil }
            }
            #expect(told.count >= 4 && told.allSatisfy { abs($0 - 7200) <= 1 })
            watch.gateway.clockSeconds = 0
            watch.run(minutes: 40)
            watch.clear()
            watch.run(minutes: 60)
            #expect(!watch.signals.contains { if case .clockSkew = $0 { true } else { false } })
            #expect(watch.session.status(at: watch.now).skewSeconds.map(abs) ?? 9 <= 1)
        }
    }

    @Test("whether it is night is told by the gateway's clock, even in the first round")
    func nightOfGateway() {
        // By our clock it is 23:00, by the gateway's it is not; and the other way round.
        var day = TestWatch(TestGateway(clockSeconds: 12 * 3600), start: Self.midnight - 3600)
        day.begin()
        #expect(Set(day.paths) == Set(GatewayPath.all.map(\.path)))
        var night = TestWatch(TestGateway(clockSeconds: 12 * 3600), start: Self.midnight + 11 * 3600)
        night.begin()
        #expect(night.paths == ["info", "auth/check_jwt", "ivp/meters/readings"])
    }

    @Test(
        "our clock jumps: the rounds go on by the other one, the skew is measured anew",
        arguments: [-86_400.0, -3600, 50, 7200, 1e9]
    )
    func ownJump(jump: Double) {
        var watch = TestWatch()
        watch.begin()
        watch.run(minutes: 30)
        watch.clear()
        watch.ownClockSeconds = jump
        watch.run(minutes: 3)
        // At once, not after the middle of five has come round.
        #expect(abs(Double(watch.session.status(at: watch.now).skewSeconds ?? 0) + jump) <= 1)
        watch.ownClockSeconds = 0
        watch.run(minutes: 3)
        watch.clear()
        watch.ownClockSeconds = jump
        watch.run(minutes: 60)
        #expect((58...61).contains(watch.count("ivp/meters/readings")))
        let skew = watch.session.status(at: watch.now).skewSeconds ?? 0
        #expect(abs(Double(skew) + jump) <= 1)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 0)
        #expect(watch.requests.count < 300)
    }
}
