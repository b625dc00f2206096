// The watch over one gateway: it carries out what the session wants. One request is in flight at a time, over one line, on one
// thread; a watch over several gateways takes turns (WatchLoop). What a round gave is kept by GatewayWatch+Rounds.
//
// What survives a crash: what a round answered lies in the journal before anything else is done with it. Rows and findings
// follow in one transaction with the time up to which the journal has become rows; a start goes on from there.

import Analysis
import Collect
import Foundation
import Lake
import Readings

/// The watch over one gateway. A class: it is the one owner of its journal and of the line.
package final class GatewayWatch {
    let site: Site
    let zone: TimeZoneRules
    let world: WatchWorld
    let station: Station<LakeWriter>
    var entry: GatewayEntry
    var session: GatewaySession
    var desk: LiveDesk
    var journal: LiveJournal
    var heartbeat: WatchHeartbeat
    var memory: GatewayMemory
    /// The round that is running.
    var running = RunningRound()
    /// What waits for the store.
    var waiting = WaitingRounds()
    /// The last good answer of each path, for captures.
    var latest: [String: JournalReply] = [:]
    /// Captures that were kept today; a bad body is an event, of which a day has few.
    var captures = CaptureCount()
    /// By how much the gateway's times are shifted, seconds.
    var appliedSkew: Int64 = 0
    /// The store was not to be had when it was wanted last.
    var isStoreAway = false
    /// The day, since 1970, on which old replies were let go.
    var expiredDay: Int64?

    private let line: GatewayLine
    private var token: GatewayToken?
    private let tokenSource: TokenSource
    private var tokenStamp = ""
    private var configurationStamp = ""
    private var next: GatewayEvent? = .started
    /// When it wants to be woken, seconds of the monotonic clock.
    private var wakesAt = -Double.infinity
    /// Something was answered since this watch began.
    private var hasAnswered = false
    /// Rounds that have ended.
    private(set) var roundCount = 0

    /// What a running round has so far.
    struct RunningRound {
        var lines: [[UInt8]] = []
        var replies: [JournalReply] = []
        var signals: [CollectorSignal] = []
        var failures: [(path: String, reason: String)] = []
    }

    /// Begins a watch: takes the journal, and goes on where the last watch was.
    ///
    /// - Throws: `LakeError` where the store cannot be written or another process watches this gateway, `GatewayError`,
    ///   `StationError`.
    package init(_ entry: GatewayEntry, station: Station<LakeWriter>, world: WatchWorld) throws {
        guard let address = GatewayAddress(entry.host) else { throw GatewayError.address(entry.host) }
        (self.entry, self.station, self.world) = (entry, station, world)
        site = try station.lake.site(named: entry.site)
        zone = try ZoneFiles.load(site.timeZone)
        line = GatewayLine(address, send: world.send, close: world.close)
        tokenSource = TokenSource(entry, variables: world.variables, home: station.lake.environment.home)
        let moment = world.now()
        journal = try LiveJournal(
            storePath: station.lake.path,
            serial: entry.serial,
            environment: station.lake.environment
        )
        memory = GatewayWatch.memory(station.lake.path, entry)
        token = try GatewayWatch.token(tokenSource, entry)
        tokenStamp = tokenSource.stamp
        session = GatewaySession(memory: memory, token: token, zone: zone, at: moment, seed: world.seed)
        let now = Int64(moment.utcSeconds)
        desk = LiveDesk(
            site,
            zone: zone,
            rules: try GatewayWatch.rules(site, zone: zone, entry: entry, in: station.lake, now: now),
            isReplay: true
        )
        heartbeat = WatchHeartbeat(entry, at: now)
        if let last = WatchHeartbeat.read(station.lake.path, serial: entry.serial) {
            heartbeat.goOn(behind: last)
            session.resume(asked: last.paths.compactMapValues(\.asked), fullSet: last.fullSet, at: moment)
        }
        configurationStamp = configurationFileStamp
        try goOn(at: moment)
        world.tell(.began(entry))
    }

    /// Handles the next event: the answer to what was asked, or the time that has come.
    package func step() {
        // What the owner changes is looked at where no answer is waited for.
        let event = next ?? change() ?? .tick
        next = nil
        let moment = world.now()
        for action in session.handle(event, at: moment) { carryOut(action, at: moment) }
    }

    /// When it wants to go on, seconds of the monotonic clock.
    var dueAt: Double { next == nil ? wakesAt : -.infinity }

    /// Tells whether nothing was ever answered, or something is not kept.
    var hasFailed: Bool { !hasAnswered || heartbeat.notKept != nil || !waiting.rounds.isEmpty }

    /// Ends in order: what waits is tried once more.
    func end() {
        store()
        heartbeat.hasEnded = true
        beat(at: world.now())
    }

    private func carryOut(_ action: GatewayAction, at moment: Moment) {
        switch action {
        case .send(let request): ask(request)
        case .wake(let seconds): wakesAt = moment.monotonicSeconds + max(0, seconds)
        case .keep(let path, let reply): keep(path, reply, at: moment)
        case .sample(let path):
            heartbeat.paths[path, default: .init()].good = Int64(moment.utcSeconds)
            if let last = running.replies.last, last.path == path { latest[path] = last }
        // Whether it is news that a watch began, the journal tells.
        case .signal(.started): break
        case .signal(let signal): running.signals.append(signal)
        case .remember(let memory): remember(memory)
        case .roundEnded:
            roundCount += 1
            endRound(at: moment)
        }
    }

    private func ask(_ request: GatewayRequest) {
        heartbeat.paths[request.path, default: .init()].asked = Int64(world.now().utcSeconds)
        session.isOwnClockSynchronised = world.isClockSynchronised()
        switch line.ask(request, token: token) {
        case .success(let reply):
            hasAnswered = true
            heartbeat.answered = Int64(world.now().utcSeconds)
            heartbeat.paths[request.path, default: .init()].take(reply)
            next = .replied(reply)
        case .failure(let failure):
            heartbeat.paths[request.path, default: .init()].fail(failure.words)
            running.failures.append((request.path, failure.words))
            next = .failed(failure)
        }
    }

    private func keep(_ path: String, _ reply: GatewayReply, at moment: Moment) {
        let kept = JournalReply(path: path, reply, utcSeconds: moment.utcSeconds)
        running.replies.append(kept)
        running.lines.append(JournalEntry.reply(kept).bytes)
    }

    private func remember(_ memory: GatewayMemory) {
        self.memory = memory
        heartbeat.firmware = memory.firmware
        do { try GatewayWatch.write(memory, station.lake.path, serial: entry.serial) } catch {
            // It is asked for anew at the next start.
            tell(remark: "what is known of the gateway cannot be kept: \(station.hooks.words(error))")
        }
    }

    // MARK: What the owner changes meanwhile

    /// Looks whether the owner gave another token or trusts another key.
    private func change() -> GatewayEvent? {
        if tokenSource.stamp != tokenStamp {
            tokenStamp = tokenSource.stamp
            do {
                token = try GatewayWatch.token(tokenSource, entry)
                return .tokenChanged(token)
            } catch {
                tell(remark: station.hooks.words(error))
            }
        }
        let stamp = configurationFileStamp
        guard stamp != configurationStamp else { return nil }
        configurationStamp = stamp
        let entries = try? Configuration.load(station.lake).gateways
        guard let fresh = entries?.first(where: { $0.serial == entry.serial }) else { return nil }
        let hasNewKey = fresh.key != entry.key
        (entry.rawDays, entry.minuteDays, entry.key) = (fresh.rawDays, fresh.minuteDays, fresh.key)
        return hasNewKey ? fresh.key.map { .trusted(pin: $0) } : nil
    }

    func tell(remark: String) { world.tell(.remark(serial: entry.serial, remark)) }

    /// A text that changes when config.json does.
    private var configurationFileStamp: String {
        TokenSource.stamp(ofFile: "\(station.lake.path)/\(Lake.configurationFile)")
    }
}
