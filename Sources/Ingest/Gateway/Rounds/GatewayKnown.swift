// What earlier rounds of asking a gateway left behind: the last good bodies without which others cannot be understood. What
// is done with them in a round stands in GatewayRound.

/// Bodies of earlier rounds.
struct GatewayKnown {
    /// What the gateway said about itself.
    private(set) var info: GatewayInfo?
    /// Bodies by the usual name of their endpoint.
    private(set) var bodies: [String: JSONNode] = [:]
    /// The gateway's clock less the time of fetching, seconds; nil until `info` came.
    private(set) var skewSeconds: Int64?

    /// Endpoints without which rows of others would be wrong: what meters are, which devices were taken off the list, and
    /// which were never heard of.
    private static let needed = ["ivp/meters", "inventory.json", "api/v1/production/inverters"]

    /// Takes what is new in a round.
    mutating func take(_ round: GatewayBodies, fetchedUTCSeconds: Int64) {
        if let own = round.info {
            // Another gateway at the same address: nothing of the one before holds.
            if let before = info, before.serial != own.serial { self = GatewayKnown() }
            info = own
            if let time = own.utcSeconds {
                let (skew, overflow) = time.subtractingReportingOverflow(fetchedUTCSeconds)
                skewSeconds = overflow ? nil : skew
            }
        }
        for family in GatewayKnown.needed {
            let names = GatewayBodyShape.endpoints(like: family)
            guard let body = names.reversed().lazy.compactMap({ round[$0] }).first else { continue }
            // Some firmware answers with an empty list now and then.
            if body.count == 0, bodies[family] != nil { continue }
            bodies[family] = body
        }
    }
}
