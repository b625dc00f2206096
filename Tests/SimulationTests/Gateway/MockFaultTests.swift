// Every kind of fault, as it is written, does what docs/mock-gateway.md says of it, in its span and nowhere else.

import Foundation
import Readings
import Simulation
import Testing

private let start = SmallCapture.savedAt

/// A gateway with faults, asked with its token.
private struct Asked {
    var gateway: MockGateway

    init(_ faults: String..., firmware: String = "D8.3.5289") throws {
        gateway = MockGateway(
            play: try SmallCapture.replay(start: start, firmware: firmware),
            faults: try faults.map { try MockFault(parsing: $0) },
            startUTCSeconds: start,
            seed: 7
        )
    }

    mutating func callAsFunction(_ path: String, at elapsed: Double = 0) -> MockAnswer {
        let bearer = MockHeader("Authorization", "Bearer \(gateway.token)")
        return gateway.answer(MockRequest(path, headers: [bearer]), utcSeconds: start + elapsed)
    }
}

@Suite("faults of a mock gateway")
struct MockFaultTests {
    @Test(
        "what the network does is told beside the whole answer",
        arguments: [
            ("stall", "stall"), ("stall:45", "stall"), ("drip:30", "drip"), ("slow", "slow"),
            ("reset", "reset"),
            ("cut", "cut"), ("cutchunk", "cutchunk"),
        ]
    )
    func wire(_ fault: String, _ word: String) throws {
        var ask = try Asked("ivp/meters=\(fault)@60-120")
        #expect(ask("ivp/meters", at: 59).word == "reply")
        let answer = ask("ivp/meters", at: 60)
        #expect(answer.word == word && answer.reply?.status == 200)
        #expect(answer.reply == ask("ivp/meters", at: 120).reply)
        #expect(ask("home", at: 60).word == "reply")
        if case .stalled(let seconds, _) = answer { #expect(seconds == 45) }
        if case .dripped(let seconds, _) = answer { #expect(seconds == 30) }
    }

    @Test("no header ends, no body is small, nothing listens")
    func noAnswer() throws {
        var ask = try Asked("home=endless", "ivp/meters=huge:100", "*=off@60-120")
        #expect(ask("home") == .endlessHeader)
        #expect(ask("ivp/meters") == .huge(bytes: 100 << 20))
        #expect(ask("info", at: 60) == .refused && ask.gateway.isOff(at: start + 60))
        #expect(ask("info", at: 120).reply?.status == 200)
    }

    @Test("answers in the place of the gateway's")
    func instead() throws {
        var ask = try Asked(
            "a=empty",
            "b=busy",
            "c=status:502",
            "d=html401",
            "e=garbage",
            "f=garbage:header"
        )
        #expect(ask("a").reply == MockReply(200))
        #expect(
            ask("b").reply?.status == 503 && ask("b").text == "Resource busy, please retry after 30 seconds\n"
        )
        #expect(ask("c").reply?.status == 502)
        #expect(ask("d").reply?.status == 401 && ask("d").text.hasPrefix("<html>"))
        #expect(ask("e").reply?.status == 200 && ask("e").json == .null && ask("e").reply?.body.count == 512)
        let raw = try #require({ ask("f").reply?.rawHeaders.first }())
        #expect(
            raw.starts(with: "WWW-Authenticate: ".utf8) && raw.contains { $0 >= 0x80 } && !raw.contains(10)
        )
    }

