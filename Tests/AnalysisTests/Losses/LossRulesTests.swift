// What the rules about losses say of an array that stops, gives a part, trips, is limited or gets dirty, and of skies and homes that
// only look like it.

import Foundation
import Readings
import Testing

@testable import Analysis

@Suite("losses")
struct LossRulesTests {
    private func found(_ home: LossHome) -> (findings: [Finding], lostKWh: Double) {
        let (columns, lost) = home.rows()
        return (home.losses(columns).findings, lost / 1000)
    }

    @Test("an array that stops is told within hours, as critical from the second day on, with what it cost")
    func stopped() throws {
        var home = LossHome()
        let time = home.time(day: 160, hour: 10.5, days: 9.25)
        home.share = LossHome.losing(1, in: time)
        let (findings, lost) = found(home)
        let finding = try #require(findings.first)
        #expect(findings.count == 1 && finding.kind == .productionLost && finding.evidence.fault == "all")
        #expect(finding.start.utcSeconds == time.startUTCSeconds)
        #expect(time.overlap(finding) > 0.95)
        #expect(finding.alert.utcSeconds - time.startUTCSeconds <= 3 * 3600)
        #expect(finding.severity == .critical && finding.evidence.fraction == 1)
        #expect(abs(try #require(finding.evidence.lostKWh) / lost - 1) < 0.15)
        #expect(finding.evidence.reading == nil)
    }

    @Test(
        "a part of the array is told by its share, in days that the sky allows",
        arguments: [(0.5, 12.0, Int64(900)), (0.33, 20, 900), (0.2, 40, 900), (0.5, 14, 3600)]
    )
    func part(_ expected: (fraction: Double, days: Double, seconds: Int64)) throws {
        var home = LossHome(days: 550)
        home.seconds = expected.seconds
        let time = home.time(day: 470, hour: 13, days: 60)
        home.share = LossHome.losing(expected.fraction, in: time)
        let (findings, lost) = found(home)
        let finding = try #require(findings.first { $0.kind == .productionLost })
        #expect(findings.filter { $0.severity >= .warning }.count == 1)
        #expect(finding.evidence.fault == "part" && time.overlap(finding) > 0.85)
        #expect(abs(try #require(finding.evidence.fraction) - expected.fraction) < 0.05)
        #expect(Double(finding.alert.utcSeconds - time.startUTCSeconds) < expected.days * 86_400)
        #expect(abs(try #require(finding.evidence.lostKWh) / lost - 1) < 0.25)
    }

    @Test("hours without production at noon are one finding", arguments: [Int64(900), 3600])
    func trips(_ seconds: Int64) throws {
        var home = LossHome()
        home.seconds = seconds
        let time = home.time(day: 170, hour: 0, days: 25)
        home.share = { start in
            let hour = Double(start.flooredRemainder(by: 86_400)) / 3600
            return time.contains(start) && hour >= 12 && hour < 14 ? 0 : 1
        }
        let (findings, lost) = found(home)
        let finding = try #require(findings.first)
        #expect(findings.count == 1 && finding.evidence.fault == "trips" && time.overlap(finding) > 0.8)
        #expect(finding.severity == .warning && finding.evidence.cause == "panels")
        #expect(abs(try #require(finding.evidence.lostKWh) / lost - 1) < 0.35)
    }

    @Test("a flat top below what was is a limit, not clouds")
    func limit() throws {
        var home = LossHome()
        let time = home.time(day: 160, hour: 0, days: 30)
        let (free, _) = home.rows()
        let made = Dictionary(uniqueKeysWithValues: zip(free.startUTCSeconds, free[.produced]))
        home.share = { start in
            guard time.contains(start), let whole = made[start], whole > 450 else { return 1 }
            return 450 / Double(whole)
        }
        let finding = try #require(found(home).findings.first)
        #expect(finding.evidence.fault == "limit" && time.overlap(finding) > 0.8)
    }

    @Test("a loss that comes over weeks is slow, told with its beginning, and dirt where it goes")
    func slow() throws {
        var home = LossHome(days: 560, tiltDegrees: 70)
        let time = home.time(day: 430, hour: 6, days: 100)
        home.share = { start in
            guard time.contains(start) else { return 1 }
            return 1 - 0.24 * min(1, Double(start - time.startUTCSeconds) / (45 * 86_400))
        }
        let findings = found(home).findings.filter { $0.severity >= .warning }
        let finding = try #require(findings.first)
        #expect(findings.count == 1 && finding.kind == .degradation && time.overlap(finding) > 0.7)
        #expect(finding.alert.utcSeconds - time.startUTCSeconds < 70 * 86_400)
        #expect(finding.evidence.reading == "soiling")
    }

