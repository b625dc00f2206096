// Every path of a gateway that is ever asked, in one list: what is not here is not asked. All are read with GET. When each is
// due is the business of the plan.

/// A path of a gateway.
package struct GatewayPath: Equatable, Sendable {
    /// The path with its query, without the first slash.
    package let path: String
    /// The process of the gateway that answers it.
    let group: Group
    /// How often it is asked, minutes.
    let everyMinutes: Int
    /// The minute of that span at which its turn comes, so that not all come at once.
    let phase: Int
    /// Takes seconds on a healthy gateway: comes last.
    let isSlow: Bool
    /// What it is for, where the plan depends on that.
    let role: Role

    /// Processes of the gateway: one can hang while the others answer.
    enum Group: Int, CaseIterable, Sendable {
        case info, login, pages, api, meters, devices, ensemble, firmware
    }

    /// What a path is for.
    enum Role: Equatable, Sendable {
        case info, readings, meters
        /// Of batteries and relay; once a day where there are none.
        case battery, relay, batteryList
        /// The plant's total, which stands in for meters.
        case total
        case other
    }

    private init(
        _ path: String,
        _ group: Group,
        every minutes: Int,
        phase: Int = 0,
        isSlow: Bool = false,
        role: Role = .other
    ) {
        (self.path, self.group, everyMinutes) = (path, group, minutes)
        (self.phase, self.isSlow, self.role) = (phase, isSlow, role)
    }

    /// Minutes of a day.
    static let day = 1440
    /// Who it is; open on every firmware.
    package static let info = GatewayPath("info", .info, every: 5, phase: 1, role: .info)
    /// The login; expensive for the gateway, so never by plan.
    package static let login = GatewayPath("auth/check_jwt", .login, every: day)

    /// The paths of the plan, in the order in which a round asks them. Cadences: GW 6 of the gateway's interface; the figures
    /// behind them are times measured on gateways.
    package static let plan: [GatewayPath] = [
        GatewayPath("ivp/meters/readings", .meters, every: 1, role: .readings),
        GatewayPath("ivp/ensemble/power", .ensemble, every: 1, role: .battery),
        GatewayPath("ivp/ensemble/relay", .ensemble, every: 1, role: .relay),
        info,
        GatewayPath("ivp/meters", .meters, every: 60, phase: 6, role: .meters),
        GatewayPath("ivp/ensemble/inventory", .ensemble, every: 5, role: .batteryList),
        GatewayPath("ivp/ensemble/secctrl", .ensemble, every: 5, role: .battery),
        GatewayPath("api/v1/production/inverters", .api, every: 5, phase: 2),
        GatewayPath("api/v1/production", .api, every: day, phase: 2, role: .total),
        GatewayPath("ivp/ensemble/generator", .ensemble, every: day),
        GatewayPath("ivp/ensemble/status", .ensemble, every: day),
        GatewayPath("ivp/ensemble/dry_contacts", .ensemble, every: day),
        GatewayPath("ivp/pdm/device_data", .devices, every: 15, phase: 4, isSlow: true),
        GatewayPath("ivp/pdm/energy", .devices, every: 60, phase: 9, isSlow: true),
        GatewayPath("home", .pages, every: 15, phase: 3, isSlow: true),
        GatewayPath("inventory.json?deleted=1", .pages, every: 60, phase: 8, isSlow: true),
        GatewayPath("production.json?details=1", .pages, every: day, isSlow: true),
        GatewayPath("production.json", .pages, every: day, isSlow: true),
        GatewayPath("production", .pages, every: day, isSlow: true),
        GatewayPath("inventory.json", .pages, every: day, isSlow: true),
        GatewayPath("admin/lib/tariff", .pages, every: day, isSlow: true),
        GatewayPath("ivp/firmware_manager/state", .firmware, every: day, isSlow: true),
        GatewayPath("datatab/event_dt.rb?iDisplayLength=-1", .pages, every: day, isSlow: true),
    ]

    /// Every path that may be asked.
    package static let all: [GatewayPath] = plan + [login]

    /// The places of some paths in the plan.
    static let infoIndex = index(.info)
    static let readingsIndex = index(.readings)
    static let relayIndex = index(.relay)
    static let totalIndex = index(.total)

    private static func index(_ role: Role) -> Int { plan.firstIndex { $0.role == role } ?? 0 }
}
