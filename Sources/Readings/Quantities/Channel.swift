// The six energies that a site reports per interval, and their balance.

/// An energy channel of a site. `produced + imported + discharged = consumed + exported + charged`.
package enum Channel: Int, CaseIterable, Sendable, Codable {
    /// Energy of the array (P).
    case produced
    /// Energy of the loads (C); derived by the vendor from the other five, so it may be negative.
    case consumed
    /// Energy taken from the grid (I).
    case imported
    /// Energy given to the grid (E).
    case exported
    /// Energy into the batteries (S).
    case charged
    /// Energy out of the batteries (D).
    case discharged

    /// The number of channels.
    package static let count = 6

    /// The channel's word in JSON, SQL and reports: `produced`, `consumed`, …
    package var name: String {
        switch self {
        case .produced: "produced"
        case .consumed: "consumed"
        case .imported: "imported"
        case .exported: "exported"
        case .charged: "charged"
        case .discharged: "discharged"
        }
    }

    /// The sign with which the channel enters the balance P + I + D - C - E - S.
    package var balanceSign: Int64 {
        switch self {
        case .produced, .imported, .discharged: 1
        case .consumed, .exported, .charged: -1
        }
    }
}
