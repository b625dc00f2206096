// What the bodies of the storage system say of the grid relay: what it was told, what it is, and whether the grid is there. The
// controller's own grid mode tells nothing, and neither do the meters: both go on as if the grid were there.

import Readings

/// The grid relay as it was last seen.
struct LiveRelay {
    /// Whether the utility's grid is there.
    enum Grid: String {
        case absent, present, generator, unknown
    }

    /// The relay in one round.
    struct Sight {
        let commanded: String
        let actual: String
        /// The device's time of it, seconds UTC.
        let at: Int64

        /// Told to be closed and open all the same.
        var isOpenByItself: Bool { commanded == "closed" && isOpen }
        var isOpen: Bool { actual == "open" }
    }

    /// The controller's serial number, once the inventory named it.
    private(set) var controller: String?
    private(set) var inventory: Sight?
    private(set) var cheap: Sight?
    private var grid = Grid.unknown
    private var gridSeenAt = -Double.infinity

    /// A word of the inventory stands for so long, seconds: it comes every five minutes.
    private static let wordSeconds = 660.0

    /// The relay as this round shows it; the form that is asked each minute goes first.
    var sight: Sight? { cheap ?? inventory }

    /// A new round has shown nothing yet.
    mutating func begin() { (inventory, cheap) = (nil, nil) }

    /// Takes the controller's entry in the inventory.
    mutating func takeInventory(_ state: DeviceState, _ time: LiveTime) {
        guard let sight = LiveRelay.sight(state, time) else { return }
        if !state.device.serial.isEmpty { controller = state.device.serial }
        inventory = sight
        grid = LiveRelay.grid(state.properties)
        gridSeenAt = time.monotonic
    }

    /// Takes the cheap form, which names no controller and no state.
    mutating func takeCheap(_ state: DeviceState, _ time: LiveTime) { cheap = LiveRelay.sight(state, time) }

    /// What is known of the grid now.
    func grid(_ time: LiveTime) -> Grid {
        time.monotonic - gridSeenAt <= LiveRelay.wordSeconds && gridSeenAt >= time.brokenAt ? grid : .unknown
    }

    private static func sight(_ state: DeviceState, _ time: LiveTime) -> Sight? {
        guard let actual = word(state.properties[.relayActual]) else { return nil }
        return Sight(
            commanded: word(state.properties[.relayCommanded]) ?? "",
            actual: actual,
            at: time.plausible(state.atUTCSeconds)
        )
    }

    private static func word(_ text: String?) -> String? {
        switch text?.lowercased() {
        case "open", "opened": "open"
        case "close", "closed": "closed"
        default: nil
        }
    }

    /// Reads the controller's own state.
    static func grid(_ properties: [StateProperty: String]) -> Grid {
        let state = (properties[.state] ?? "").uppercased()
        if state.contains("NO_GRID") { return .absent }
        if state.contains("GEN_CLOSE") { return .generator }
        let present = ["OPER_OPEN", "SYNC_READY", "GRIDMODE_WAIT", "GRIDMODE_CONFIRM"]
        return present.contains { state.contains($0) } ? .present : .unknown
    }
}
