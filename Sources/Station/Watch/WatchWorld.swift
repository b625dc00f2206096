// The world of a watch: clocks, waiting, the line, and whoever listens. All of it is given, so that a week passes in seconds
// where the clock is a simulated one.

import Analysis
import Collect
import Readings
import Transfer

/// What a watch needs of the world.
package struct WatchWorld {
    /// The time by both clocks.
    package var now: () -> Moment
    /// Waits; may return early, and does where somebody asked to stop.
    package var wait: (_ seconds: Double) -> Void
    /// Sends a request.
    package var send: GatewayLine.Send
    /// Lets go of connections that are kept.
    package var close: () -> Void
    /// Tells whether this machine's clock is synchronised; nil where it does not say.
    package var isClockSynchronised: () -> Bool?
    /// Tells whether somebody asked to stop.
    package var isStopped: () -> Bool
    /// Is called again and again while the watch lives: whoever started it sees that it does not hang.
    package var isAlive: () -> Void
    /// The clock is a made-up one: nothing old is let go by it.
    package var isPretended: Bool
    /// Sees to it that messages that are due are sent, without waiting for them; called when something was found, and every
    /// quarter of an hour, then with whether the watch is well: gateways answer, and what they say is kept.
    package var notify: (_ isWell: Bool) -> Void
    /// Is told what goes on, in one line each.
    package var tell: (WatchNews) -> Void
    /// The variables of the process, of which the token may be one.
    package var variables: [String: String]
    /// A number that spreads rounds of several watches.
    package var seed: UInt64

    /// Describes a world.
    package init(
        now: @escaping () -> Moment,
        wait: @escaping (Double) -> Void,
        send: @escaping GatewayLine.Send,
        close: @escaping () -> Void = {},
        isClockSynchronised: @escaping () -> Bool? = { nil },
        isStopped: @escaping () -> Bool = { false },
        isAlive: @escaping () -> Void = {},
        isPretended: Bool = false,
        notify: @escaping (Bool) -> Void = { _ in },
        tell: @escaping (WatchNews) -> Void = { _ in },
        variables: [String: String] = [:],
        seed: UInt64 = 0
    ) {
        (self.now, self.wait, self.send, self.close) = (now, wait, send, close)
        (self.isClockSynchronised, self.isStopped) = (isClockSynchronised, isStopped)
        (self.isAlive, self.isPretended, self.notify) = (isAlive, isPretended, notify)
        (self.tell, self.variables, self.seed) = (tell, variables, seed)
    }
}

/// What a watch tells whoever started it.
package enum WatchNews {
    /// A gateway is watched, from here on.
    case began(GatewayEntry)
    /// A finding began, grew worse or ended, in the owner's words.
    case finding(site: Site, TimeZoneRules, LiveChange)
    /// A round ended.
    case round(serial: String)
    /// Something that the owner should know and that is no finding.
    case remark(serial: String, String)
}
