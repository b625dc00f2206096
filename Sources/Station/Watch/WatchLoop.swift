// The watch over one gateway or several: each is asked in turn, on one thread, until somebody asks to stop or the rounds are
// over.

import Lake
import Readings

/// A watch that runs.
package final class WatchLoop {
    private let watches: [GatewayWatch]
    private let store: WatchStore
    private let world: WatchWorld
    /// Gateways that cannot be watched, each with the reason.
    package let failed: [(entry: GatewayEntry, error: any Error)]

    /// When messages are asked for next, by the monotonic clock.
    private var notifiesAt = -Double.infinity
    /// Until when a first round is waited for, by the same clock; nil before anything was asked.
    private var firstRoundEnd: Double?

    /// Messages that time brings about, and tries that failed, are seen to so often, seconds.
    private static let notifySeconds = 900.0
    /// So long is a first round waited for, seconds.
    private static let firstRoundSeconds = 300.0
    /// The longest sleep in one piece, seconds: whoever asks to stop is heard.
    private static let longestSleep = 60.0

    /// Begins to watch. What keeps one gateway from being watched keeps no other.
    ///
    /// - Parameter leavesWatched: a gateway that another process watches is told and left to it.
    /// - Throws: as `GatewayWatch`, where no gateway can be watched.
    package init(
        _ entries: [GatewayEntry],
        store: WatchStore,
        world: WatchWorld,
        leavesWatched: Bool = false
    ) throws {
        self.store = store
        self.world = world
        var watches: [GatewayWatch] = []
        var failed: [(entry: GatewayEntry, error: any Error)] = []
        for entry in entries {
            do {
                watches.append(try GatewayWatch(entry, store: store, world: world))
            } catch LakeError.watched(
                let serial,
                let holder
            ) where leavesWatched {
                world.tell(.remark(serial: serial, "\(holder) watches it; nothing is to be done"))
            } catch {
                failed.append((entry, error))
            }
        }
        if watches.isEmpty, let first = failed.first { throw first.error }
        for (entry, error) in failed { world.tell(.remark(serial: entry.serial, store.hooks.words(error))) }
        (self.watches, self.failed) = (watches, failed)
    }

    /// Goes on until it is stopped, or each gateway had so many rounds.
    ///
    /// - Parameter rounds: nil for no end.
    package func run(rounds: Int?) {
        while !world.isStopped() {
            let open = watches.filter { watch in
                !watch.isRemoved && (rounds.map { watch.roundCount < $0 } ?? true)
            }
            guard let next = open.min(by: { $0.dueAt < $1.dueAt }) else { break }
            world.isAlive()
            notifyIfDue()
            let left = next.dueAt - world.now().monotonicSeconds
            if left > 0 {
                world.wait(min(left, WatchLoop.longestSleep))
            } else {
                next.step()
            }
        }
        notifyIfDue()
        for watch in watches { watch.end() }
        store.seal()
    }

    /// Sees to messages every quarter of an hour, whether or not the gateways answer.
    private func notifyIfDue() {
        let now = world.now()
        let end = firstRoundEnd ?? now.monotonicSeconds + WatchLoop.firstRoundSeconds
        firstRoundEnd = end
        // Whether the watch is well is known behind a round.
        guard now.monotonicSeconds >= notifiesAt,
            watches.allSatisfy({ $0.roundCount > 0 }) || now.monotonicSeconds >= end
        else { return }
        notifiesAt = now.monotonicSeconds + WatchLoop.notifySeconds
        // Those that cron starts each minute share the time by the sign of life.
        guard watches.allSatisfy({ $0.takesTurn(everySeconds: Int64(WatchLoop.notifySeconds), at: now) }),
            let settings = try? Configuration.load(store.reader()).notify,
            !settings.channels.isEmpty || settings.prometheus != nil || settings.watchURL != nil
        else { return }
        world.notify(watches.allSatisfy { $0.isWell(within: Int64(WatchLoop.notifySeconds), at: now) })
    }

    /// Tells whether a gateway gave no answer at all, or rows were not kept.
    package var hasFailed: Bool { !failed.isEmpty || watches.contains(where: \.hasFailed) }

    /// Tells whether something found needs attention, as a check would say.
    package func needsAttention() throws -> Bool {
        let now = Int64(nearest: world.now().utcSeconds)
        let reader = try store.reader()
        for site in Set(watches.map(\.site.name)) {
            let list = try FindingList(reader, site: site, now: now)
            if list.sites.contains(where: { $0.findings.contains(where: SiteView.needsAttention) }) {
                return true
            }
        }
        return false
    }
}
