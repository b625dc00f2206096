// Rounds at random: no trap, every finding that opened has ended or is open, openings and memory stay bounded.

import Readings
import TestSupport
import Testing

@testable import Analysis

@Suite("live: rounds at random")
struct LiveRandomTests {
    @Test("100,000 rounds: openings within their limits, each ended or open")
    func random() {
        var random = SeededGenerator(seed: 11)
        var rules = LiveRules(site: LiveHome.site)
        var open: [LiveClaim.Key: Finding] = [:]
        var openings: [LiveClaim.Key: [Double]] = [:]
        var home = LiveHome(seed: 3)
        var monotonic = 0.0
        for number in 0..<100_000 {
            var shown = home.next()
            LiveRandomTests.disturb(&shown, number: number, &random)
            var round = LiveHome.round(shown)
            monotonic += Double.random(in: 0...120, using: &random)
            round.monotonicSeconds = monotonic
            for change in rules.take(round) {
                let finding = change.finding
                let key = LiveClaim.Key(kind: finding.kind, device: finding.device)
                switch change {
                case .opened:
                    #expect(open[key] == nil)
                    if finding.end == nil { open[key] = finding }
                    openings[key, default: []].append(monotonic)
                case .updated: #expect(open[key]?.start == finding.start)
                case .ended:
                    #expect(open[key]?.start == finding.start && finding.end != nil)
                    open[key] = nil
                }
                #expect(finding.end.map { $0 >= finding.start } ?? true)
                #expect(finding.alert >= finding.start && finding.knownEnd >= finding.start)
            }
            if number % 1_000 == 0 { #expect(rules.openCount == open.count) }
        }
        #expect(rules.openCount == open.count && openings.count > 10)
        for (key, times) in openings {
            for (index, time) in times.enumerated() where index >= 4 {
                #expect(time - times[index - 4] >= LiveBook.openingSeconds, "\(key)")
            }
        }
    }

    private static func disturb(_ shown: inout LiveHome.Shown, number: Int, _ random: inout SeededGenerator) {
        func chance(_ share: Double) -> Bool { Double.random(in: 0..<1, using: &random) < share }
        // Each sort of trouble comes for a stretch of rounds.
        let stretch = number / 40
        switch stretch % 9 {
        case 0:
            if chance(0.5) { shown.relay = ("closed", "open", chance(0.5) ? "OPER_NO_GRID" : "SYNC_READY") }
        case 1: shown.percent = [Double.random(in: -5...30, using: &random), .nan]
        case 2:
            shown.isAnswered = chance(0.1)
            let since = shown.at - 60
            shown.signals =
                shown.isAnswered ? [.answered] : [.unreachable(sinceUTCSeconds: since, hasRoute: chance(0.8))]
        case 3: shown.lastCloudReport -= Int64.random(in: 0...100_000, using: &random)
        case 4: for index in 0..<6 { shown.inverterReports[index] = LiveHome.midnight }
        case 5: shown.batteryReports = [LiveHome.midnight, LiveHome.midnight]
        case 6:
            shown.signals = [
                .answered, .tokenDaysLeft(Int.random(in: -3...40, using: &random)),
                .clockSkew(seconds: Int64.random(in: -900...900, using: &random), .gateway),
                .firmwareChanged(from: "a", to: "\(Int.random(in: 0...9, using: &random))"),
            ]
        case 7: shown.registerWh = 1
        default: shown.batteryWatts = [Double.random(in: -1e5...1e5, using: &random), -3_000]
        }
    }
}
