// The watch over one gateway or several: each is asked in turn, on one thread, until somebody asks to stop or the rounds are
// over.

import Lake
import Readings

/// A watch that runs.
package final class WatchLoop {
    private let watches: [GatewayWatch]
    private let station: Station<LakeWriter>
    private let world: WatchWorld

    /// The longest sleep in one piece, seconds: whoever asks to stop is heard.
    private static let longestSleep = 60.0

    /// Begins to watch.
    ///
    /// - Throws: as `GatewayWatch`; then none is watched.
    package init(_ entries: [GatewayEntry], station: Station<LakeWriter>, world: WatchWorld) throws {
        self.station = station
        self.world = world
        watches = try entries.map { try GatewayWatch($0, station: station, world: world) }
    }

    /// Goes on until it is stopped, or each gateway had so many rounds.
    ///
    /// - Parameter rounds: nil for no end.
    package func run(rounds: Int?) throws {
        while !world.isStopped() {
            let open = watches.filter { watch in rounds.map { watch.roundCount < $0 } ?? true }
            guard let next = open.min(by: { $0.dueAt < $1.dueAt }) else { break }
            let left = next.dueAt - world.now().monotonicSeconds
            if left > 0 {
                world.wait(min(left, WatchLoop.longestSleep))
            } else {
                next.step()
            }
        }
        for watch in watches { watch.end() }
    }

    /// Tells whether a gateway gave no answer at all, or rows were not kept.
    package var hasFailed: Bool { watches.contains(where: \.hasFailed) }

    /// Tells whether something found needs attention, as a check would say.
    package func needsAttention() throws -> Bool {
        let now = Int64(world.now().utcSeconds)
        for site in Set(watches.map(\.site.name)) {
            let list = try FindingList(station.lake, site: site, now: now)
            if list.sites.contains(where: { $0.findings.contains(where: SiteView.needsAttention) }) {
                return true
            }
        }
        return false
    }
}
