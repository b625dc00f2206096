// A store with channels, a clock of the test's and somebody at the other end: nights, `notify`, imports. What is expected of
// messages stands in the tests.

import Analysis
import Foundation
import Lake
import Notify
import Readings
@testable import Station
import TestSupport
import Testing

/// A store whose owner is told. A class, because its clock and its post go on.
final class MessageHouse {
    let folder: ScratchFolder
    let clock: PlayedClock
    let post: RecordingPost
    let zone: TimeZoneRules
    /// The store; a copy of it may be taken up instead.
    var path: String
    private var documentCount = 0

    /// Makes a store with one site.
    ///
    /// - Parameter start: a time as `2025-03-01T12:00:00Z`.
    init(start: String, zone name: String = "Europe/London", channels: String = MessageHouse.mail) throws {
        folder = try ScratchFolder()
        zone = try ZoneFiles.load(name)
        clock = PlayedClock(Double(try #require(Instant(iso8601: start)).utcSeconds))
        post = RecordingPost(clock: clock)
        path = folder.path + "/s"
        _ = try store.writerOrNew().putSite(
            name: "home",
            timeZone: name,
            place: try #require(Place(latitude: 51.4, longitude: -0.3)),
            installed: Watts(4000),
            battery: nil,
            isUpdate: false
        )
        try configure(channels)
    }

    /// A channel that hears all.
    static let mail = #""mail": {"kind": "command", "command": ["/bin/mail"]}"#
    /// One that hears what is critical, and not by night.
    static let phone =
        #""phone": {"kind": "command", "command": ["/bin/ring"], "from_severity": "critical", "quiet": "22:00-07:00"}"#

    /// Writes config.json.
    func configure(_ channels: String, more: String = "") throws {
        let text = "{\"notify\": {\"channels\": {\(channels)}}\(more)}"
        try Data(text.utf8).write(to: URL(filePath: path + "/config.json"))
    }

    var store: LakeStore {
        let clock = clock
        var environment = LakeEnvironment(
            programVersion: "0",
            loadZone: { try ZoneFiles.load($0) },
            nowMicroseconds: { Int64(clock.shown * 1_000_000) },
            lockPatience: .seconds(20)
        )
        environment.readDocument = { try DocumentReplay.replay($0, $1, $2) }
        return LakeStore(path: path, environment: environment)
    }

    /// Seconds UTC, as this machine has them.
    var now: Int64 { Int64(clock.shown) }

    func station() throws -> Station<LakeWriter> {
        let writer = try store.writer()
        writer.release()
        return Station(lake: writer)
    }

    // MARK: - Time

    /// Goes on to the next such time of the local day.
    func go(to hour: Int64, _ minute: Int64 = 0) {
        let day = zone.wallClock(atUTCSeconds: now).day
        let times = [day, day.advanced(by: 1), day.advanced(by: 2)].map {
            zone.startOfDay($0) + hour * 3600 + minute * 60
        }
        if let next = times.first(where: { $0 > now }) { clock.advance(Double(next - now)) }
    }

    // MARK: - What the owner does

    /// Imports documents, each below its own name.
    func take(_ documents: [(name: String, text: String)]) throws {
        guard !documents.isEmpty else { return }
        documentCount += 1
        let place = "in/\(documentCount)"
        for document in documents { _ = try folder.write("\(place)/\(document.name)", document.text) }
        let station = try station()
        let paths = InputWalk.documents(
            ["\(folder.path)/\(place)"],
            failed: { path, error in Issue.record("\(path): \(error)") }
        )
        let resolver = SiteResolver(lake: station.lake, named: "home", mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        job.run(paths) { if case .failure(let error) = $1 { Issue.record("\(error)") } }
    }

    /// A night's check.
    @discardableResult
    func night(post own: NightPost?? = nil, isFull: Bool = false) throws -> CheckNight.Outcome {
        try CheckNight.run(
            path: path,
            open: { try station() },
            site: nil,
            isFull: isFull,
            clock: { now },
            post: own ?? post.night,
            tell: { _ in 0 }
        )
    }

    /// `sunvigil notify`.
    @discardableResult
    func notify(within seconds: Double = 60, seed: UInt64 = 7, send: Postman.Send? = nil) throws
        -> Postman.Outcome
    {
        try NotifyRun(try station()).run(within: seconds, seed: seed, send: send ?? post.send)
    }

    // MARK: - What the store keeps

    func findings() throws -> [StoredFinding] { try store.snapshot().findings() }
    func outbox(_ states: Set<OutboxItem.State>? = nil) throws -> [OutboxItem] {
        try store.snapshot().outbox(states, limit: nil)
    }
    func told() throws -> [ToldMark] { try store.snapshot().told() }

    /// Finds what begins: findings as a watch brings them, with what is to be told of them planned in the same transaction.
    func begin(_ findings: [Finding]) throws { try put(LiveFindingUpdate(opened: findings)) }

    /// Ends what was begun.
    func end(_ findings: [Finding]) throws {
        try put(
            LiveFindingUpdate(
                ended: findings.map { finding in
                    var over = finding
                    over.end = Instant(utcSeconds: now)
                    over.knownEnd = Instant(utcSeconds: now)
                    return over
                }
            )
        )
    }

    private func put(_ update: LiveFindingUpdate) throws {
        let lake = try station().lake
        let site = try lake.site(named: "home")
        let view = SiteView(site: site, zone: zone, end: try lake.siteEnd(site, zone), now: now)
        let desk = try NotifyDesk(
            lake,
            Configuration.load(lake).notify,
            views: [view],
            now: Int64(clock.shown * 1_000_000)
        )
        _ = try lake.stageLive([], systemID: site.systemID, findings: update, telling: desk?.plan)
    }

    /// A battery that went silent now.
    func finding(_ device: String, _ kind: FindingKind = .batteryLost, severity: Severity = .warning)
        -> Finding
    {
        Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: now),
            end: nil,
            alert: Instant(utcSeconds: now),
            severity: severity,
            rule: FindingRule(.notDelivered),
            evidence: Evidence { _ in },
            knownEnd: Instant(utcSeconds: now)
        )
    }
}

extension RecordingPost {
    /// What arrived by a channel, a line each: when, title, events.
    func lines(_ channel: String, zone: TimeZoneRules) -> [String] {
        arrivals.filter { $0.channel == channel }.map { $0.line(zone) }
    }
}

extension Arrival {
    /// What it tells, in a line.
    func line(_ zone: TimeZoneRules) -> String {
        var counts: [(event: MessageEvent, count: Int)] = []
        for event in events {
            if let place = counts.firstIndex(where: { $0.event == event.event }) {
                counts[place].count += 1
            } else {
                counts.append((event.event, 1))
            }
        }
        let told = counts.map { $0.count == 1 ? $0.event.rawValue : "\($0.event.rawValue) x\($0.count)" }
        return
            "\(zone.text(atUTCSeconds: at / 1_000_000))  \(channel)  \(message.title)  {\(told.joined(separator: ", "))}"
    }
}
