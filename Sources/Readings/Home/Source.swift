// Where rows come from.

/// The origin of a series; rows of different origins are kept side by side and never added up.
package enum Source: Int16, CaseIterable, Sendable, Codable {
    /// CSV exports and reports of Enlighten.
    case enlightenCSV = 1
    /// JSON of the Enlighten web application, saved by the owner.
    case enlightenWeb = 2
    /// Bodies of the official API, version 4 or the older ones.
    case cloudAPI = 3
    /// Captures of the gateway's local interface.
    case gateway = 4
    /// The utility's interval data and bills.
    case utility = 5
    /// What the owner typed in.
    case owner = 6

    /// The word for people and JSON.
    package var name: String {
        switch self {
        case .enlightenCSV: "enlighten_csv"
        case .enlightenWeb: "enlighten_web"
        case .cloudAPI: "cloud_api"
        case .gateway: "gateway"
        case .utility: "utility"
        case .owner: "owner"
        }
    }
}
