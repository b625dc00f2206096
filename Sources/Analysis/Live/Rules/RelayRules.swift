// The grid relay is open although it was told to be closed, and stays so although the grid is back.

import Readings

/// `relay_opened_itself` and `return_failed`.
struct RelayRules {
    private var opened = 0
    private var firstOpen: Int64 = 0
    private var openFor = Hold()
    private var closed = 0
    private var firstClosed: Int64 = 0
    private var back = Hold()
    /// What findings of this opening call the relay.
    private var name: String?
    /// Whether the home is off the grid, as far as was last seen.
    private(set) var isOpen = false

    /// So many rounds must show it.
    private static let rounds = 2
    /// Open for so long without a word of the grid is as grave as open on a grid that is there, seconds.
    private static let unexplained = 600.0
    /// A relay waits five minutes behind the grid's return, seconds.
    private static let returning = 300.0

    mutating func claims(_ picture: LivePicture, gridUpSince: Int64?) -> [LiveClaim] {
        guard let sight = picture.relay.sight else { return [] }
        let time = picture.time
        isOpen = sight.isOpen
        let device = name ?? picture.relay.controller ?? picture.site.name("site")
        guard sight.isOpenByItself else { return shut(sight, of: device, time) }
        closed = 0
        if opened == 0 { firstOpen = sight.at }
        opened = min(opened + 1, RelayRules.rounds)
        let seconds = openFor.take(true, time)
        guard opened >= RelayRules.rounds else { return [] }
        name = device
        let grid = gridUpSince == nil ? picture.relay.grid(time) : .present
        var claims = [claim(sight, of: device, grid, seconds: seconds)]
        let upFor = gridUpSince.map { Double(max(0, time.at - time.plausible($0))) }
        let since = back.since ?? gridUpSince.map { max(time.plausible($0), firstOpen) }
        let backFor = max(back.take(grid == .present, time), min(upFor ?? 0, seconds))
        if backFor >= RelayRules.returning {
            claims.append(
                .holds(
                    .returnFailed,
                    device,
                    since: back.since ?? since ?? firstOpen,
                    rule: .liveReturnFailed
                ) {
                    $0.severity = .critical
                    $0.isSaid = gridUpSince != nil
                    $0.evidence = RelayRules.evidence(sight, grid)
                    $0.evidence.silentSeconds = Whole.of(backFor)
                }
            )
        }
        return claims
    }

    private mutating func shut(_ sight: LiveRelay.Sight, of device: String, _ time: LiveTime) -> [LiveClaim] {
        opened = 0
        openFor.take(false, time)
        back.take(false, time)
        if closed == 0 { firstClosed = sight.at }
        closed = min(closed + 1, RelayRules.rounds)
        guard closed >= RelayRules.rounds else { return [] }
        name = nil
        return [
            .over(.relayOpenedItself, device, at: firstClosed), .over(.returnFailed, device, at: firstClosed),
        ]
    }

    private func claim(
        _ sight: LiveRelay.Sight,
        of device: String,
        _ grid: LiveRelay.Grid,
        seconds: Double
    ) -> LiveClaim {
        let isGrave =
            switch grid {
            case .present: true
            case .absent: false
            case .generator, .unknown: seconds >= RelayRules.unexplained
            }
        return .holds(.relayOpenedItself, device, since: firstOpen, rule: .liveRelayOpened) {
            $0.grade = isGrave ? 2 : 1
            $0.severity = isGrave ? .critical : .warning
            $0.sureness = .sure
            $0.isSaid = true
            $0.news = grid == .unknown ? "" : grid.rawValue
            $0.evidence = RelayRules.evidence(sight, grid)
        }
    }

    private static func evidence(_ sight: LiveRelay.Sight, _ grid: LiveRelay.Grid) -> Evidence {
        Evidence {
            $0.deviceKind = DeviceKind.systemController.rawValue
            $0.relayCommanded = sight.commanded
            $0.relayActual = sight.actual
            $0.grid = grid.rawValue
        }
    }
}
