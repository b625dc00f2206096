// A watch over a played gateway without a socket: the clock is simulated, so that a week passes in seconds. What a network does
// to an answer is in PlayedLine.swift.

import Analysis
import Collect
import Foundation
import Lake
import Readings
import Simulation
import Station
import TestSupport
import Testing
import Words

/// A store, a gateway and a clock.
final class PlayedWatch {
    let folder: ScratchFolder
    /// The gateway; what it says changes with the clock.
    var gateway: MockGateway
    /// The gateway's key, and the one that the owner trusts.
    static let key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static let otherKey = "sha256//BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB="
    /// What was asked, and when by the monotonic clock.
    var asked: [(at: Double, path: String)] = []
    /// Paths with which a secret went to anyone but the gateway.
    var leaks: [String] = []
    /// What must be found nowhere: tokens, cookies and passwords that were on the line.
    var secrets: Set<String> = []
    /// What this machine says of its clock.
    var isClockSynchronised: Bool?
    /// Where the gateway's time stands still; nil where it goes on with the clock.
    var standsAt: Double?
    var requestCount: Int { asked.count }
    /// The most requests within any 60 s.
    var mostInAMinute: Int {
        var (most, low) = (0, 0)
        for (high, request) in asked.enumerated() {
            while request.at - asked[low].at >= 60 { low += 1 }
            most = max(most, high - low + 1)
        }
        return most
    }
    private(set) var remarks: [String] = []
    private(set) var news: [String] = []
    private(set) var changes: [(at: Int64, change: LiveChange)] = []
    /// Stops the watch from outside.
    var isStopped = false
    /// What happens meanwhile, at seconds UTC: whatever the owner does.
    var happenings: [(at: Double, act: () throws -> Void)] = []
    let clock: PlayedClock
    private let serial: String
    private let zone: String
    var tokenFile: String { folder.path + "/token" }

    var path: String { folder.path + "/s" }
    /// Seconds UTC, as they truly are.
    var now: Double { clock.now }
    /// The time that the gateway plays.
    var playedNow: Double { standsAt ?? now }

    /// Makes a store whose site is watched over by a gateway.
    ///
    /// - Parameters:
    ///   - start: seconds UTC.
    ///   - serial: the one that the owner's configuration names.
    init(
        _ gateway: MockGateway,
        serial: String,
        start: Double,
        zone: String = "Europe/London",
        installedW: Int = 4000
    )
        throws
    {
        folder = try ScratchFolder()
        clock = PlayedClock(start)
        (self.gateway, self.serial, self.zone) = (gateway, serial, zone)
        let writer = try store().writerOrNew()
        _ = try writer.putSite(
            name: "home",
            timeZone: zone,
            place: try #require(Place(latitude: 51.4, longitude: -0.3)),
            installed: Watts(Int64(installedW)),
            battery: nil,
            isUpdate: false
        )
        try writeToken(gateway.token)
        let tokenFile = tokenFile
        let isSecure = gateway.isSecure(at: start)
        try GatewayBook.change(writer) { entries in
            entries = [
                GatewayEntry(
                    site: "home",
                    host: "192.0.2.1",
                    serial: serial,
                    key: isSecure ? PlayedWatch.key : nil,
                    tokenFile: tokenFile
                )
            ]
        }
    }

    func writeToken(_ text: String) throws {
        secrets.formUnion(text.split(separator: ":").dropFirst().map(String.init) + [text])
        try Data(text.utf8).write(to: URL(filePath: tokenFile), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tokenFile)
    }

    func store() -> LakeStore {
        let clock = clock
        let environment = LakeEnvironment(
            programVersion: "0",
            loadZone: { try ZoneFiles.load($0) },
            nowMicroseconds: { Int64(clock.shown * 1_000_000) },
            lockPatience: .seconds(1)
        )
        return LakeStore(path: path, environment: environment)
    }

    func station() throws -> Station<LakeWriter> {
        let writer = try store().writer()
        writer.release()
        return Station(lake: writer)
    }

    /// Runs a watch for so long, or so many rounds.
    @discardableResult
    func watch(seconds: Double? = nil, rounds: Int? = nil) throws -> WatchLoop {
        let watched = WatchStore(store(), hooks: Hooks())
        let entries = try Configuration.load(try watched.reader()).gateways
        let end = seconds.map { now + $0 }
        let loop = try WatchLoop(entries, store: watched, world: world(until: end))
        loop.run(rounds: rounds)
        return loop
    }

    /// The findings that the store keeps.
    func findings() throws -> [StoredFinding] {
        let lake = try store().snapshot()
        return try lake.findings(systemID: try lake.site(named: "home").systemID)
    }

    /// A night's check, and what it tells as new.
    func night() throws -> (text: String, new: [JSONValue]) {
        var texts: [String] = []
        let outcome = try CheckNight.run(
            path: path,
            open: { Station(lake: try store().writer()) },
            site: nil,
            isFull: false,
            clock: { Int64(now) },
            tell: { digest in
                texts.append(digest.text)
                return 0
            }
        )
        let json = JSONValue.object([("digest", outcome.digest.json)])["digest"]
        return (texts.joined(), json?["sites"]?.elements.first?["new"]?.elements ?? [])
    }

    private func world(until end: Double?) -> WatchWorld {
        WatchWorld(
            now: { [clock] in Moment(monotonicSeconds: clock.now - 1_000_000, utcSeconds: clock.shown) },
            wait: { [self] in wait($0) },
            send: { [self] in PlayedLine(self).send($0) },
            isClockSynchronised: { [self] in isClockSynchronised },
            isStopped: { [self] in isStopped || end.map { now >= $0 } ?? false },
            tell: { [self] in take($0) },
            seed: 7
        )
    }

    /// Lets the time pass; what happens meanwhile happens.
    private func wait(_ seconds: Double) {
        clock.advance(seconds)
        while let index = happenings.firstIndex(where: { $0.at <= now }) {
            let happening = happenings.remove(at: index)
            do { try happening.act() } catch { Issue.record(error) }
        }
    }

    private func take(_ told: WatchNews) {
        switch told {
        case .finding(_, let zone, let change):
            changes.append((Int64(now), change))
            let time = Instant(utcSeconds: Int64(now)).iso8601
            news.append(
                "\(time) \(change.finding.kind.rawValue) \(change.word): \(OwnerWords.line(change, zone: zone))"
            )
        case .remark(_, let text): remarks.append(text)
        case .began, .round: break
        }
    }
}
