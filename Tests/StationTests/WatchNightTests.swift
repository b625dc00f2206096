// The watch over what should come in and does not, and how a night's findings stand: with a clock of the test's own.

import Analysis
import Foundation
import Lake
import Readings
import Station
import TestSupport
import Testing

@Suite("a night without new data")
struct WatchNightTests {
    /// The end of the ninth of March 2024, where reports of nine days end.
    private static let ninth: Int64 = 1_710_028_800
    private static let day: Int64 = 86_400

    /// A house whose report ends with the ninth day, seen some days later.
    private func house(without silent: Range<Int> = 0..<0, daysLater: Int64 = 1) throws -> NightHouse {
        var house = try NightHouse()
        house.now = WatchNightTests.ninth + daysLater * WatchNightTests.day
        try house.makeSite()
        _ = try house.folder.write("in/a.csv", house.report(days: 1...9, without: silent))
        _ = try house.importReports()
        return house
    }

    @Test("a site without a row is a warning every night until data come")
    func empty() throws {
        var house = try NightHouse()
        house.now = WatchNightTests.ninth + WatchNightTests.day
        try house.makeSite()
        let (first, texts) = try house.night()
        #expect(first.code == 1 && texts[0].contains("home: no data yet; 1 finding, 1 new"), "\(texts)")
        house.now += WatchNightTests.day
        let (second, again) = try house.night()
        #expect(second.code == 1 && again[0].contains("still: #1 warning: the system itself has no data"))
        #expect(
            second.digest.line.contains("0 opened")
                && second.digest.json.compact.contains("\"data_until\":null")
        )
        _ = try house.folder.write("in/a.csv", house.report(days: 1...9))
        _ = try house.importReports()
        let (third, last) = try house.night()
        #expect(third.code == 0 && last[0].contains("over: #1 warning"), "\(last)")
    }

    @Test(
        "what is fed by hand may be 35 days old, and no older; each digest says how old it is",
        arguments: [34, 36]
    )
    func byHand(days: Int64) throws {
        var house = try house(daysLater: days)
        for isFull in [false, false, true] {
            let (night, texts) = try house.night(isFull: isFull)
            #expect(night.code == (days > 35 ? 1 : 0), "\(texts)")
            #expect(texts[0].hasPrefix("home: data up to 2024-03-10 00:00, \(days) days old; "), "\(texts)")
            let words = "warning: your newest data are of 2024-03-09, \(days) days old; download a report"
            #expect(texts[0].contains(words) == (days > 35), "\(texts)")
            house.now += 3_600
        }
        _ = try house.folder.write("in/b.csv", house.report(days: 10...31))
        _ = try house.importReports()
        #expect(try house.night().0.code == 0)
    }

    @Test("what the inbox brought on two nights is missed after 36 hours, at once where it came before")
    func byItself() throws {
        var house = try house()
        let inbox = house.folder.path + "/box"
        try "{\"inbox\": [\"\(inbox)\"]}".write(
            toFile: house.path + "/config.json",
            atomically: true,
            encoding: .utf8
        )
        for number in 10...11 {
            _ = try house.folder.write("box/\(number).csv", house.report(days: number...number))
            house.now = WatchNightTests.ninth + Int64(number - 9) * WatchNightTests.day + 7_200
            #expect(try house.night().0.code == 0)
        }
        house.now += WatchNightTests.day
        #expect(try house.night().0.code == 0)
        house.now += WatchNightTests.day
        let (night, texts) = try house.night()
        #expect(
            night.code == 1 && texts[0].contains("look whether what brings them (enlighten csv) still runs"),
            "\(texts)"
        )
    }

    @Test("the owner's hours go before; 0 and false expect nothing", arguments: ["3000", "0", "false"])
    func configured(value: String) throws {
        let house = try house(daysLater: 100)
        try "{\"new_data_hours\": \(value)}".write(
            toFile: house.path + "/config.json",
            atomically: true,
            encoding: .utf8
        )
        let (night, texts) = try house.night()
        #expect(night.code == 0 && texts[0].contains("100 days old"), "\(texts)")
    }

    @Test(
        "plain, full and unchanged nights agree in code, end of data and text, and name what makes the code 1"
    )
    func agreement() throws {
        var house = try house(without: 3..<6, daysLater: 2)
        let (first, texts) = try house.night()
        #expect(first.code == 1 && texts[0].contains("#2 critical: your data stopped"), "\(texts)")
        var told: [String] = []
        for isFull in [false, true, false] {
            let (night, texts) = try house.night(isFull: isFull)
            #expect(
                night.code == 1
                    && night.digest.json.compact.contains("\"data_until\":\"2024-03-10T00:00:00Z\"")
            )
            // How much was looked for is said where all was asked for.
            let lines = texts[0].split(separator: "\n").filter {
                !$0.contains("kinds of findings; the others")
            }
            #expect((lines.count < texts[0].split(separator: "\n").count) == isFull)
            told.append(lines.joined(separator: "\n"))
        }
        #expect(Set(told).count == 1, "\(told)")
        #expect(
            told[0].contains("  ended 6 days ago, not acknowledged: #2 critical: your data stopped"),
            "\(told)"
        )
        // Another site has news of its own: each is told by itself.
        try house.makeSite("cabin")
        let (both, two) = try house.night()
        #expect(
            both.code == 1 && two[0].contains("cabin: no data yet") && two[0].contains("ended 6 days ago")
        )
        let (only, one) = try house.night(site: "home")
        #expect(only.code == 1 && !one[0].contains("cabin"))
        #expect(try house.open().lake.acknowledge(findingID: 2, note: nil))
        let (known, quiet) = try house.night(site: "home")
        #expect(known.code == 0 && quiet[0].contains("1 known") && !quiet[0].contains("ended"), "\(quiet)")
        #expect(try house.night().0.code == 1)
        #expect(try house.open().lake.mute(findingID: 3, untilMicroseconds: (house.now + 86_400) * 1_000_000))
        #expect(try house.night().0.code == 0)
        house.now += 2 * 86_400
        #expect(try house.night().0.code == 1)
    }

    @Test("an ended finding is to follow up for 45 days of data, however old these are by the clock")
    func followUp() throws {
        let house = try house(without: 3..<6, daysLater: 30)
        let (night, texts) = try house.night()
        #expect(night.code == 1 && texts[0].contains("1 to follow up"), "\(texts)")
        let later = try house.night().1
        #expect(later[0].contains("ended 4 days before the newest data, not acknowledged"), "\(later)")
    }

    @Test("a past night is told with what had come by then")
    func replay() throws {
        let house = try house(daysLater: 100)
        let lake = try house.open().lake
        let replay = NightReplay(lake: lake, configuration: try Configuration.load(lake))
        let site = try lake.site(named: "home")
        func night(_ days: Int64) throws -> NightReplay.Night {
            try replay.night(site, at: WatchNightTests.ninth + days * WatchNightTests.day)
        }
        #expect(
            try !night(-2).needsAttention && night(-2).text.contains("data up to 2024-03-08 00:00, just now")
        )
        #expect(try !night(34).needsAttention)
        let late = try night(36)
        #expect(late.needsAttention && late.fresh.map(\.kind) == [.noNewData], "\(late.text)")
        #expect(try night(40).fresh.isEmpty && night(40).text.contains("still: warning: your newest data"))
        let before = try night(-30)
        #expect(before.needsAttention && before.text.contains("no data yet"), "\(before.text)")
    }
}

