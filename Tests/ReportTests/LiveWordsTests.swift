// What owners are told of the live watch: a sentence for each change, with its numbers, and what to do.

import Analysis
import Readings
import Testing
import Words

@Suite("words of the live watch")
struct LiveWordsTests {
    private func finding(
        _ kind: FindingKind,
        _ rule: RuleName,
        device: String = "122000000001",
        hours: Int64? = nil,
        with facts: (inout Evidence) -> Void
    ) -> Finding {
        let start = Instant(utcSeconds: 1_780_315_200)
        let end = hours.map { Instant(utcSeconds: start.utcSeconds + $0 * 3_600) }
        return Finding(
            device: device,
            kind: kind,
            start: start,
            end: end,
            alert: start,
            severity: .warning,
            rule: FindingRule(rule),
            evidence: Evidence(facts),
            knownEnd: end ?? Instant(utcSeconds: start.utcSeconds + 360)
        )
    }

    private func line(_ change: LiveChange) -> String { OwnerWords.line(change, zone: .utc) }

    @Test("a change is one line: how grave, and what it is")
    func lines() {
        let silent = finding(.gatewayUnreachable, .liveGatewayUnreachable) { _ in }
        #expect(
            line(.opened(silent))
                == "warning: the gateway has not answered since 2026-06-01 12:00 (6 min so far); nothing else is known meanwhile"
        )
        let over = finding(.gatewayUnreachable, .liveGatewayUnreachable, hours: 1) { _ in }
        #expect(
            line(.ended(over))
                == "over: the gateway did not answer from 2026-06-01 12:00 to 2026-06-01 13:00 (1.0 h)"
        )
        let deep = finding(.batteryDeep, .liveBatteryDeep, device: "pack") {
            $0.lowestSoCPercent = 9
            $0.reservePercent = 20
            $0.hoursLeft = 1.5
        }
        #expect(
            line(.updated(deep))
                == "warning, news: the batteries fell to 9 %, below the reserve of 20 %, since 2026-06-01 12:00 (6 min so far); at this rate they last about 1.5 h more"
        )
    }

    @Test("the relay, the clock and the battery with what is known of them")
    func numbers() {
        let relay = finding(.relayOpenedItself, .liveRelayOpened) { $0.grid = "absent" }
        #expect(
            line(.opened(relay)).hasSuffix(
                "opened without being told to at 2026-06-01 12:00; the grid is down"
            )
        )
        #expect(OwnerWords.advice(relay).hasPrefix("The grid failed, and your home runs by itself."))
        let clock = finding(.clockSkewed, .liveClockSkewed) {
            $0.skewSeconds = -7_200
            $0.clockInDoubt = "own"
        }
        #expect(
            line(.opened(clock)).contains(
                "this computer's clock is in doubt: the gateway's is 2.0 h behind it"
            )
        )
        #expect(OwnerWords.advice(clock).hasPrefix("Let this computer set its clock"))
        let stuck = finding(.batteryStuck, .liveBatteryStuck, device: "4") {
            $0.highestSoCPercent = 50
            $0.dischargedWh = 620
            $0.chargedWh = 0
        }
        #expect(line(.opened(stuck)).hasSuffix("although 0.6 kWh went out"))
        let lost = finding(.batteryLost, .liveBatteryLost, device: "pack") { $0.missingCapacityWh = 5_000 }
        #expect(line(.opened(lost)).contains("5.0 kWh of capacity has been missing from the pack"))
        let often = finding(.relayOpenedItself, .liveRelayOpened) { $0.openingCount = 8 }
        #expect(line(.updated(often)).hasSuffix("it comes and goes, 8 times so far"))
    }

    @Test("a token says how to get a new one; no advice names a command", arguments: FindingKind.allCases)
    func advice(kind: FindingKind) {
        let own = finding(kind, .liveTokenExpiring) { $0.daysLeft = 7 }
        guard LiveRules.profile.kinds.contains(kind) else { return }
        #expect(!OwnerWords.advice(own).contains("sunvigil") && OwnerWords.advice(own).count > 20)
        if kind == .tokenExpiring {
            #expect(line(.opened(own)).contains("ends in 7 days"))
            #expect(OwnerWords.advice(own).contains("entrez.enphaseenergy.com"))
        }
    }

    @Test("a change as JSON has what scripts need")
    func json() {
        let own = finding(.tokenExpiring, .liveTokenExpiring) { $0.daysLeft = 1 }
        let text = OwnerWords.json(.opened(own), zone: .utc).compact
        #expect(
            text.hasPrefix("{\"change\":\"opened\",\"kind\":\"token_expiring\",\"device\":\"122000000001\"")
        )
        #expect(text.contains("\"end\":null") && text.contains("\"days_left\":1"))
    }
}
