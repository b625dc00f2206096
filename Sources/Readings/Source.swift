// Where interval rows come from.

/// The origin of a series; rows of different origins are kept side by side and never added up.
package enum Source: Int16, CaseIterable, Sendable {
    /// CSV exports and reports of Enlighten.
    case enlightenCSV = 1

    /// The word for people and JSON.
    package var name: String {
        switch self {
        case .enlightenCSV: "enlighten_csv"
        }
    }
}
