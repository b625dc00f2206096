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
    let store: WatchStore
    var entry: GatewayEntry
    var session: GatewaySession
    var desk: LiveDesk
    var journal: LiveJournal
    var heartbeat: WatchHeartbeat
    /// The round that is running.
    var running = RunningRound()
    /// What waits for the store.
    var waiting = WaitingRounds()
    /// The last good answer of each path, for captures.
    var latest: [String: JournalReply] = [:]
    /// Since when the full set was asked whose capture is still to be kept, seconds UTC; nil for none.
    var uncapturedSince: Int64?
    /// By how much the gateway's times are shifted, seconds.
    var appliedSkew: Int64 = 0
    /// This machine says itself that its clock is not right.
    var isOwnClockInDoubt = false
    /// Since when the store is not to be had, by the monotonic clock; nil where it was when it was wanted last.
    var storeAwaySince: Double?
    var isStoreAway: Bool { storeAwaySince != nil }
    /// Tells whether it was answered so lately, and what was said is kept.
    func isWell(within seconds: Int64, at moment: Moment) -> Bool {
        guard let answered = heartbeat.answered else { return false }
        return heartbeat.notKept == nil && !isStoreAway
            && Int64(nearest: moment.utcSeconds) - answered <= seconds
    }

    /// Tells whether messages were asked for so long ago, or never, and notes that they are now.
    func takesTurn(everySeconds seconds: Int64, at moment: Moment) -> Bool {
        let now = Int64(nearest: moment.utcSeconds)
        if let last = heartbeat.notified, (0..<(seconds - 30)).contains(now - last) { return false }
        heartbeat.notified = now
        return true
    }
    /// It is another process that has it.
    var isStoreLocked = false
    /// Signs of life that could not be written, up to the last one.
    var unwrittenBeats = 0
    /// What is known of the gateway could not be written last time.
    private var isMemoryUnkept = false
    /// The watch before this one was not ended in order.
    private(set) var wasCutOff = false
    /// When it was last told that the store is not to be had, by the monotonic clock.
    var awayToldAt = -Double.infinity
    /// What could not be read was told.
    var lastRefusal: String?
    /// The owner took the gateway out of his list.
    private(set) var isRemoved = false

    private var line: GatewayLine
    private var token: GatewayToken?
    private var tokenSource: TokenSource
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
        /// The bodies together.
        var byteCount = 0

        /// The bodies of a full set have less than a tenth of it.
        static let mostBytes = 4 << 20
    }

    /// Begins a watch: takes the journal, and goes on where the last watch was.
    ///
    /// - Throws: `LakeError.watched` where another process watches this gateway, others where the journal cannot be written;
    ///   `GatewayError`, `StationError`.
    package init(_ entry: GatewayEntry, store: WatchStore, world: WatchWorld) throws {
        guard let address = GatewayAddress(entry.host) else { throw GatewayError.address(entry.host) }
        (self.entry, self.store, self.world) = (entry, store, world)
        let reader = try store.reader()
        site = try reader.site(named: entry.site)
        zone = try ZoneFiles.load(site.timeZone)
        line = GatewayLine(address, send: world.send, close: world.close)
        tokenSource = TokenSource(entry, variables: world.variables, home: store.environment.home)
        let moment = world.now()
        journal = try LiveJournal(storePath: store.path, serial: entry.serial, environment: store.environment)
        token = try tokenSource.token()
        tokenStamp = tokenSource.stamp
        session = GatewaySession(
            memory: GatewayWatch.memory(store.path, entry),
            token: token,
            zone: zone,
            at: moment,
            seed: world.seed
        )
        let now = Int64(nearest: moment.utcSeconds)
        let rules = try GatewayWatch.rules(site, zone: zone, entry: entry, in: reader, now: now)
        desk = LiveDesk(site, zone: zone, rules: rules)
        heartbeat = WatchHeartbeat(entry, at: now)
        if let last = WatchHeartbeat.read(store.path, serial: entry.serial) {
            wasCutOff = !last.hasEnded
            heartbeat.goOn(behind: last)
            session.resume(last.pace(tokenStamp: tokenStamp), at: moment)
        }
        heartbeat.tokenStamp = tokenStamp
        configurationStamp = configurationFileStamp
        world.tell(.began(entry))
        try goOn(at: moment)
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
    var hasFailed: Bool {
        // What waits for another process to be done with the store is in the journal.
        !hasAnswered || heartbeat.notKept != nil || isStoreAway && !isStoreLocked
    }

    /// Ends in order: what waits is tried once more.
    func end() {
        putWaiting()
        heartbeat.hasEnded = true
        beat(at: world.now())
    }

    private func carryOut(_ action: GatewayAction, at moment: Moment) {
        switch action {
        case .send(let request): ask(request)
        case .wake(let seconds): wakesAt = moment.monotonicSeconds + max(0, seconds)
        case .keep(let path, let reply): keep(path, reply, at: moment)
        case .sample(let path):
            heartbeat.paths[path, default: .init()].good = Int64(nearest: moment.utcSeconds)
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
        let now = world.now()
        heartbeat.note(request.path, at: Int64(nearest: now.utcSeconds))
        // A key that the owner has not accepted gets no secret.
        if request.access != .none, !request.isPlain, entry.key == nil {
            next = .failed(.wrongKey(found: request.pin))
            return
        }
        session.isOwnClockSynchronised = world.isClockSynchronised()
        switch line.ask(request, token: token) {
        case .success(let reply):
            hasAnswered = true
            let answered = Int64(nearest: world.now().utcSeconds)
            heartbeat.answered = answered
            heartbeat.paths[request.path, default: .init()].take(reply)
            if request.path == GatewayPath.login.path, reply.status == 200 {
                heartbeat.paths[request.path]?.good = answered
            }
            next = .replied(reply)
        case .failure(let failure):
            // Nobody waits for the answer any more: the gateway is not to blame.
            if world.isStopped() { return }
            heartbeat.paths[request.path, default: .init()].fail(failure.words)
            running.failures.append((request.path, failure.words))
            next = .failed(failure)
        }
    }

    private func keep(_ path: String, _ reply: GatewayReply, at moment: Moment) {
        var kept = JournalReply(path: path, reply, utcSeconds: moment.utcSeconds)
        running.byteCount += kept.body.count
        if running.byteCount > RunningRound.mostBytes {
            // No gateway says so much; what it is, its first bytes tell.
            kept = kept.shortened(to: 1_024)
            running.failures.append((path, "the round is too large"))
        }
        running.replies.append(kept)
        running.lines.append(JournalEntry.reply(kept).bytes)
    }

    private func remember(_ memory: GatewayMemory) {
        heartbeat.firmware = memory.firmware
        // Where it cannot be kept it is asked for anew at the next start.
        do {
            try journal.replace(.memory, with: GatewayWatch.bytes(memory))
            isMemoryUnkept = false
        } catch {
            if !isMemoryUnkept, heartbeat.notKept == nil {
                tell(remark: "what is known of the gateway cannot be kept: \(store.hooks.words(error))")
            }
            isMemoryUnkept = true
        }
    }

    // MARK: What the owner changes meanwhile

    /// Looks whether the owner gave another token, trusts another key, or changed the list.
    private func change() -> GatewayEvent? {
        let stamp = configurationFileStamp
        if stamp != configurationStamp {
            configurationStamp = stamp
            if let event = take(configuration: try? Configuration.load(try store.reader())) { return event }
        }
        guard tokenSource.stamp != tokenStamp else { return nil }
        tokenStamp = tokenSource.stamp
        heartbeat.tokenStamp = tokenStamp
        do {
            token = try tokenSource.token()
            return .tokenChanged(token)
        } catch {
            tell(remark: store.hooks.words(error))
            return nil
        }
    }

    /// Takes what the owner wrote into the list; nil where the session need not know it.
    private func take(configuration: Configuration?) -> GatewayEvent? {
        guard let configuration else { return nil }
        guard let fresh = configuration.gateways.first(where: { $0.serial == entry.serial }) else {
            isRemoved = true
            return nil
        }
        let before = entry
        entry = fresh
        // What was accepted once stays so while the watch runs, though it was lost from the list.
        entry.key = fresh.key ?? before.key
        tokenSource = TokenSource(fresh, variables: world.variables, home: store.environment.home)
        if fresh.host != before.host, let address = GatewayAddress(fresh.host) {
            world.close()
            line = GatewayLine(address, send: world.send, close: world.close)
        }
        if fresh.mute != before.mute { tell(remark: "what is muted counts from the next start of the watch") }
        // Where nothing is asked any more, the owner's word about the key that is known counts as well.
        let isRefused = if case .refused = session.state { true } else { false }
        return fresh.key != before.key || isRefused ? fresh.key.map { .trusted(pin: $0) } : nil
    }

    func tell(remark: String) { world.tell(.remark(serial: entry.serial, remark)) }

    /// A text that changes when config.json does.
    private var configurationFileStamp: String {
        TokenSource.stamp(ofFile: "\(store.path)/\(Lake.configurationFile)")
    }
}