    @Test("daily sums tell a stop in days and half in weeks", arguments: [(1.0, 3.0), (0.5, 22)])
    func daily(_ expected: (fraction: Double, days: Double)) throws {
        var home = LossHome()
        let time = home.time(day: 170, hour: 0, days: 40)
        home.share = LossHome.losing(expected.fraction, in: time)
        let findings = home.losses(home.dailyRows(), seconds: 86_400).findings
        let finding = try #require(findings.first { $0.severity >= .warning })
        #expect(findings.filter { $0.severity >= .warning }.count == 1)
        #expect(finding.kind == .productionLost && time.overlap(finding) > 0.8)
        #expect(Double(finding.alert.utcSeconds - time.startUTCSeconds) <= expected.days * 86_400)
    }

    @Test("no production under a low sun that begins at dawn is snow or a fault: a notice until it lasts")
    func snow() throws {
        var home = LossHome(latitude: 50, firstDay: CivilDate(year: 2023, month: 6, day: 1)!, days: 300)
        let time = home.time(day: 215, hour: 3, days: 4)
        home.share = LossHome.losing(1, in: time)
        let finding = try #require(found(home).findings.first)
        #expect(finding.severity == .notice && finding.evidence.reading == "snow")
        home.share = LossHome.losing(1, in: home.time(day: 205, hour: 3, days: 25))
        #expect(try #require(found(home).findings.first).severity >= .warning)
    }

    @Test(
        "weeks of cloud, smoke of another level every day, panels that are added, and an export limit are no loss",
        arguments: ["usual", "overcast", "smoke", "grown", "limited", "south"]
    )
    func innocent(_ kind: String) {
        var home = LossHome()
        let time = home.time(day: 200, hour: 0, days: 21)
        let usual = { (day: Int64, row: Int) -> Double in
            let clear = day % 3 != 1
            return clear ? 0.97 : 0.3 + 0.6 * abs(sin(Double(day * 96 + Int64(row)) * 2.7))
        }
        let inside = { (day: Int64) in (200..<221).contains(day) }
        switch kind {
        case "overcast": home.sky = { inside($0) ? 0.18 + 0.05 * sin(Double($1) * 1.9) : usual($0, $1) }
        case "smoke":
            home.sky = { day, row in
                inside(day) ? 0.62 + 0.22 * sin(Double(day) * 2.9) : usual(day, row)
            }
        case "grown": home.share = { $0 < time.startUTCSeconds ? 0.7 : 1 }
        case "limited": home.exportLimitW = 1_500
        case "south": home.latitude = -33
        default: break
        }
        let warnings = found(home).findings.filter { $0.severity >= .warning }
        #expect(warnings.isEmpty)
    }

    @Test("what is kept between nights, and read again, gives what all rows give")
    func kept() throws {
        var home = LossHome(days: 430)
        let (first, second) = (home.time(day: 300, hour: 9, days: 30), home.time(day: 390, hour: 8, days: 20))
        home.share = { first.contains($0) ? 0.5 : second.contains($0) ? 0 : 1 }
        let columns = home.rows().columns
        let whole = home.losses(columns)
        let text = try JSONEncoder().encode(try #require(whole.state))
        let state = try JSONDecoder().decode(LossState.self, from: text)
        let resumed = home.losses(
            columns.slice(columns.firstRow(atOrAfter: (state.nextDay - 7) * 86_400)..<columns.rowCount),
            known: state
        )
        #expect(whole.findings.count == 2 && resumed.findings.count == 2)
        for (left, right) in zip(whole.findings, resumed.findings) {
            #expect(left.start == right.start && left.end == right.end && left.alert == right.alert)
            #expect(left.severity == right.severity && left.evidence.lostKWh == right.evidence.lostKWh)
            #expect(left.evidence.fraction == right.evidence.fraction)
        }
        #expect(whole.days == resumed.days)
        #expect(text.count < 600_000)
    }

    @Test("production alone, of quarter hours and of days, is kept too")
    func keptAlone() throws {
        var home = LossHome(days: 430)
        home.share = LossHome.losing(1, in: home.time(day: 200, hour: 9, days: 6))
        let daily = home.losses(home.dailyRows(), seconds: 86_400)
        #expect(daily.findings.count == 1)
        _ = try JSONEncoder().encode(try #require(daily.state))
        var alone = home.rows().columns
        for channel in Channel.allCases where channel != .produced {
            for row in 0..<alone.rowCount { alone.energyWh[channel.rawValue][row] = ReadingColumns.missingWh }
        }
        let fine = home.losses(alone)
        #expect(fine.findings.map(\.kind) == [.productionLost])
        #expect(fine.findings.first?.evidence.cause == "unknown")
        _ = try JSONEncoder().encode(try #require(fine.state))
    }

    @Test("a text that is no state is told, not trusted")
    func damaged() throws {
        let home = LossHome(days: 200)
        let state = try #require(home.losses(home.rows().columns).state)
        let text = String(decoding: try JSONEncoder().encode(state), as: UTF8.self)
        for cut in [text.count / 3, text.count / 2, text.count - 2] {
            #expect(throws: (any Error).self) {
                try JSONDecoder().decode(LossState.self, from: Data(text.prefix(cut).utf8))
            }
        }
    }
}
