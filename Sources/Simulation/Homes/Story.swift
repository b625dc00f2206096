// The story: its dates, the house, and every file of it with what is true of each.

import Readings

/// The story of a home whose gateway went silent for six weeks.
package struct Story: Sendable {
    /// The house.
    package let house: StoryHouse
    /// The zone's rules.
    package let zone: TimeZoneRules
    /// The outage in the sixth week of the silence.
    package let outage: Interval
    /// The seed.
    package let seed: UInt64
    private let first: CivilMonth

    /// A file of the story.
    package struct File: Sendable {
        /// The path below the story's folder.
        package let path: String
        /// The content.
        package let text: String
        /// What its rows sum to, Wh by name, and how many there are; empty where that says nothing.
        package let truth: [(String, Int64)]
    }

    /// Where the house stands.
    package static let place = Place(latitude: 51.4, longitude: -0.3)

    /// Simulates the story; nil where the zone is not of London or a date is none.
    ///
    /// - Parameters:
    ///   - seed: equal seeds give equal stories.
    ///   - zone: the rules of `StoryHouse.timeZone`.
    package init?(seed: UInt64, zone: TimeZoneRules) {
        guard let place = Story.place, let first = CivilMonth("2025-01"),
            let silentFrom = CivilDate("2025-03-12"), let silentTo = CivilDate("2025-04-23"),
            let darkDay = CivilDate("2025-04-19")
        else { return nil }
        let silence = Interval(
            startUTCSeconds: zone.startOfDay(silentFrom) + 14 * 3600 + 900,
            endUTCSeconds: zone.startOfDay(silentTo) + 9 * 3600
        )
        let span = Interval(
            startUTCSeconds: zone.startOfDay(first.firstDay),
            endUTCSeconds: zone.startOfDay(first.advanced(by: 6).firstDay)
        )
        house = StoryHouse(seed: seed, zone: zone, place: place, span: span, silence: silence)
        outage = Interval(
            startUTCSeconds: zone.startOfDay(darkDay) + 20 * 3600,
            endUTCSeconds: zone.startOfDay(darkDay) + 23 * 3600
        )
        self.zone = zone
        self.seed = seed
        self.first = first
    }

    private var months: [CivilMonth] { (0..<6).map { first.advanced(by: $0) } }

    private func rows(_ month: CivilMonth) -> [StoryHouse.Truth] {
        house.intervals(in: zone.interval(of: month))
    }

    private func days(_ start: String, _ count: Int64) -> [CivilDate] {
        guard let first = CivilDate(start) else { return [] }
        return (0..<count).map { first.advanced(by: $0) }
    }

    private func span(_ days: [CivilDate]) -> Interval {
        Interval(
            startUTCSeconds: zone.startOfDay(days[0]),
            endUTCSeconds: zone.startOfDay(days[days.count - 1].advanced(by: 1))
        )
    }

    /// Returns all files, `truth.json` at the end.
    package func files() -> [File] {
        let all = reports + devices + web + api + gateway + utility + bills
        return all + [File(path: "truth.json", text: truth(all).pretty, truth: [])]
    }

    // MARK: Files

    private var reports: [File] {
        [
            File(
                path: "monthly_energy_report.csv",
                text: EnlightenWriter.monthly(house.intervals, zone: zone),
                truth: []
            ),
            File(
                path: "other-dialects/custom_report.csv",
                text: EnlightenWriter.custom(rows(months[2]), zone: zone, isFrench: false),
                truth: []
            ),
            File(
                path: "other-dialects/custom_report_fr.csv",
                text: EnlightenWriter.custom(rows(months[1]), zone: zone, isFrench: true),
                truth: []
            ),
            File(
                path: "daily_production_report.csv",
                text: EnlightenWriter.daily(house.intervals, zone: zone),
                truth: []
            ),
        ]
    }

    /// Sums of reported intervals by channel.
    private func sums(_ rows: [StoryHouse.Truth], _ channels: [Channel]) -> [(String, Int64)] {
        [("rows", Int64(rows.count))]
            + channels.map { channel in
                (channel.name, rows.reduce(0) { $0 + Int64($1.energyWh[channel.rawValue]) })
            }
    }

    /// What the devices told one by one: from March on, and what the owner logged himself in the silence.
    private var devices: [File] {
        let all = house.intervals(
            in: Interval(
                startUTCSeconds: zone.startOfDay(months[2].firstDay),
                endUTCSeconds: zone.startOfDay(first.advanced(by: 6).firstDay)
            )
        )
        let told = all.filter(\.isReported)
        let own = all.filter { logged.contains($0.startUTCSeconds) && !$0.isReported }
        return [
            File(
                path: "devices/batteries.csv",
                text: DeviceLogWriter.batteries(house, told),
                truth: [("readings", Int64(told.count * StoryHouse.batteryCount))]
            ),
            File(
                path: "devices/inverters.csv",
                text: DeviceLogWriter.inverters(house, told, zone: zone),
                truth: sums(told, [.produced]).dropFirst().map { ("energy_wh", $0.1) }
            ),
            File(
                path: "devices/owner_log.csv",
                text: DeviceLogWriter.batteries(house, own, outage: outage),
                truth: [("readings", Int64(own.count * StoryHouse.batteryCount))]
            ),
        ]
    }

    /// The week in which the owner logged his devices himself.
    private var logged: Interval { span(days("2025-04-17", 7)) }

    private var web: [File] {
        let week = days("2025-04-20", 7)
        let day = days("2025-05-04", 1)[0]
        let now = zone.startOfDay(day) + 15 * 3600
        let inside = house.intervals(in: span(week)).filter(\.isReported)
        let soFar = house.intervals(in: zone.interval(of: day)).filter { $0.startUTCSeconds < now }
        let writer = WebJSONWriter.self
        let whole = house.intervals(in: zone.interval(of: day))
        return [
            File(
                path: "cloud-web/daily_energy.json",
                text: writer.dailyEnergy(house, days: week, zone: zone).compact,
                truth: sums(inside, Channel.allCases)
            ),
            File(
                path: "cloud-web/today.json",
                text: writer.today(house, at: now, zone: zone).compact,
                truth: sums(soFar, Channel.allCases)
            ),
            File(
                path: "cloud-web/lifetime_energy.json",
                text: writer.lifetimeEnergy(house, at: now, zone: zone).compact,
                truth: []
            ),
            File(
                path: "cloud-web/battery_status.json",
                text: writer.batteryStatus(house, at: now).pretty,
                truth: [("batteries", Int64(StoryHouse.batteryCount))]
            ),
            File(
                path: "cloud-web/devices.json",
                text: writer.devices(house, at: now).pretty,
                truth: [("devices", 7)]
            ),
            File(
                path: "cloud-web/inverters.json",
                text: writer.inverters(at: now, silence: house.silence).pretty,
                truth: [("devices", 10)]
            ),
            File(
                path: "cloud-web/events.json",
                text: writer.events(house.silence).pretty,
                truth: [("events", 1)]
            ),
            File(
                path: "cloud-web/battery_backup_history.json",
                text: writer.backupHistory(outage).pretty,
                truth: [("events", 1)]
            ),
            File(
                path: "cloud-web/inverter_energy.json",
                text: writer.inverterEnergy(house, day: day, zone: zone).pretty,
                truth: [("energy_wh", whole.reduce(0) { $0 + Int64($1.energyWh[0]) })]
            ),
            File(path: "cloud-web/inverter_status.json", text: writer.inverterStatus().pretty, truth: []),
            File(
                path: "cloud-web/inverter_series.json",
                text: writer.inverterSeries(house, day: day, zone: zone).compact,
                truth: [("readings", Int64(whole.count))]
            ),
        ]
    }

    private var api: [File] {
        let day = span(days("2025-05-04", 1))
        let rows = house.intervals(in: day)
        let lit = rows.filter { $0.energyWh[0] > 0 }
        let week = days("2025-04-28", 7)
        let weekRows = house.intervals(in: span(week))
        func file(_ name: String, _ body: JSONValue, truth: [(String, Int64)] = []) -> File {
            File(path: "cloud-api/\(name).json", text: body.compact, truth: truth)
        }
        func daily(_ names: [(String, Channel)]) -> [(String, Int64)] {
            // Zeros at the end of an array stand for nothing, so the number of rows says nothing either.
            Array(sums(weekRows, names.map(\.1)).dropFirst())
        }
        let lifetimes: [(String, [(String, Channel)])] = [
            ("energy_lifetime", [("production", .produced)]),
            ("consumption_lifetime", [("consumption", .consumed)]),
            ("battery_lifetime", [("charge", .charged), ("discharge", .discharged)]),
            ("energy_import_lifetime", [("import", .imported)]),
            ("energy_export_lifetime", [("export", .exported)]),
        ]
        return [
            file(
                "production_meter",
                APIWriter.meter(house, day: day, channel: .produced),
                truth: sums(rows, [.produced])
            ),
            file("production_micro", APIWriter.micro(house, day: day), truth: sums(lit, [.produced])),
            file(
                "consumption_meter",
                APIWriter.meter(house, day: day, channel: .consumed),
                truth: sums(rows, [.consumed])
            ),
            file("battery", APIWriter.battery(house, day: day), truth: sums(rows, [.charged, .discharged])),
            file(
                "import",
                APIWriter.grid(house, day: day, channel: .imported),
                truth: sums(rows, [.imported])
            ),
            file(
                "export",
                APIWriter.grid(house, day: day, channel: .exported),
                truth: sums(rows, [.exported])
            ),
        ]
            + lifetimes.map { name, channels in
                file(
                    name,
                    APIWriter.lifetime(house, channels, days: week, zone: zone),
                    truth: daily(channels)
                )
            } + [
                file(
                    "micros_telemetry",
                    APIWriter.inverters(house, day: day),
                    truth: [("energy_wh", lit.reduce(0) { $0 + Int64($1.energyWh[0]) })]
                ),
                file("encharge_telemetry", APIWriter.battery(house, index: 5, day: day)),
                file("events", APIWriter.events(house.silence), truth: [("events", 1)]),
                file("alarms", APIWriter.alarms(house.silence), truth: [("events", 1)]),
                file("devices", APIWriter.devices(at: day.endUTCSeconds), truth: [("devices", 17)]),
                file("production_meter_readings", APIWriter.meterReadings(house, at: day.endUTCSeconds)),
                file("v2_stats", APIWriter.statsV2(house, day: day), truth: sums(lit, [.produced])),
                file(
                    "v1_power_today",
                    APIWriter.powerTodayV1(house, day: day),
                    truth: sums(rows, [.produced])
                ),
            ]
    }

    private var gateway: [File] {
        let times = [("silent", "2025-04-20", 12), ("after", "2025-05-04", 13), ("later", "2025-06-02", 13)]
        return times.flatMap { name, day, hour -> [File] in
            let at = zone.startOfDay(days(day, 1)[0]) + Int64(hour) * 3600 + 120
            guard let writer = GatewayWriter(house, at: at, zone: zone) else { return [] }
            return writer.files().map {
                File(path: "gateway/\(name)/\($0.name)", text: $0.text, truth: [])
            }
        }
    }

    private var utility: [File] {
        // Days around the change of the clock in spring, in the silence: the meter counts on.
        let rows = house.intervals(in: span(days("2025-03-28", 6)))
        let writer = UtilityWriter(rows, zone: zone)
        let imported = rows.reduce(Int64(0)) { $0 + Int64($1.energyWh[2]) }
        let exported = rows.reduce(Int64(0)) { $0 + Int64($1.energyWh[3]) }
        let both = [("import", imported), ("export", exported)]
        func file(_ name: String, _ text: String, truth: [(String, Int64)]) -> File {
            File(path: "utility/\(name)", text: text, truth: truth)
        }
        let week = house.intervals(in: logged)
        let market = rows.filter { row in
            let day = (row.startUTCSeconds + 36_000) / 86_400
            return rows.count { ($0.startUTCSeconds + 36_000) / 86_400 == day } == 96
        }
        return [
            file("pge_net_metering.csv", writer.opowerFamily(.pgeNetMetering), truth: both),
            file("pge_net_billing.csv", writer.opowerFamily(.pgeNetBilling), truth: both),
            file("opower_usage.csv", writer.opowerFamily(.opower), truth: [("import", imported)]),
            file("seattle.csv", writer.opowerFamily(.seattle), truth: both),
            file("sce_net_metering.csv", writer.sce(), truth: both),
            file("sdge_meter.csv", writer.sdge(), truth: both),
            file("smart_meter_texas.csv", writer.texas(), truth: both),
            file("avangrid.csv", writer.avangrid(), truth: [("import", imported)]),
            file("octopus_import.csv", writer.octopus(isExport: false), truth: [("import", imported)]),
            file("octopus_export.csv", writer.octopus(isExport: true), truth: [("export", exported)]),
            file(
                "nem12.csv",
                writer.nem12(),
                truth: [
                    ("import", market.reduce(0) { $0 + Int64($1.energyWh[2]) }),
                    ("export", market.reduce(0) { $0 + Int64($1.energyWh[3]) }),
                ]
            ),
            file(
                "outage_week_import.csv",
                UtilityWriter(week, zone: zone).octopus(isExport: false),
                truth: [("import", week.reduce(Int64(0)) { $0 + Int64($1.energyWh[2]) })]
            ), file("green_button.xml", writer.greenButton(bill: charged[2]), truth: both),
        ]
    }

    private var charged: [Bill] { BillsWriter.bills(house, months: months, zone: zone) }

    private var bills: [File] {
        let total = charged.reduce(Int64(0)) { $0 + ($1.importWh ?? 0) }
        return [
            File(
                path: "bills/bills.csv",
                text: BillsWriter.csv(charged),
                truth: [("bills", 6), ("import", total)]
            ),
            File(path: "bills/billing_history.csv", text: BillsWriter.opower(charged), truth: [("bills", 6)]),
            File(path: "bills/bill_lines.csv", text: BillsWriter.lines(charged), truth: [("bills", 0)]),
        ]
    }

    // MARK: Truth

    private func fault(_ kind: String, _ device: String, from start: Instant, to end: Instant) -> JSONValue {
        .object([
            ("kind", .text(kind)), ("device", .text(device)), ("start", .text(start.iso8601)),
            ("end", .text(end.iso8601)),
        ])
    }

    private func truth(_ files: [File]) -> JSONValue {
        let end = Instant(utcSeconds: zone.startOfDay(first.advanced(by: 6).firstDay))
        let silence = house.silence
        return .object([
            ("seed", .integer(Int64(seed))), ("time_zone", .text(StoryHouse.timeZone)),
            (
                "faults",
                .array([
                    fault("site_silent", "site", from: silence.start, to: silence.end),
                    fault("batt_deep", "pack", from: house.flatFrom ?? silence.end, to: silence.end),
                    fault("batt_pinned", StoryHouse.stuckBattery, from: silence.end, to: end),
                    fault(
                        "inverter_lost",
                        StoryHouse.inverterSerial(StoryHouse.lostInverter),
                        from: silence.end,
                        to: end
                    ), fault("grid_outage", "site", from: outage.start, to: outage.end),
                    fault("grid_disagreement", "site", from: outage.start, to: outage.end),
                    fault(
                        "firmware_behind",
                        StoryHouse.batterySerial(StoryHouse.outdatedBattery),
                        from: silence.end,
                        to: end
                    ),
                ])
            ),
            (
                "utility_meter",
                .array(
                    months.map { month in
                        let meter = house.meter(month, zone: zone)
                        return .object([
                            ("month", .text("\(month)")), ("import_wh", .integer(meter.importWh)),
                            ("export_wh", .integer(meter.exportWh)),
                        ])
                    }
                )
            ),
            (
                "files",
                .object(
                    files.filter { !$0.truth.isEmpty }.map { file in
                        (file.path, .object(file.truth.map { ($0.0, .integer($0.1)) }))
                    }
                )
            ),
        ])
    }
}