    @Test("zeros leave no energy and no power, and no inverter")
    func zeros() throws {
        var ask = try Asked("*=zeros@0-60")
        #expect(ask("api/v1/production/inverters").json == .array([]))
        #expect(ask("api/v1/production").json["wattHoursLifetime"]?.double == 0)
        let meter = try #require({ ask("ivp/meters/readings").json.elements.first }())
        #expect(
            meter["actEnergyDlvd"]?.double == 0 && meter["channels"]?.elements[0]["activePower"]?.double == 0
        )
        #expect(meter["timestamp"]?.double == start - 5 && meter["eid"]?.double == 704_643_328)
        #expect(ask("api/v1/production", at: 60).json["wattHoursLifetime"]?.double == 10_060)
    }

    @Test("frozen: numbers stand and times go on; stale: both stand")
    func standing() throws {
        var frozen = try Asked("ivp/meters/readings=frozen@60-600")
        var stale = try Asked("ivp/meters/readings=stale@60-600")
        let path = "ivp/meters/readings"
        _ = (frozen(path, at: 0), stale(path, at: 0))
        let (first, same) = (frozen(path, at: 60).json.elements[0], stale(path, at: 60))
        let later = frozen(path, at: 500).json.elements[0]
        #expect(first["actEnergyDlvd"] == later["actEnergyDlvd"])
        #expect(later["timestamp"]?.double == start - 5 + 500)
        #expect(later["channels"]?.elements[1]["timestamp"]?.double == start - 5 + 500)
        #expect(stale(path, at: 599) == same)
        #expect(stale(path, at: 600) != same)
        let after = frozen(path, at: 600).json.elements[0]
        #expect(after["actEnergyDlvd"]?.double == 10_000.5 + 600)
    }

    @Test("registers: a wrap both ways, a step back whose phases add up, a phase of zero")
    func registers() throws {
        var wrapped = try Asked("*=wrap@60-")
        #expect(wrapped("api/v1/production", at: 60).json["wattHoursLifetime"]?.double == 1_203_106.0)
        var high = try Asked("production.json=wrap@60-")
        let page = high("production.json", at: 400_000).json["production"]?.elements ?? []
        #expect(page.first?["whLifetime"]?.double == 306_553.0)
        #expect(page.last?["whLifetime"]?.double == 10_000.5 + 400_000)

        var back = try Asked("ivp/*=back:1885@60-")
        let meters = back("ivp/meters/readings", at: 60).json.elements
        #expect(meters[0]["actEnergyDlvd"]?.double == 10_060.5 - 1885)
        // What is less than the step stays.
        #expect(meters[0]["actEnergyRcvd"]?.double == 5)
        for name in ["actEnergyDlvd", "actEnergyRcvd"] {
            let sum = meters[1]["channels"]?.elements.prefix(2).compactMap { $0[name]?.double }.reduce(0, +)
            #expect(abs((sum ?? 0) - (meters[1][name]?.double ?? -1)) < 0.0015, "\(name)")
        }

        var zero = try Asked("ivp/meters/readings=zerophase@60-")
        let net = zero("ivp/meters/readings", at: 60).json.elements[1]
        #expect(net["channels"]?.elements[0]["actEnergyDlvd"]?.double == 0)
        #expect(net["actEnergyDlvd"]?.double == 3000 && net["activePower"]?.double == -900)
        var chosen = try Asked("ivp/meters/readings=zerophase:704643328")
        #expect(chosen("ivp/meters/readings").json.elements[0]["actEnergyDlvd"]?.double == 4000.25)
        #expect(chosen("ivp/meters/readings").json.elements[1]["actEnergyDlvd"]?.double == 8000)
    }

    @Test(
        "a ghost among the inverters, a clock that is ahead, a relay that opens, a battery that empties, a silent cloud"
    )
    func states() throws {
        var ghost = try Asked("*=ghost")
        let list = ghost("api/v1/production/inverters").json.elements
        #expect(list.count == 3 && list[2]["lastReportDate"]?.double == 0)

        var clock = try Asked("*=clock:+7200")
        #expect(clock("info").text.contains("<time>1782375120</time>"))
        #expect(clock("ivp/meters/readings").json.elements[0]["timestamp"]?.double == start - 5 + 7200)
        #expect(clock("production.json").json["storage"]?.elements[0]["readingTime"]?.double == 0)
        #expect(clock("home").json["current_time"]?.string == "08:12")

        var relay = try Asked("*=relay@60-")
        func state(_ answer: MockAnswer) -> [String?] {
            let own = answer.json.elements[1]["devices"]?.elements[0]
            return [
                own?["mains_admin_state"]?.string, own?["mains_oper_state"]?.string,
                own?["admin_state_str"]?.string,
            ]
        }
        #expect(
            state(relay("ivp/ensemble/inventory", at: 59)) == ["closed", "closed", "ENPWR_STATE_OPER_CLOSED"]
        )
        #expect(
            state(relay("ivp/ensemble/inventory", at: 60)) == ["closed", "open", "ENPWR_STATE_OPER_NO_GRID"]
        )

        var drain = try Asked("*=drain:20@3600-")
        #expect(drain("ivp/ensemble/secctrl", at: 3600).json["agg_soc"]?.double == 60)
        let low = drain("ivp/ensemble/secctrl", at: 7200).json
        #expect(low["agg_soc"]?.double == 40 && low["ENC_agg_avail_energy"]?.double == 4000)
        #expect(
            drain("ivp/ensemble/inventory", at: 7200).json.elements[0]["devices"]?.elements[0]["percentFull"]?
                .double == 40
        )
        #expect(drain("ivp/ensemble/secctrl", at: 86_400).json["agg_soc"]?.double == 0)

        var silent = try Asked("home=cloudsilent@3600-")
        #expect(silent("home", at: 3000).json["network"]?["web_comm"] == .boolean(true))
        let network = try #require({ silent("home", at: 90_000).json["network"] }())
        #expect(network["web_comm"] == .boolean(false))
        #expect(network["last_enlighten_report_time"]?.double == start + 3600)
    }

    @Test("another firmware, serial number and key are shown in their span")
    func identity() throws {
        var ask = try Asked("*=firmware:8.3.6087@60-", "*=serial:122200000099@120-180", "*=key@60-120")
        #expect(ask("info").text.contains("<software>D8.3.5289</software>"))
        #expect(ask("info", at: 60).text.contains("<software>D8.3.6087</software>"))
        #expect(ask("info", at: 60).text.contains("<version>08.03.5289</version>"))
        #expect(ask("info", at: 120).text.contains("<sn>122200000099</sn>"))
        #expect(ask("info", at: 180).text.contains("<sn>\(SmallCapture.serial)</sn>"))
        #expect(!ask.gateway.hasOtherKey(at: start) && ask.gateway.hasOtherKey(at: start + 60))
        var old = try Asked("*=firmware:5.0.62@60-")
        #expect(old.gateway.isSecure(at: start) && !old.gateway.isSecure(at: start + 60))
        #expect(old("info", at: 60) == .refused)
    }

    @Test("later faults act on what earlier ones left; two of the network: the first")
    func several() throws {
        var ask = try Asked("*=clock:60", "ivp/*=frozen@0-", "ivp/meters/readings=stall:3", "*=reset")
        _ = ask("ivp/meters/readings")
        let answer = ask("ivp/meters/readings", at: 90)
        #expect(answer.word == "stall")
        #expect(answer.json.elements[0]["timestamp"]?.double == start - 5 + 60 + 90)
        #expect(answer.json.elements[0]["actEnergyDlvd"]?.double == 10_000.5)
    }
}

