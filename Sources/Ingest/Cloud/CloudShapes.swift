// The shapes of the cloud's JSON, as data: the names by which each is told from the others, and its reader.
// Sources: the API's published specification, clients of the web application; see docs/sources/cloud-json.md.

import Readings

/// A shape.
struct CloudShape: Sendable {
    /// The format.
    let format: DocumentFormat
    /// The endpoint or page, for people.
    let endpoint: String
    /// Names that must all be there.
    let required: [String]
    /// Names of which one must be there; none where that does not matter.
    var either: [String] = []
    /// Names that must not be there.
    var absent: [String] = []
    /// Whether no other names may be there: a name that many bodies bear tells none of them.
    var isWhole = false
    /// Reads a body.
    let read: @Sendable (JSONNode, inout CloudReading) throws -> Void

    /// Returns the names that are missing; empty where the shape fits.
    func missing(in outline: JSONOutline) -> [String] {
        var missing = required.filter { !outline.contains($0) }
        if !either.isEmpty, !either.contains(where: outline.contains) {
            missing.append(either.joined(separator: " or "))
        }
        if missing.isEmpty, absent.contains(where: outline.contains) {
            missing.append("a body without \(absent.joined(separator: ", "))")
        }
        if missing.isEmpty, isWhole, !outline.paths.isSubset(of: required) {
            missing.append("a body without other names")
        }
        return missing
    }

    /// All shapes; the first that fits is meant.
    static let all: [CloudShape] = own + errors + web + telemetry + lifetime + lists + settings

    private static let own: [CloudShape] = [
        CloudShape(
            format: .siteDescription,
            endpoint: "site",
            required: ["tz", "lat", "lon"],
            read: SiteDescription.read
        )
    ]

    private static let errors: [CloudShape] = [
        CloudShape(
            format: .apiError,
            endpoint: "error",
            required: ["message", "code"],
            read: CloudErrors.read
        ),
        CloudShape(
            format: .apiError,
            endpoint: "error",
            required: ["reason", "message"],
            read: CloudErrors.read
        ),
        CloudShape(format: .apiError, endpoint: "error", required: ["errorCode"], read: CloudErrors.read),
    ]

    private static let web: [CloudShape] = [
        CloudShape(
            format: .webToday,
            endpoint: "today",
            required: ["stats"],
            either: ["battery_details", "batteryConfig", "siteStatus", "connectionDetails", "statusDetails"],
            read: WebEnergy.today
        ),
        CloudShape(
            format: .webDailyEnergy,
            endpoint: "daily_energy",
            required: ["stats"],
            either: ["stats[]/start_time", "system_id", "start_date"],
            read: WebEnergy.daily
        ),
        CloudShape(
            format: .webLifetimeEnergy,
            endpoint: "lifetime_energy",
            required: ["start_date", "last_report_date"],
            either: ["production", "consumption", "import", "export", "charge", "discharge"],
            read: WebEnergy.lifetime
        ),
        CloudShape(
            format: .webBatteryStatus,
            endpoint: "battery_status",
            required: ["storages"],
            read: WebDevices.batteryStatus
        ),
        CloudShape(
            format: .webDevices,
            endpoint: "devices",
            required: ["result"],
            either: ["result[]/type", "result[]/devices"],
            read: WebDevices.devices
        ),
        CloudShape(
            format: .webInverters,
            endpoint: "inverters",
            required: ["inverters"],
            read: WebDevices.inverters
        ),
        CloudShape(
            format: .webEvents,
            endpoint: "alarms",
            required: ["alarms[]/first_set"],
            read: WebEvents.alarms
        ),
        CloudShape(
            format: .webEvents,
            endpoint: "events",
            required: ["events[]/event_key"],
            read: WebEvents.events
        ),
        CloudShape(
            format: .webBackupHistory,
            endpoint: "battery_backup_history",
            required: ["histories"],
            read: WebEvents.backupHistory
        ),
        CloudShape(
            format: .webInverterEnergy,
            endpoint: "inverter energy",
            required: ["production/#"],
            read: WebDevices.inverterEnergy
        ),
        CloudShape(
            format: .webInverterSeries,
            endpoint: "inverter time series",
            required: ["#/POWR"],
            read: WebDevices.inverterSeries
        ),
        CloudShape(
            format: .webInverterStatus,
            endpoint: "inverter status",
            required: ["#"],
            either: ["#/serialNum", "#/serial_num", "#/serial_number", "#=#"],
            absent: ["system_id"],
            read: WebDevices.inverterStatus
        ),
    ]

