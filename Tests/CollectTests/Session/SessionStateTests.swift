// Every line of the table of states: what is asked in each, and what leads out of it.

import Collect
import Readings
import Testing

struct SessionStateTests {
    @Test("the first round looks, logs in and asks everything once, readings first")
    func firstRound() {
        var watch = TestWatch()
        watch.begin()
        #expect(watch.session.state == .polling)
        #expect(Array(watch.paths.prefix(3)) == ["info", "auth/check_jwt", "ivp/meters/readings"])
        let all = Set(GatewayPath.all.map(\.path))
        #expect(Set(watch.paths) == all && watch.paths.count == all.count)
        #expect(watch.rounds.count == 1 && watch.misfits == 0 && watch.keptCookies == 0)
        #expect(watch.session.endedFullSetUTCSeconds == Int64(TestWatch.start))
        #expect(watch.has(.started) && watch.has(.answered))
        let slow = GatewayPath.plan.dropFirst(12).map(\.path)
        #expect(Array(watch.paths.suffix(slow.count)) == slow)
        // No key was known: the first look bears no secret, all that follows is for the key that was found.
        #expect(watch.requests[0].request.pin == nil && watch.requests[0].request.access == .none)
        #expect(watch.requests.dropFirst().allSatisfy { $0.request.pin == "sha256//first" })
        #expect(
            watch.requests[1].request.access == .bearer
                && watch.requests[2].request.access == .cookie("sessionId=1")
        )
    }

    @Test("what was learnt is remembered, and nothing secret")
    func memory() {
        var watch = TestWatch()
        watch.begin()
        let memory = watch.memories.last
        #expect(memory?.pin == "sha256//first" && memory?.serial == "122000000001")
        #expect(memory?.firmware == "D8.3.5289" && memory?.usesTokens == true && memory?.hasBatteries == true)
        #expect(memory?.missing.keys.sorted() == ["ivp/ensemble/relay"])
        watch.run(minutes: 30)
        #expect(watch.memories.last == watch.session.memory)
    }

    @Test("probing: clear text is asked only where no key is known")
    func probingWays() {
        var old = TestGateway(firmware: "R4.10.35", usesTokens: false)
        old.fault = { _, _ in nil }
        var watch = TestWatch(old, token: try? GatewayToken("envoy:054321"))
        watch.begin()
        #expect(watch.requests.prefix(2).map(\.request.isPlain) == [false, true])
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 0)
        #expect(watch.requests.dropFirst(2).allSatisfy { $0.request.isPlain && $0.request.isLast })
        #expect(watch.requests.contains { $0.request.access == .digest })
        // The next start asks at once as it was answered.
        var again = TestWatch(old, memory: watch.session.memory, token: try? GatewayToken("envoy:054321"))
        again.begin()
        #expect(again.requests[0].request.isPlain)

        var pinned = TestWatch(old, memory: GatewayMemory(pin: "sha256//first"))
        pinned.begin()
        pinned.run(minutes: 60)
        #expect(pinned.requests.allSatisfy { !$0.request.isPlain && $0.request.access == .none })
    }

    @Test("old firmware without a login is asked without one, and never gets a token")
    func openFirmware() {
        for token in [nil, TestToken.good] {
            var watch = TestWatch(
                TestGateway(firmware: "R3.9.36", usesTokens: false, isMetered: false),
                token: token
            )
            watch.begin()
            #expect(watch.session.state == .polling)
            #expect(watch.requests.allSatisfy { $0.request.access == .none })
            watch.clear()
            watch.run(minutes: 60)
            #expect(watch.count("api/v1/production") == 12)
        }
    }

    @Test("a gateway that answers in clear text alone and wants a token never gets it")
    func tokenInClear() {
        var gateway = TestGateway()
        gateway.fault = { [info = gateway.info(TestWatch.start)] request, _ in
            request.isPlain
                ? .reply(GatewayReply(status: 200, body: Array(info.utf8)))
                : .failure(.other("no TLS"), seconds: 0.1)
        }
        var watch = TestWatch(gateway)
        watch.begin()
        watch.run(minutes: 30)
        #expect(watch.session.state == .probing)
        #expect(watch.requests.allSatisfy { $0.request.access == .none && $0.request.path == "info" })
    }

    @Test("probing refuses firmware below 3.9 and another serial number", arguments: [true, false])
    func refused(isOld: Bool) {
        var gateway = TestGateway(usesTokens: !isOld)
        if isOld { gateway.firmware = "R3.7.0" } else { gateway.serial = "122000000002" }
        var watch = TestWatch(gateway, memory: GatewayMemory(serial: "122000000001"))
        watch.begin()
        #expect(watch.session.state == .refused(isOld ? .tooOld : .otherSerial))
        #expect(watch.has(.serialChanged(from: "122000000001", to: "122000000002")) == !isOld)
        let count = watch.requests.count
        watch.run(minutes: 100)
        #expect(watch.requests.count == count && watch.rounds.count > 90)
        guard !isOld else { return }
        // The owner takes the other one; its token is another, too.
        watch.tell(.trusted(pin: "sha256//first"))
        watch.tell(.tokenChanged(TestToken.make(serial: "122000000002")))
        watch.run(minutes: 3)
        #expect(watch.session.state == .polling && watch.session.memory.serial == "122000000002")
    }

    @Test("another gateway without TLS is trusted without a key, and asked in clear text as before")
    func otherPlainGateway() {
        var watch = TestWatch(
            TestGateway(firmware: "D5.0.62", usesTokens: false),
            memory: GatewayMemory(serial: "122000000009")
        )
        watch.begin()
        #expect(watch.session.state == .refused(.otherSerial))
        watch.tell(.trusted(pin: ""))
        watch.run(minutes: 3)
        #expect(watch.session.state == .polling && watch.session.memory.pin == nil)
    }

    @Test(
        "another key: told, nothing secret sent, on again when the owner trusts it",
        arguments: [true, false]
    )
    func otherKey(isToldByReply: Bool) {
        var watch = TestWatch()
        watch.begin()
        watch.clear()
        watch.gateway.key = "sha256//second"
        if isToldByReply {
            watch.gateway.fault = { _, _ in .reply(GatewayReply(status: 200, key: "sha256//second")) }
        }
        watch.run(minutes: 10)
        #expect(watch.session.state == .refused(.otherKey) && watch.requests.count == 1)
        #expect(watch.has(.keyChanged(from: "sha256//first", to: "sha256//second")))
        #expect(watch.samples.isEmpty)
        watch.tell(.trusted(pin: "garbage"))
        #expect(watch.session.state == .refused(.otherKey))
        watch.gateway.fault = { _, _ in nil }
        watch.tell(.trusted(pin: "sha256//second"))
        watch.run(minutes: 5)
        #expect(watch.has(.keyTrusted) && watch.session.state == .polling)
        #expect(watch.requests.dropFirst().allSatisfy { $0.request.pin == "sha256//second" })
        #expect(watch.memories.last?.pin == "sha256//second")
    }

    @Test("authenticating: a login without a cookie shows the token with each request")
    func bearerAlone() {
        var watch = TestWatch(TestGateway(setsCookie: false))
        watch.begin()
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 1)
        #expect(
            watch.requests.filter { $0.request.path == "home" }.allSatisfy { $0.request.access == .bearer }
        )
        #expect(watch.requests.filter { $0.request.path == "info" }.allSatisfy { $0.request.access == .none })
    }

    @Test("a token that is ended, another gateway's or missing is not sent", arguments: [0, 1, 2, 3])
    func deadAtStart(which: Int) {
        let tokens = [
            TestToken.make(ends: 1_700_000_000), TestToken.make(serial: "9"), nil, try? GatewayToken("a:b"),
        ]
        var watch = TestWatch(token: tokens[which])
        watch.begin()
        watch.run(minutes: 61)
        #expect(watch.session.state == .tokenDead && watch.signals.count { $0 == .tokenDead } == 1)
        #expect(Set(watch.paths) == ["info"] && (12...15).contains(watch.paths.count))
        watch.tell(.tokenChanged(TestToken.good))
        watch.run(minutes: 2)
        #expect(watch.session.state == .polling && watch.has(.tokenRenewed))
        #expect(watch.count("auth/check_jwt") == 1)
    }

    @Test("whether a token has ended is told by the gateway's clock, not by ours")
    func endByGatewayClock() {
        var watch = TestWatch(token: TestToken.make(ends: Int(TestWatch.start) + 86_400))
        watch.ownClockSeconds = 90 * 86_400
        watch.begin()
        #expect(watch.session.state == .polling)
        watch.run(minutes: 10)
        #expect(watch.session.state == .polling && !watch.has(.tokenDead))
    }

    @Test("a token that is refused: told once, info every 5 min, one more try an hour, until it is another")
    func refusedToken() {
        var watch = TestWatch(TestGateway(takesToken: false))
        watch.begin()
        watch.run(minutes: 24 * 60)
        #expect(watch.session.state == .tokenDead && watch.signals.count { $0 == .tokenDead } == 1)
        let (logins, looks) = (watch.count("auth/check_jwt"), watch.count("info"))
        #expect((20...26).contains(logins) && (230...315).contains(looks), "\(logins) \(looks)")
        // The same token again is no other.
        watch.clear()
        watch.gateway.takesToken = true
        watch.tell(.tokenChanged(TestToken.good))
        watch.run(minutes: 1)
        #expect(watch.count("auth/check_jwt") == 0)
        watch.tell(.tokenChanged(TestToken.make(mark: "b")))
        watch.run(minutes: 2)
        #expect(watch.session.state == .polling && watch.has(.tokenRenewed))
    }

    @Test("a token that is taken again though it was refused once is told so")
    func strayRefusal() {
        var watch = TestWatch(TestGateway(takesToken: false))
        watch.begin()
        watch.gateway.takesToken = true
        watch.run(minutes: 70)
        #expect(watch.session.state == .polling && watch.has(.tokenRenewed))
    }

    @Test("the days of a token are told at 30, 7 and 1 and on the last, once each")
    func tokenDays() {
        let end = Int(TestWatch.start) + 32 * 86_400 + 3600
        var watch = TestWatch(token: TestToken.make(ends: end))
        watch.begin()
        watch.run(minutes: 33 * 24 * 60)
        let told = watch.signals.compactMap { if case .tokenDaysLeft(let days) = $0 { days } else { nil } }
        #expect(told == [30, 7, 1, 0])
    }

    @Test("polling: new firmware is told and probed anew")
    func newFirmware() {
        var watch = TestWatch()
        watch.begin()
        watch.run(minutes: 15)
        watch.clear()
        watch.gateway.firmware = "D8.3.6087"
        watch.run(minutes: 8)
        #expect(watch.signals.count { $0 == .firmwareChanged(from: "D8.3.5289", to: "D8.3.6087") } == 1)
        #expect(watch.count("auth/check_jwt") == 1 && watch.session.state == .polling)
        #expect(watch.count("production.json") == 1)
        #expect(watch.session.memory.firmware == "D8.3.6087")
    }

    @Test(
        "polling: an update from clear text to tokens is followed by the redirect or the closed port",
        arguments: [0, 1]
    )
    func newGeneration(isClosed: Int) {
        var watch = TestWatch(TestGateway(firmware: "D5.0.62", usesTokens: false))
        watch.begin()
        watch.run(minutes: 10)
        (watch.gateway.firmware, watch.gateway.usesTokens) = ("D7.3.517", true)
        if isClosed == 1 {
            let gateway = watch.gateway
            watch.gateway.fault = { request, now in
                _ = gateway
                return request.isPlain ? .failure(.unreachable(hasRoute: true), seconds: 0.1) : nil
            }
        }
        watch.clear()
        watch.run(minutes: 20)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 1)
        #expect(watch.has(.firmwareChanged(from: "D5.0.62", to: "D7.3.517")))
        #expect(watch.requests.allSatisfy { $0.request.access == .none || !$0.request.isPlain })
    }

    @Test("three rounds without any reply: back off, look after 1, 2, 4, 8, 15 min, log in when it is back")
    func backingOff() {
        var watch = TestWatch()
        watch.begin()
        watch.run(minutes: 10)
        watch.clear()
        let gone = watch.utcSeconds
        watch.gateway.fault = { _, _ in .failure(.unreachable(hasRoute: true), seconds: 3) }
        watch.run(minutes: 3.2)
        #expect(watch.session.state == .backingOff && watch.requests.count == 3)
        watch.run(minutes: 120)
        let looks = watch.requests.dropFirst(3)
        #expect(looks.allSatisfy { $0.request.path == "info" } && (9...13).contains(looks.count))
        let waits = zip(looks.dropFirst(), looks).map { ($0.at - $1.at) / 60 }
        for (wait, usual) in zip(waits, [2.0, 4, 8, 15, 15, 15]) {
            // A look waits for its round.
            #expect((usual * 0.79...usual * 1.21 + 1.1).contains(wait))
        }
        let unreachable = watch.signals.filter { if case .unreachable = $0 { true } else { false } }
        #expect(unreachable.count == watch.rounds.count && watch.rounds.count > 115)
        guard case .unreachable(let since, true) = unreachable.last else {
            Issue.record("not told")
            return
        }
        #expect(abs(Double(since) - gone) < 61)
        watch.gateway.fault = { _, _ in nil }
        watch.clear()
        watch.run(minutes: 20)
        #expect(watch.session.state == .polling && watch.count("auth/check_jwt") == 1)
        #expect(watch.paths.prefix(3) == ["info", "auth/check_jwt", "ivp/meters/readings"])
    }

    @Test("no way out of this machine is told apart from a gateway that is gone")
    func noRoute() {
        var watch = TestWatch()
        watch.gateway.fault = { _, _ in .failure(.unreachable(hasRoute: false), seconds: 0) }
        watch.begin()
        #expect(watch.has(.unreachable(sinceUTCSeconds: Int64(TestWatch.start), hasRoute: false)))
    }

    @Test(
        "a gateway that is off at the first start is found when it comes, old or new",
        arguments: [true, false]
    )
    func lateGateway(usesTokens: Bool) {
        var watch = TestWatch(
            TestGateway(firmware: usesTokens ? "D8.2.127" : "D5.0.62", usesTokens: usesTokens)
        )
        watch.gateway.fault = { _, _ in .failure(.timedOut, seconds: 20) }
        watch.begin()
        watch.run(minutes: 30)
        #expect(watch.session.state == .backingOff)
        watch.gateway.fault = { _, _ in nil }
        watch.run(minutes: 20)
        #expect(watch.session.state == .polling)
    }

    @Test("a request of which nothing is heard is given up")
    func lostRequest() {
        let start = Moment(monotonicSeconds: 0, utcSeconds: TestWatch.start)
        var session = GatewaySession(memory: GatewayMemory(), token: nil, zone: .utc, at: start, seed: 1)
        guard case .send(let first) = session.handle(.started, at: start).last else {
            Issue.record("nothing asked")
            return
        }
        let during = Moment(monotonicSeconds: 10, utcSeconds: TestWatch.start + 10)
        guard case .wake = session.handle(.tick, at: during).last else {
            Issue.record("two at once")
            return
        }
        let later = first.timeoutSeconds + 31
        let after = session.handle(
            .tick,
            at: Moment(monotonicSeconds: later, utcSeconds: TestWatch.start + later)
        )
        guard case .send(let second) = after.last else {
            Issue.record("asleep")
            return
        }
        #expect(!first.isPlain && second.isPlain)
    }
}
