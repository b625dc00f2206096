// A watch over a played gateway without a socket: the clock is simulated, so that a week passes in seconds. What a network does
// to an answer becomes what libcurl would say of it.

import Analysis
import Collect
import Foundation
import Lake
import Readings
import Simulation
import Station
import Synchronization
import TestSupport
import Testing
import Transfer
import Words

/// A store, a gateway and a clock.
final class PlayedWatch {
    let folder: ScratchFolder
    /// The gateway; what it says changes with the clock.
    var gateway: MockGateway
    /// The gateway's key, and the one that the owner trusts.
    static let key = "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
    static let otherKey = "sha256//BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB="
    /// Requests that were answered with a status, and whether a secret went to anyone but the gateway.
    private(set) var requestCount = 0
    private(set) var remarks: [String] = []
    private(set) var news: [String] = []
    private(set) var changes: [(at: Int64, change: LiveChange)] = []
    /// Stops the watch from outside.
    var isStopped = false
    private let clock: PlayedClock
    private let serial: String
    private let zone: String
    var tokenFile: String { folder.path + "/token" }

    var path: String { folder.path + "/s" }
    /// Seconds UTC.
    var now: Double { clock.now }

    /// Makes a store whose site is watched over by a gateway.
    ///
    /// - Parameters:
    ///   - start: seconds UTC.
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
        try Data(text.utf8).write(to: URL(filePath: tokenFile), options: .atomic)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tokenFile)
    }

    func store() -> LakeStore {
        let clock = clock
        var environment = LakeEnvironment.ofMachine(programVersion: "0", home: folder.path)
        environment = LakeEnvironment(
            programVersion: "0",
            loadZone: { try ZoneFiles.load($0) },
            nowMicroseconds: { Int64(clock.now * 1_000_000) },
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
            now: { [clock] in Moment(monotonicSeconds: clock.now - 1_000_000, utcSeconds: clock.now) },
            wait: { [clock] in clock.advance($0) },
            send: { [self] in send($0) },
            isStopped: { [self] in isStopped || end.map { now >= $0 } ?? false },
            tell: { [self] in take($0) },
            seed: 7
        )
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

    /// What libcurl would say of what the gateway and the network do.
    private func send(_ exchange: Exchange) -> Result<Reply, TransferFailure> {
        requestCount += 1
        let isSecure = exchange.url.hasPrefix("https://")
        let path = exchange.url.drop { $0 != "/" }.dropFirst(2).drop { $0 != "/" }
        let shown = gateway.hasOtherKey(at: now) ? PlayedWatch.otherKey : PlayedWatch.key
        let limit = exchange.limits.totalSeconds
        clock.advance(0.05)
        if gateway.isOff(at: now) { return .failure(.cannotConnect(hasRoute: true)) }
        if isSecure, gateway.isSecure(at: now), case .pinned(let key) = exchange.trust, key != shown {
            return .failure(.wrongKey(found: shown))
        }
        var request = MockRequest(
            String(path),
            method: exchange.method.rawValue,
            headers: exchange.headers.map { MockHeader($0.name, $0.value) },
            isSecure: isSecure
        )
        if let login = exchange.digest {
            request.headers.append(MockHeader("X-Played-Login", "\(login.user):\(login.password)"))
        }
        func reply(_ own: MockReply, _ seconds: Double) -> Result<Reply, TransferFailure> {
            guard seconds < limit else {
                clock.advance(limit)
                return .failure(.timedOut)
            }
            clock.advance(seconds)
            guard own.body.count <= exchange.limits.bodyBytes else {
                return .failure(.tooLarge(limit: exchange.limits.bodyBytes))
            }
            return .success(
                Reply(
                    status: own.status,
                    headers: own.headers.map { ($0.name, Array($0.value.utf8)) },
                    body: own.body,
                    seconds: seconds,
                    key: isSecure ? shown : nil
                )
            )
        }
        switch gateway.answer(request, utcSeconds: now) {
        case .reply(let own): return reply(own, 0)
        case .stalled(let seconds, let own), .dripped(let seconds, let own): return reply(own, seconds)
        case .slow(let own): return reply(own, Double(own.body.count))
        case .reset: return .failure(.reset)
        case .cut, .cutChunk: return .failure(.cut)
        case .endlessHeader: return .failure(.badHeader)
        case .huge(let bytes):
            return bytes > exchange.limits.bodyBytes
                ? .failure(.tooLarge(limit: exchange.limits.bodyBytes)) : .failure(.cut)
        case .unanswered:
            clock.advance(limit)
            return .failure(.timedOut)
        case .refused: return .failure(isSecure ? .noTLS(code: 35) : .cannotConnect(hasRoute: true))
        }
    }
}

/// A clock that goes on when it is told to. A class: the store and the watch have the same.
final class PlayedClock: Sendable {
    private let time: Mutex<Double>

    init(_ start: Double) { time = Mutex(start) }

    var now: Double { time.withLock { $0 } }

    func advance(_ seconds: Double) { time.withLock { $0 += max(0, seconds) } }
}