    private static let telemetry: [CloudShape] = [
        CloudShape(
            format: .apiLegacy,
            endpoint: "v1 power_today",
            required: ["first_interval_end_date", "production", "interval_length"],
            read: APITelemetry.powerToday
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "rgm_stats",
            required: ["meter_intervals"],
            read: APITelemetry.meterStats
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "devices/micros/telemetry",
            required: ["devices[]/serial_number", "devices[]/intervals"],
            read: APITelemetry.devicePages
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "device telemetry",
            required: ["serial_number", "intervals"],
            read: APITelemetry.device
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "charger or heat pump telemetry",
            required: ["intervals[]/wh_consumed"],
            read: APITelemetry.consumer
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "telemetry",
            required: ["intervals", "granularity"],
            read: APITelemetry.site
        ),
        CloudShape(
            format: .apiLegacy,
            endpoint: "v2 stats",
            required: ["intervals"],
            either: ["system_id", "total_devices", "intervals[]/end_at"],
            read: APITelemetry.site
        ),
    ]

    private static let lifetime: [CloudShape] = [
        CloudShape(
            format: .apiV4,
            endpoint: "charger or heat pump lifetime",
            required: ["start_date", "end_date", "consumption"],
            absent: ["meta"],
            read: APILifetime.consumer
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "lifetime",
            required: ["start_date"],
            either: [
                "production", "consumption", "import", "export", "charge", "discharge", "micro_production",
            ],
            read: APILifetime.site
        ),
    ]

    private static let lists: [CloudShape] = [
        CloudShape(
            format: .apiV4,
            endpoint: "meter readings",
            required: ["meter_readings"],
            read: APILists.meterReadings
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "events",
            required: ["events[]/event_type_id"],
            read: APILists.events
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "alarms",
            required: ["alarms[]/event_type_id"],
            read: APILists.alarms
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "event types",
            required: ["event_types"],
            read: { _, reading in reading.keptOnly("the list of event types") }
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "inverters summary",
            required: ["[]/micro_inverters"],
            read: APILists.inverterSummary
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "latest telemetry",
            required: ["devices"],
            either: ["devices/meters[]/power", "devices/encharges[]/power"],
            read: APILists.latestTelemetry
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "devices",
            required: ["devices", "total_devices"],
            read: APILists.devices
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "summary",
            required: ["summary_date", "last_report_at"],
            read: APILists.summary
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "systems",
            required: ["systems"],
            read: APILists.systems
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "system",
            required: ["system_id", "timezone", "status"],
            read: APILists.system
        ),
    ]

    private static let settings: [CloudShape] = [
        CloudShape(
            format: .apiV4,
            endpoint: "live data",
            required: ["data/data/battery_soc"],
            read: APILists.liveData
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "battery settings",
            required: ["battery_mode", "reserve_soc"],
            read: APILists.settings
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "grid status",
            required: ["grid_state"],
            read: APILists.settings
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "storm guard",
            required: ["storm_guard_status"],
            read: APILists.settings
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "load control",
            required: ["load_control_data"],
            read: { _, reading in reading.keptOnly("load control") }
        ),
        CloudShape(
            format: .apiV4,
            endpoint: "system id",
            required: ["system_id"],
            isWhole: true,
            read: { _, reading in reading.keptOnly("the system's id") }
        ),
    ]
}
