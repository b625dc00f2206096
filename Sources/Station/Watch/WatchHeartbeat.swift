// The sign of life of a watch over a gateway, and what it tells of itself: written after each round, read by `gateway status`
// and by the nightly check.

import Collect
import Foundation
import Lake
import Readings

/// What a watch says of itself after a round.
package struct WatchHeartbeat: Equatable, Sendable, Codable {
    /// When, seconds UTC.
    package var at: Int64
    /// Since when this watch runs, seconds UTC.
    package private(set) var began: Int64
    package private(set) var site: String
    package private(set) var host: String
    package private(set) var serial: String
    package var firmware: String?
    /// The session's state, as `polling`.
    package var state = "starting"
    /// It was ended in order, by whoever started it.
    package var hasEnded = false
    /// The last answer of any kind, seconds UTC; nil for none.
    package var answered: Int64?
    /// When a full set was complete last, seconds UTC.
    package var fullSet: Int64?
    package var rounds = 0
    package var requests = 0
    package var failures = 0
    /// Days until the token ends; nil where there is none or it does not say.
    package var tokenDays: Int?
    /// The gateway's clock less ours, seconds.
    package var skewSeconds: Int64?
    /// Rounds whose rows wait for the store.
    package var roundsWaiting = 0
    /// Since when rounds of the journal are needed to go on after a restart, seconds UTC; nil where none are.
    package var neededFrom: Int64?
    /// What rounds up to here found was told, seconds UTC.
    package var toldUntil: Int64?
    /// When messages were asked for last, seconds UTC.
    package var notified: Int64?
    /// Until when all was kept, in the journal and in the store, seconds UTC.
    package var keptUntil: Int64?
    /// The day, since 1970, on which old replies were let go.
    package var expiredDay: Int64?
    /// Captures of events that were kept on a day, since 1970, and paths whose bad body was.
    package var captureDay: Int64?
    package var captures = 0
    package var badPaths: Set<String> = []
    /// When the last requests were sent, and the last login, seconds UTC.
    package var requested: [Int64] = []
    package var loggedIn: Int64?
    /// Changes with the file of the token; it tells nothing of the token.
    package var tokenStamp: String?
    /// Why nothing can be kept; nil where all is.
    package var notKept: String?
    /// Each path that was asked.
    package var paths: [String: Path] = [:]

    /// How a path stands.
    package struct Path: Equatable, Sendable, Codable {
        /// When it was asked last, seconds UTC.
        package var asked: Int64?
        /// The last good answer, seconds UTC; nil for none.
        package var good: Int64?
        /// The last status; nil where nothing was answered.
        package var status: Int?
        /// How long the last answer took, milliseconds.
        package var milliseconds: Int64?
        package var bytes: Int?
        /// Failures since the last good answer.
        package var failures = 0
        /// Why there was no answer; nil where there was.
        package var reason: String?
        /// Until when it is left alone, seconds UTC; nil where it is not.
        package var pausedUntil: Int64?

        package init() {}

        mutating func take(_ reply: GatewayReply) {
            (status, milliseconds, bytes) = (
                reply.status, Int64(nearest: reply.seconds * 1000), reply.body.count
            )
            reason = nil
        }

        mutating func fail(_ reason: String) { (status, self.reason) = (nil, reason) }
    }

    /// Begins with a gateway of which nothing is known.
    init(_ entry: GatewayEntry, at now: Int64) {
        (at, began, site, host, serial) = (now, now, entry.site, entry.host, entry.serial)
    }

    /// Goes on behind another watch over the same gateway.
    mutating func goOn(behind last: WatchHeartbeat) {
        let new = self
        self = last
        (at, began, site, host, serial) = (new.at, new.began, new.site, new.host, new.serial)
        (state, tokenStamp) = (new.state, new.tokenStamp)
        (hasEnded, rounds, roundsWaiting, notKept) = (false, 0, 0, nil)
    }

    /// So many requests are remembered: as many as are sent in a minute.
    private static let mostRequests = 12

    /// Takes note of a request.
    mutating func note(_ path: String, at now: Int64) {
        paths[path, default: .init()].asked = now
        requested = (requested + [now]).suffix(WatchHeartbeat.mostRequests)
        if path == GatewayPath.login.path { loggedIn = now }
    }

    /// What a session that begins a little later goes on with.
    ///
    /// - Parameter tokenStamp: of the token that it has.
    func pace(tokenStamp: String) -> SessionPace {
        SessionPace(
            asked: paths.compactMapValues(\.asked),
            paused: paths.compactMapValues(\.pausedUntil),
            requested: requested,
            loggedIn: loggedIn,
            fullSet: fullSet,
            isTokenDead: state == GatewayState.tokenDead.name && tokenStamp == self.tokenStamp
        )
    }

    /// Takes what the session says of itself.
    mutating func take(_ status: GatewayStatus) {
        state = status.state.name
        tokenDays = status.tokenDaysLeft
        skewSeconds = status.skewSeconds
        (requests, failures) = (status.counts.requests, status.counts.failures)
        for path in status.paths where paths[path.path] != nil {
            paths[path.path]?.failures = path.failures
            paths[path.path]?.pausedUntil = path.restSeconds > 0 ? at + path.restSeconds : nil
        }
    }

    /// Until when what the watch saw is kept, seconds UTC: one that sees and keeps nothing is none.
    package var lastKept: Int64 { min(at, keptUntil ?? began) }

    /// Reads the last sign; nil where there is none or where it cannot be read.
    package static func read(_ storePath: String, serial: String) -> WatchHeartbeat? {
        guard let folder = try? LiveFolder(storePath: storePath, serial: serial),
            let bytes = try? Lake.file(folder.path(of: .heartbeat))
        else { return nil }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try? decoder.decode(WatchHeartbeat.self, from: Data(bytes))
    }

    /// The sign as it is written.
    var bytes: [UInt8] {
        get throws {
            let encoder = JSONEncoder()
            encoder.keyEncodingStrategy = .convertToSnakeCase
            encoder.outputFormatting = [.sortedKeys]
            return [UInt8](try encoder.encode(self))
        }
    }
}