@Suite("how faults are written")
struct MockFaultTextTests {
    @Test("paths are one, a beginning or all; times count from the start or are UTC")
    func grammar() throws {
        let fault = try MockFault(parsing: "/production.json?details=1=stall:12.5@600-01:30")
        #expect(fault.path == .one("production.json?details=1") && fault.kind == .stall(seconds: 12.5))
        #expect(fault.span == MockSpan(from: .sinceStart(600), to: .sinceStart(5400)))
        #expect(MockPath("production.json").contains("production.json?details=1"))
        #expect(!MockPath("ivp/meters").contains("ivp/meters/readings"))
        #expect(MockPath("/ivp/*").contains("ivp/meters") && MockPath("*").contains("anything"))
        let utc = try MockFault(parsing: "*=off@2026-10-14T08:00:00Z-2026-10-14T10:00:00+01:00")
        #expect(utc.span == MockSpan(from: .at(1_791_964_800), to: .at(1_791_968_400)))
        #expect(try MockFault(parsing: "*=off@-60").span == MockSpan(to: .sinceStart(60)))
        #expect(try MockFault(parsing: "*=off@60").span == MockSpan(from: .sinceStart(60)))
        #expect(try MockFault(parsing: "*=off@60-").span == MockSpan(from: .sinceStart(60)))
        #expect(try MockFault(parsing: "home=clock:+7200").kind == .clock(seconds: 7200))
    }

    @Test(
        "what is no fault is refused",
        arguments: [
            "", "=", "home", "home=", "=stall", "home=nothing", "home=stall:x", "home=stall:-1",
            "home=stall:nan",
            "home=reset:1", "home=status", "home=status:99", "home=stall@x", "home=stall@", "home=stall@-",
            "home=key", "ivp/*=off", "*=firmware", "*=firmware:x", "home=huge:1e9", "home=garbage:x",
            "home=zerophase:x", "home=stall@1:99",
        ]
    )
    func refused(_ text: String) {
        #expect(throws: MockFaultError.self) { try MockFault(parsing: text) }
    }

    @Test("a script begins faults and clears them; a wrong line is named")
    func script() throws {
        let faults = try MockScript.faults(
            """
            # a bad night
            00:10 home=stall:45

            600 *=off
            900  clear *=off\r
            2026-10-14T08:00:00Z *=key
            01:00 clear home=stall:45
            """
        )
        #expect(faults.map(\.text) == ["home=stall:45", "*=off", "*=key"])
        #expect(faults[0].span == MockSpan(from: .sinceStart(600), to: .sinceStart(3600)))
        #expect(faults[1].span == MockSpan(from: .sinceStart(600), to: .sinceStart(900)))
        for wrong in ["x *=off", "1", "1 *=off@2", "1 clear *=off", "1 clear", "1 off it now"] {
            #expect(throws: MockFaultError.self) { try MockScript.faults("\n" + wrong) }
        }
        #expect(throws: MockFaultError.line(2, "there is no fault x; docs/mock-gateway.md lists them")) {
            try MockScript.faults("\n1 *=x")
        }
    }
}
