// What the grid relay and the owner's settings did. Which states of devices say so is the business of whoever reads them.

/// A change of the grid relay or of the owner's settings; what did not change is nil.
package struct HomeChange: Sendable, Equatable {
    /// When, seconds UTC.
    package let atUTCSeconds: Int64
    /// The relay is open (the site is off the grid) or closed.
    package var isRelayOpen: Bool?
    /// The relay was told to be open or closed.
    package var isRelayCommandedOpen: Bool?
    /// The reserve in percent.
    package var reserve: Double?
    /// Storm guard is on or off.
    package var isStormGuard: Bool?

    /// Makes a change of nothing.
    package init(atUTCSeconds: Int64) { self.atUTCSeconds = atUTCSeconds }
}
