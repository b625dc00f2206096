// What owners do, and forget to do: tokens that have ended, are wrong, missing or open to all; keys that change; another gateway at
// the address; clocks that are wrong.

import Analysis
import Foundation
import Lake
import Readings
import Simulation
import Station
import TestSupport
import Testing

@Suite("owners, tokens, keys and clocks", .enabled(if: Shared.isPresent))
struct OwnerTests {
    private static let start = FaultTests.start

    /// A watch over D8.2.127, which has meters, batteries and a relay.
    private func watch(_ faults: String..., serial: String? = nil) throws -> PlayedWatch {
        let play = try SavedGateway(FaultTests.gateways[2]).play(start: OwnerTests.start)
        let mock = MockGateway(
            play: play,
            faults: try faults.map { try MockFault(parsing: $0) },
            startUTCSeconds: OwnerTests.start,
            seed: 1
        )
        return try PlayedWatch(
            mock,
            serial: serial ?? play.serial,
            start: OwnerTests.start,
            zone: "Etc/UTC"
        )
    }

    private func told(_ played: PlayedWatch, _ kind: FindingKind) -> [String] {
        played.changes.filter { $0.change.finding.kind == kind }.map(\.change.word)
    }

    /// Tells whether anything secret was shown.
    private func isShown(_ played: PlayedWatch) -> Bool {
        played.gateway.log.contains { ["bearer", "cookie", "refused", "digest"].contains($0.access) }
    }

    private func asked(_ played: PlayedWatch, _ path: String, after seconds: Double = 0) -> Int {
        played.asked.count { $0.path == path && $0.at >= OwnerTests.start + seconds }
    }

    /// A token of an owner that this gateway never gave.
    private func token(_ serial: String, ends: Double) -> String {
        let claims = "{\"aud\":\"\(serial)\",\"exp\":\(Int(ends)),\"enphaseUser\":\"owner\"}"
        return ["{\"alg\":\"ES256\"}", claims, "signature"].map {
            Data($0.utf8).base64EncodedString().replacing("=", with: "")
        }.joined(separator: ".")
    }

    @Test("another gateway at the address is told once, and gets nothing secret")
    func otherGateway() throws {
        let played = try watch(serial: "122000000099")
        try played.watch(seconds: 7200)
        #expect(told(played, .serialChanged) == ["opened"] && played.changes.count == 1, "\(played.news)")
        #expect(!isShown(played) && played.requestCount <= 3)
    }

    @Test(
        "without a token, or with one that has ended, info is looked at every 5 minutes, and it is told once"
    )
    func noToken() throws {
        for isEnded in [false, true] {
            let played = try watch()
            if isEnded {
                try played.writeToken(token(played.gateway.serial, ends: OwnerTests.start - 86_400))
            } else {
                try GatewayBook.change(try played.store().writer()) { $0[0].tokenFile = nil }
            }
            try played.watch(seconds: 7200)
            #expect(told(played, .tokenExpiring) == ["opened"] && played.changes.count == 1, "\(played.news)")
            #expect((22...26).contains(asked(played, "info")) && played.requestCount == asked(played, "info"))
            #expect(!isShown(played) && played.remarks.isEmpty)
        }
    }

    @Test("a token that is not taken is told at once; the next one is taken while the watch runs")
    func newToken() throws {
        let played = try watch()
        let good = played.gateway.token
        try played.writeToken(token(played.gateway.serial, ends: OwnerTests.start + 8_640_000))
        played.happenings.append((OwnerTests.start + 3600, { try played.writeToken(good) }))
        try played.watch(seconds: 7200)
        #expect(told(played, .tokenExpiring) == ["opened", "ended"], "\(played.news)")
        #expect(asked(played, "auth/check_jwt") <= 3)
        #expect(asked(played, "ivp/meters/readings", after: 3600) >= 58)
        let ended = try #require(played.changes.last { $0.change.word == "ended" })
        #expect(Double(ended.at) <= OwnerTests.start + 3600 + 180)
    }

