// Which body of the gateway some JSON is, by the names in it. A name of a file is the owner's; what a body holds is the
// gateway's. What is done with a body stands in Bodies.

/// What a body of the gateway looks like.
struct GatewayBodyShape: Sendable {
    /// The endpoint.
    let endpoint: String
    /// Paths that must all be there, as `JSONOutline` writes them.
    let required: [String]
    /// Paths of which one must be there; none where that does not matter.
    var either: [String] = []
    /// Tells whether it can be read without the other bodies: it names devices by their serial numbers, with their own times.
    var isReadAlone = false

    /// All shapes; the first that fits is meant.
    static let all: [GatewayBodyShape] = [
        GatewayBodyShape(endpoint: "ivp/meters/readings", required: ["[]/eid", "[]/actEnergyDlvd"]),
        GatewayBodyShape(endpoint: "ivp/meters", required: ["[]/eid", "[]/measurementType"]),
        GatewayBodyShape(
            endpoint: "api/v1/production/inverters",
            required: ["[]/serialNumber", "[]/lastReportDate"],
            isReadAlone: true
        ),
        GatewayBodyShape(
            endpoint: "inventory.json",
            required: ["[]/type", "[]/devices[]/serial_num"],
            either: ["[]/devices[]/dev_type", "[]/devices[]/producing"],
            isReadAlone: true
        ),
        GatewayBodyShape(
            endpoint: "ivp/ensemble/inventory",
            required: ["[]/type", "[]/devices[]/serial_num"],
            either: [
                "[]/devices[]/admin_state_str", "[]/devices[]/percentFull", "[]/devices[]/mains_admin_state",
                "[]/devices[]/encharge_capacity",
            ],
            isReadAlone: true
        ),
        GatewayBodyShape(
            endpoint: "production.json",
            required: ["production[]/type", "production[]/readingTime"]
        ),
        GatewayBodyShape(endpoint: "api/v1/production", required: ["wattHoursLifetime", "wattsNow"]),
        GatewayBodyShape(
            endpoint: "home",
            required: ["network"],
            either: ["network/last_enlighten_report_time", "network/web_comm"]
        ),
        GatewayBodyShape(
            endpoint: "ivp/pdm/device_data",
            required: ["#/devName", "#/sn"],
            isReadAlone: true
        ),
        GatewayBodyShape(
            endpoint: "ivp/ensemble/power",
            required: [],
            either: ["devices:[]/real_power_mw", "devices[]/real_power_mw"]
        ),
        GatewayBodyShape(
            endpoint: "ivp/ensemble/secctrl",
            required: [],
            either: ["ENC_agg_soc", "Enc_commissioned_capacity"]
        ),
        GatewayBodyShape(endpoint: "ivp/ensemble/status", required: ["inventory/serial_nums"]),
        GatewayBodyShape(
            endpoint: "ivp/ensemble/relay",
            required: ["mains_admin_state", "mains_oper_state"]
        ),
        GatewayBodyShape(
            endpoint: "ivp/ensemble/generator",
            required: ["admin_state", "oper_state", "present"]
        ),
        GatewayBodyShape(endpoint: "admin/lib/tariff", required: ["tariff/storage_settings"]),
    ]

    /// Returns the shape of a body; nil for one that is like none.
    static func of(_ outline: JSONOutline) -> GatewayBodyShape? {
        guard outline.first == UInt8(ascii: "{") || outline.first == UInt8(ascii: "[") else { return nil }
        return all.first { shape in
            shape.required.allSatisfy(outline.contains)
                && (shape.either.isEmpty || shape.either.contains(where: outline.contains))
        }
    }

    /// Endpoints of one page, which firmware has under several names.
    private static let families: [[String]] = [
        ["production.json", "production.json?details=1", "production"],
        ["inventory.json", "inventory.json?deleted=1"],
    ]

    /// The endpoints whose bodies look like this one, the usual one first.
    static func endpoints(like endpoint: String) -> [String] {
        families.first { $0.contains(endpoint) } ?? [endpoint]
    }
}