@Suite("how a finding stands")
struct StandingTests {
    private let dataEnd: Int64 = 100 * 86_400

    private func finding(
        _ kind: FindingKind = .deviceSilent,
        from start: Int64 = 10,
        to end: Int64?,
        sureness: Sureness = .sure
    ) -> StoredFinding {
        StoredFinding(
            systemID: 1,
            finding: Finding(
                device: "site",
                kind: kind,
                start: Instant(utcSeconds: start * 86_400),
                end: end.map { Instant(utcSeconds: $0 * 86_400) },
                alert: Instant(utcSeconds: start * 86_400),
                severity: .warning,
                sureness: sureness,
                rule: FindingRule(.newestRowTooOld),
                evidence: Evidence { _ in },
                knownEnd: Instant(utcSeconds: (end ?? start) * 86_400)
            )
        )
    }

    private func standing(
        _ finding: StoredFinding,
        among others: [StoredFinding] = [],
        closed: Set<Int64> = []
    ) -> FindingStanding {
        FindingStandings([finding] + others, explained: closed, dataEnd: dataEnd, now: dataEnd + 86_400)
            .standing(of: finding)
    }

    @Test(
        "what lasts is now; what ended lately is to follow up; what ended long ago, is explained or closed is over"
    )
    func rule() {
        #expect(standing(finding(to: nil)) == .now)
        #expect(standing(finding(to: 56)) == .followUp && standing(finding(to: 55)) == .over)
        var known = finding(to: nil)
        known.mutedUntilMicroseconds = (dataEnd + 2 * 86_400) * 1_000_000
        #expect(standing(known) == .known)
        known.mutedUntilMicroseconds = dataEnd * 1_000_000
        #expect(standing(known) == .now)
        known.acknowledgedMicroseconds = 1
        #expect(standing(known) == .known)
        known.state = .closed
        #expect(standing(known) == .over)
        var ofCase = finding(to: 90)
        ofCase.findingID = 7
        #expect(standing(ofCase, closed: [7]) == .over && standing(ofCase, closed: [8]) == .followUp)
    }

    @Test("a way to the gateway that is there again leaves nothing to follow up; what a battery did does")
    func settled() {
        for kind: FindingKind in [.gatewayUnreachable, .watchOffline, .tokenExpiring, .firmwareChanged] {
            #expect(standing(finding(kind, to: nil)) == .now && standing(finding(kind, to: 90)) == .over)
        }
        #expect(standing(finding(.batteryLost, to: 90)) == .followUp)
    }

    @Test(
        "a silence is explained by what is known of its production, not by a suspicion, and not while it lasts"
    )
    func silence() {
        let silence = finding(.siteSilent, from: 60, to: 90)
        let outage = finding(.outage, from: 61, to: 90)
        #expect(standing(silence, among: [outage]) == .over)
        #expect(
            standing(silence, among: [finding(.outage, from: 61, to: 90, sureness: .suspected)]) == .followUp
        )
        #expect(standing(silence, among: [finding(.outage, from: 20, to: 30)]) == .followUp)
        #expect(standing(finding(.siteSilent, from: 60, to: nil), among: [outage]) == .now)
    }
}