    @Test(
        "a token file that others can read is refused at the start; while the watch runs it says so once and goes on"
    )
    func openFile() throws {
        let played = try watch()
        func open(_ mode: Int) throws {
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: played.tokenFile)
        }
        try open(0o644)
        let error = #expect(throws: GatewayError.self) { try played.watch(rounds: 1) }
        #expect(error?.remedy == .plain("run: chmod 600 '\(played.tokenFile)'"))
        #expect(played.requestCount == 0)
        try open(0o600)
        played.happenings.append((OwnerTests.start + 1800, { try open(0o644) }))
        try played.watch(seconds: 7200)
        #expect(
            played.remarks.count == 1 && played.remarks[0].contains("can be read by others"),
            "\(played.remarks)"
        )
        #expect(played.changes.isEmpty && asked(played, "ivp/meters/readings", after: 1800) >= 88)
    }

    @Test("another key is told at once and gets nothing secret; trusted, the watch goes on")
    func otherKey() throws {
        let played = try watch("*=key@1800-")
        played.happenings.append(
            (
                OwnerTests.start + 5400,
                {
                    try GatewayBook.change(try played.store().writer()) { entries in
                        entries[0].key = PlayedWatch.otherKey
                    }
                }
            )
        )
        try played.watch(seconds: 9000)
        #expect(
            told(played, .keyChanged) == ["opened", "ended"] && played.changes.count == 2,
            "\(played.news)"
        )
        #expect(played.leaks.isEmpty && played.remarks.isEmpty)
        #expect(asked(played, "ivp/meters/readings", after: 5400) >= 58)
    }

    @Test("a key that is lost from config.json is still the one that is believed while the watch runs")
    func lostKey() throws {
        let played = try watch("*=key@5400-")
        played.happenings.append(
            (
                OwnerTests.start + 1800,
                { try GatewayBook.change(try played.store().writer()) { $0[0].key = nil } }
            )
        )
        try played.watch(seconds: 7200)
        #expect(told(played, .keyChanged) == ["opened"] && played.leaks.isEmpty, "\(played.news)")
        #expect(asked(played, "ivp/meters/readings") >= 88)
    }

    @Test(
        "our own clock is hours off for a while: rows stay at the gateway's times",
        arguments: FaultTests.isLong ? [10_800.0, -10_800] : [10_800]
    )
    func ownClock(ahead: Double) throws {
        let played = try watch()
        played.isClockSynchronised = false
        let clock = played.clock
        played.happenings += [
            (OwnerTests.start + 1800, { clock.jump(to: ahead) }),
            (OwnerTests.start + 5400, { clock.jump(to: 0) }),
        ]
        try played.watch(seconds: 9960)
        #expect(Set(played.changes.map(\.change.finding.kind)).isSubset(of: [.clockSkewed]), "\(played.news)")
        #expect(
            told(played, .clockSkewed) == (abs(ahead) > 300 ? ["opened", "ended"] : []),
            "\(played.news)"
        )
        #expect(played.mostInAMinute <= 12, "\(played.remarks)")
        let lake = try played.store().snapshot()
        #expect(try lake.verify().damages.isEmpty)
        let key = SeriesKey(systemID: try lake.site(named: "home").systemID, source: .gateway, seconds: 900)
        let rows = try #require(try lake.readings(systemID: key.systemID)[key])
        let all = zip(rows.startUTCSeconds, rows[.produced])
        #expect(all.allSatisfy { (428...429).contains($0.1) }, "\(rows[.produced])")
        #expect(rows.startUTCSeconds == (0..<11).map { Int64(OwnerTests.start) + $0 * 900 })
    }

    @Test(
        "the gateway's clock is far off",
        arguments: ["+7200"] + (FaultTests.isLong ? ["-900000000", "-86400", "-7200"] : [])
    )
    func gatewayClock(ahead: String) throws {
        let played = try watch("*=clock:\(ahead)@1800-5400")
        try played.watch(seconds: 9960)
        // A time before 2008 is taken for none.
        #expect(
            told(played, .clockSkewed) == (ahead == "-900000000" ? [] : ["opened", "ended"]),
            "\(played.news)"
        )
        #expect(Set(played.changes.map(\.change.finding.kind)).isSubset(of: [.clockSkewed]), "\(played.news)")
        #expect(played.mostInAMinute <= 12 && played.remarks.isEmpty, "\(played.remarks)")
        #expect(try played.store().snapshot().verify().damages.isEmpty)
        let play = try SavedGateway(FaultTests.gateways[2]).play(start: OwnerTests.start)
        try FaultTests.expectRows(
            play,
            played,
            until: OwnerTests.start + 9960,
            gateway: 2,
            name: "clock \(ahead)"
        )
    }
}
