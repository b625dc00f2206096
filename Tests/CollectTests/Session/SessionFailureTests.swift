// What gateways do wrong, as far as it concerns who asks them: each failure that owners of other programs reported, and what
// the session makes of it.

import Collect
import Readings
import Testing

struct SessionFailureTests {
    /// A watch that has run for a quarter of an hour.
    private func settled(_ gateway: TestGateway = TestGateway(), zone: TimeZoneRules = .utc) -> TestWatch {
        var watch = TestWatch(gateway, zone: zone)
        watch.begin()
        watch.run(minutes: 15)
        watch.clear()
        return watch
    }

    @Test("a dropped session costs one login and no reading")
    func lostCookie() {
        var watch = settled()
        watch.gateway.cookies = []
        watch.run(minutes: 30)
        #expect(watch.count("auth/check_jwt") == 1 && watch.count("ivp/meters/readings") == 31)
        #expect(watch.samples.count { $0.path == "ivp/meters/readings" } == 30)
        #expect(
            !watch.has(.tokenDead)
                && !watch.signals.contains { if case .pathStopped = $0 { true } else { false } }
        )
    }

    @Test("a session dropped within a round is found by the path that finds it")
    func lostCookieWithin() {
        var watch = settled()
        var isDropped = false
        watch.gateway.fault = { request, _ in
            if request.path == "ivp/ensemble/power", !isDropped {
                isDropped = true
                return .reply(GatewayReply(status: 401))
            }
            return nil
        }
        watch.run(minutes: 3)
        #expect(watch.count("auth/check_jwt") == 1 && watch.session.state == .polling)
        #expect(watch.samples.count { $0.path == "ivp/ensemble/power" } == 3)
    }

    @Test("a path that is never given is left alone for a day, without logins")
    func forbiddenPaths() {
        var gateway = TestGateway()
        gateway.forbidden = [
            "ivp/ensemble/power", "ivp/ensemble/secctrl", "ivp/pdm/energy", "ivp/ensemble/status",
        ]
        var watch = TestWatch(gateway)
        watch.begin()
        watch.run(minutes: 23 * 60)
        #expect(watch.count("auth/check_jwt") == 1 && watch.session.state == .polling)
        for path in gateway.forbidden { #expect(watch.count(path) == 1, "\(path)") }
        let stopped = watch.signals.compactMap {
            if case .pathStopped(let path, _) = $0 { path } else { nil }
        }
        #expect(Set(stopped) == gateway.forbidden && stopped.count == 4)
        watch.clear()
        watch.run(minutes: 2 * 60)
        #expect(watch.count("ivp/ensemble/power") == 1)
    }

    @Test("readings that are refused while others are given stop for a day; nothing is dead")
    func forbiddenReadings() {
        var watch = settled()
        watch.gateway.forbidden = ["ivp/meters/readings"]
        watch.run(minutes: 60)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 1)
        #expect((2...4).contains(watch.count("ivp/meters/readings")))
        // The plant's total stands in.
        #expect((11...12).contains(watch.count("api/v1/production")))
    }

    @Test("readings and two more refused under a fresh login: the token is dead")
    func allForbidden() {
        var watch = settled()
        watch.gateway.forbidden = Set(GatewayPath.plan.map(\.path))
        watch.run(minutes: 30)
        #expect(watch.session.state == .tokenDead && watch.has(.tokenDead))
        #expect(watch.count("auth/check_jwt") == 1 && watch.requests.count < 15)
        watch.run(minutes: 24 * 60)
        #expect(watch.signals.count { $0 == .tokenDead } == 1 && !watch.has(.tokenRenewed))
        #expect(watch.count("auth/check_jwt") < 27)
        watch.gateway.forbidden = []
        watch.run(minutes: 61)
        #expect(watch.session.state == .polling && watch.has(.tokenRenewed))
    }

    @Test("answers that go between 401 and 200 make no storm of logins")
    func flutter() {
        var watch = settled()
        var count = 0
        watch.gateway.fault = { request, _ in
            guard request.path != "info", request.path != "auth/check_jwt" else { return nil }
            count += 1
            return count.isMultiple(of: 2) ? .reply(GatewayReply(status: 401)) : nil
        }
        watch.run(minutes: 600)
        #expect(watch.count("auth/check_jwt") < 60)
        let logins = watch.requests.filter { $0.request.path == "auth/check_jwt" }.map(\.at)
        #expect(zip(logins.dropFirst(), logins).allSatisfy { $0 - $1 >= 59.9 })
    }

    @Test("a check of the token that is busy or answers a page is tried again at its pace")
    func badLogin() {
        for status in [200, 500, 503] {
            var watch = TestWatch()
            watch.gateway.fault = { request, _ in
                request.path == "auth/check_jwt"
                    ? .reply(GatewayReply(status: status, body: Array("<html>login</html>".utf8))) : nil
            }
            watch.begin()
            watch.run(minutes: 60)
            #expect(watch.session.state == .authenticating && !watch.has(.tokenDead))
            #expect((5...9).contains(watch.count("auth/check_jwt")))
            #expect(Set(watch.paths) == ["info", "auth/check_jwt"])
            watch.gateway.fault = { _, _ in nil }
            watch.run(minutes: 16)
            #expect(watch.session.state == .polling)
        }
    }

    @Test("one process that hangs is left alone; the others go on, readings every minute")
    func oneGroupHangs() {
        var watch = settled()
        watch.gateway.fault = { request, _ in
            request.path == "home" || request.path.hasPrefix("inventory")
                ? .failure(.timedOut, seconds: 60) : nil
        }
        let start = watch.utcSeconds
        watch.run(minutes: 180)
        #expect(watch.samples.count { $0.path == "ivp/meters/readings" } == 180)
        #expect(watch.session.state == .polling)
        #expect((6...20).contains(watch.paths.count { $0 == "home" || $0.hasPrefix("inventory") }))
        // Nothing began late: each reading stands at second 2 to 9.
        for sample in watch.samples where sample.path == "ivp/meters/readings" && sample.at > start + 60 {
            #expect((2...10).contains(sample.at.truncatingRemainder(dividingBy: 60)))
        }
        watch.gateway.fault = { _, _ in nil }
        watch.clear()
        watch.run(minutes: 90)
        #expect(watch.count("home") >= 3)
    }

    @Test("readings that hang do not make a gateway unreachable that answers otherwise")
    func readingsHang() {
        var watch = settled()
        watch.gateway.fault = { request, _ in
            request.path == "ivp/meters/readings" ? .failure(.timedOut, seconds: 60) : nil
        }
        watch.run(minutes: 60)
        #expect(watch.session.state == .polling)
        #expect(!watch.signals.contains { if case .unreachable = $0 { true } else { false } })
        #expect((4...8).contains(watch.count("ivp/meters/readings")))
        #expect(watch.count("ivp/ensemble/power") > 50)
    }

    @Test("where only what hangs is due, info tells that the gateway is there")
    func onlyHangingDue() {
        var watch = settled(TestGateway(isMetered: false, hasBatteries: false))
        watch.gateway.fault = { request, _ in
            request.path.hasPrefix("api") ? .failure(.timedOut, seconds: 60) : nil
        }
        watch.run(minutes: 60)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 0)
        #expect(!watch.signals.contains { if case .unreachable = $0 { true } else { false } })
    }

    @Test("three resets by one path stop it for a day, told once")
    func resets() {
        var watch = settled()
        watch.gateway.fault = { request, _ in
            request.path == "ivp/ensemble/secctrl" ? .failure(.reset, seconds: 0.1) : nil
        }
        watch.run(minutes: 23 * 60)
        #expect(watch.count("ivp/ensemble/secctrl") == 3)
        #expect(watch.signals.count { if case .pathStopped = $0 { true } else { false } } == 1)
    }

    @Test("a busy process is left alone as long as it says, 30 s at least, and keeps its login")
    func busy() {
        for (seconds, least) in [(nil, 50.0), (Double.nan, 50), (400, 400), (1e300, 890)]
            as [(Double?, Double)]
        {
            var watch = settled()
            var isBusy = true
            watch.gateway.fault = { request, _ in
                guard isBusy, request.path == "ivp/meters/readings" else { return nil }
                isBusy = false
                return .reply(GatewayReply(status: 503, retryAfterSeconds: seconds))
            }
            watch.run(minutes: 20)
            let times = watch.requests.filter { $0.request.path == "ivp/meters/readings" }.map(\.at)
            #expect(times[1] - times[0] >= least && times[1] - times[0] < least + 130)
            #expect(watch.count("auth/check_jwt") == 0)
        }
    }

    @Test(
        "a body that is none is told and counted, and never a sample",
        arguments: ["", "<html></html>", "[{\"eid\":1,", "{}x"]
    )
    func badBodies(body: String) {
        var watch = settled()
        watch.gateway.fault = { request, _ in
            request.path == "ivp/meters/readings"
                ? .reply(GatewayReply(status: 200, body: Array(body.utf8))) : nil
        }
        watch.run(minutes: 10)
        #expect(watch.signals.count { $0 == .badBody(path: "ivp/meters/readings") } == 10)
        #expect(!watch.samples.contains { $0.path == "ivp/meters/readings" })
        #expect(watch.count("ivp/meters/readings") == 10 && watch.session.state == .polling)
    }

    @Test("a rare path that only ever gave a page of HTML is asked once a day")
    func alwaysHTML() {
        var watch = TestWatch()
        watch.gateway.fault = { request, _ in
            request.path == "home" ? .reply(GatewayReply(status: 200, body: Array("<html>".utf8))) : nil
        }
        watch.begin()
        watch.run(minutes: 20 * 60)
        #expect(watch.count("home") == 1)
    }

    @Test("something else at the address that answers 200 is never let in")
    func otherServer() {
        var watch = TestWatch()
        watch.gateway.fault = { _, _ in
            .reply(GatewayReply(status: 200, body: Array("<html>router</html>".utf8), key: "sha256//router"))
        }
        watch.begin()
        watch.run(minutes: 60)
        #expect(watch.session.state == .probing && watch.session.memory.pin == nil)
        #expect(watch.requests.allSatisfy { $0.request.access == .none && $0.request.path == "info" })
    }

    @Test("a path that is missing is asked again a day later; after a start, too")
    func missing() {
        var watch = TestWatch()
        watch.begin()
        watch.run(minutes: 10 * 60)
        #expect(watch.count("ivp/ensemble/relay") == 1)
        // No relay: inventory tells, every minute.
        #expect(watch.count("ivp/ensemble/inventory") > 580)
        var again = TestWatch(memory: watch.session.memory, start: TestWatch.start + 11 * 3600)
        again.begin()
        again.run(minutes: 60)
        #expect(again.count("ivp/ensemble/relay") == 0)
        again.run(minutes: 13 * 60)
        #expect(again.count("ivp/ensemble/relay") == 1)
    }

    @Test("a path that was good and is missing for a moment comes back")
    func missingForMoment() {
        var watch = settled()
        let until = watch.utcSeconds + 100
        watch.gateway.fault = { request, now in
            request.path == "ivp/meters/readings" && now < until ? .reply(GatewayReply(status: 404)) : nil
        }
        watch.run(minutes: 10)
        #expect(watch.samples.count { $0.path == "ivp/meters/readings" } == 8)
    }

    @Test(
        "without meters the total and the inverters are asked every 5 min, without batteries the ensemble once a day"
    )
    func smallHouse() {
        var gateway = TestGateway(isMetered: false, hasBatteries: false)
        gateway.missing = []
        var watch = TestWatch(gateway)
        watch.begin()
        watch.clear()
        watch.run(minutes: 60)
        #expect(watch.count("api/v1/production") == 12 && watch.count("api/v1/production/inverters") == 12)
        #expect(watch.count("ivp/meters/readings") == 0)
        #expect(watch.paths.allSatisfy { !$0.hasPrefix("ivp/ensemble") })
        #expect(watch.rounds.count == 60)
        // A meter that is switched on is found within the hour.
        watch.gateway.isMetered = true
        watch.run(minutes: 65)
        #expect(watch.count("ivp/meters/readings") >= 4)
    }
}
