// The story house as the web application's JSON: labels are starts, silence is an empty or missing value.

import Readings

/// Writes JSON of the web application.
package enum WebJSONWriter {
    private static let channels: [(String, Channel)] = [
        ("production", .produced), ("consumption", .consumed), ("import", .imported), ("export", .exported),
        ("charge", .charged), ("discharge", .discharged),
    ]

    /// Returns `daily_energy` of local days. A day without any report is `[]`, an interval without one is null.
    package static func dailyEnergy(_ house: StoryHouse, days: [CivilDate], zone: TimeZoneRules) -> JSONValue
    {
        .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            ("start_date", .text("\(days[0])")),
            ("stats", .array(days.map { day($0, house, zone: zone, until: .max) })),
        ])
    }

    /// Returns `today` as it is at an instant: all slots of the day, those to come being zero.
    package static func today(_ house: StoryHouse, at utcSeconds: Int64, zone: TimeZoneRules) -> JSONValue {
        let today = zone.wallClock(atUTCSeconds: utcSeconds).day
        let now = house.intervals.last { $0.startUTCSeconds < utcSeconds }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            ("stats", .array([day(today, house, zone: zone, until: utcSeconds)])),
            (
                "battery_details",
                .object([
                    ("aggregate_soc", .integer(Int64(now?.storedPercent.rounded() ?? 0))),
                    ("last_24h_consumption", .null),
                ])
            ),
            (
                "batteryConfig",
                .object([
                    ("usage", .text("self-consumption")), ("battery_backup_percentage", .integer(10)),
                    ("very_low_soc", .integer(5)), ("charge_from_grid", .boolean(false)),
                ])
            ),
            ("siteStatus", .text("normal")), ("last_report_date", .integer(utcSeconds)),
        ])
    }

    private static func day(_ day: CivilDate, _ house: StoryHouse, zone: TimeZoneRules, until: Int64)
        -> JSONValue
    {
        let rows = house.intervals(in: zone.interval(of: day))
        let isEmpty = rows.allSatisfy { !$0.isReported }
        var members: [(String, JSONValue)] = [
            ("start_time", .integer(zone.startOfDay(day))),
            ("interval_length", .integer(StoryHouse.stepSeconds)),
        ]
        var totals: [(String, JSONValue)] = []
        for (name, channel) in channels {
            var total: Int64 = 0
            let values: [JSONValue] = rows.map { row in
                guard row.startUTCSeconds < until else { return .integer(0) }
                guard row.isReported else { return .null }
                total += Int64(row.energyWh[channel.rawValue])
                return .integer(Int64(row.energyWh[channel.rawValue]))
            }
            members.append((name, .array(isEmpty ? [] : values)))
            totals.append((name, .integer(total)))
        }
        let charge: [JSONValue] = rows.map { row in
            row.isReported && row.startUTCSeconds < until
                ? .integer(Int64(row.storedPercent.rounded())) : .null
        }
        members.append(("soc", .array(isEmpty ? [] : charge)))
        return .object(members + [("totals", .object(totals))])
    }

    /// Returns `lifetime_energy` up to an instant; the last day is still running.
    package static func lifetimeEnergy(_ house: StoryHouse, at utcSeconds: Int64, zone: TimeZoneRules)
        -> JSONValue
    {
        let first = zone.wallClock(atUTCSeconds: house.intervals[0].startUTCSeconds).day
        let last = zone.wallClock(atUTCSeconds: utcSeconds).day
        let days = (0...(last.daysSince1970 - first.daysSince1970)).map { first.advanced(by: $0) }
        let arrays = channels.map { name, channel in
            (
                name,
                JSONValue.array(
                    days.map { day in
                        let rows = house.intervals(in: zone.interval(of: day)).filter {
                            $0.isReported && $0.startUTCSeconds < utcSeconds
                        }
                        guard !rows.isEmpty else { return .null }
                        return .integer(rows.reduce(0) { $0 + Int64($1.energyWh[channel.rawValue]) })
                    }
                )
            )
        }
        return .object(
            [("system_id", .integer(Int64(StoryHouse.systemID))), ("start_date", .text("\(first)"))] + arrays
                + [("last_report_date", .integer(utcSeconds))]
        )
    }

    /// Returns `battery_status` at an instant.
    package static func batteryStatus(_ house: StoryHouse, at utcSeconds: Int64) -> JSONValue {
        let now = house.intervals.last { $0.startUTCSeconds < utcSeconds }
        let percents = now.map(house.batteryPercent) ?? []
        let storages = percents.enumerated().map { index, percent in
            JSONValue.object([
                ("id", .integer(Int64(7_000 + index))),
                ("serial_number", .text(StoryHouse.batterySerial(index))),
                ("current_charge", .text("\(percent)%")), ("battery_soh", .text("100%")),
                ("cycle_count", .integer(Int64(40 + index))), ("led_status", .integer(index == 5 ? 12 : 14)),
                ("excluded", .boolean(false)), ("error_code", .text("")), ("rated_power", .integer(1_280)),
                ("max_capacity", .number(1.6, decimals: 2)), ("last_report", .integer(utcSeconds - 240)),
                ("status", .text("normal")), ("battery_mode", .text("Self-Consumption")),
            ])
        }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            ("current_charge", .text("\(Int(now?.storedPercent.rounded() ?? 0))%")),
            ("max_capacity", .number(9.6, decimals: 2)),
            ("included_count", .integer(Int64(percents.count))), ("excluded_count", .integer(0)),
            ("storages", .array(storages)),
        ])
    }

    /// Returns `devices`.
    package static func devices(_ house: StoryHouse, at utcSeconds: Int64) -> JSONValue {
        func group(_ type: String, _ serials: [String], version: (Int) -> String) -> JSONValue {
            .object([
                ("type", .text(type)),
                (
                    "devices",
                    .array(
                        serials.enumerated().map { index, serial in
                            .object([
                                ("serial_number", .text(serial)), ("status", .text("normal")),
                                ("last_report", .integer(utcSeconds - 300)),
                                ("sw_version", .text(version(index))),
                                ("connected", .boolean(true)),
                            ])
                        }
                    )
                ),
            ])
        }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            (
                "result",
                .array([
                    group("envoy", [StoryHouse.gatewaySerial]) { _ in "D8.3.5167" },
                    group("encharge", (0..<StoryHouse.batteryCount).map(StoryHouse.batterySerial)) {
                        house.batteryFirmware($0, at: utcSeconds)
                    },
                ])
            ),
        ])
    }

    /// Returns `inverters`: one does not report any more.
    package static func inverters(at utcSeconds: Int64, silence: Interval) -> JSONValue {
        let isLost = utcSeconds >= silence.endUTCSeconds
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))), ("total", .integer(10)),
            ("not_reporting", isLost ? .integer(1) : .null),
            (
                "inverters",
                .array(
                    (0..<StoryHouse.inverterCount).map { index in
                        let isOwn = isLost && index == StoryHouse.lostInverter
                        return .object([
                            ("serial_number", .text(StoryHouse.inverterSerial(index))),
                            ("status", .text(isOwn ? "comm" : "normal")),
                            ("last_report", .integer(isOwn ? silence.startUTCSeconds : utcSeconds - 300)),
                        ])
                    }
                )
            ),
        ])
    }

    /// Returns `events`: the silence as the vendor lists it, four weeks late.
    package static func events(_ silence: Interval) -> JSONValue {
        .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            (
                "events",
                .array([
                    .object([
                        ("event_key", .text("envoy_no_report")),
                        ("start_time", .integer(silence.startUTCSeconds + 28 * 86_400)),
                        ("end_time", .integer(silence.endUTCSeconds)),
                        ("description", .text("Gateway not reporting")),
                    ])
                ])
            ), ("next", .null),
        ])
    }

    /// Returns `battery_backup_history`: the outage in the sixth week.
    package static func backupHistory(_ outage: Interval) -> JSONValue {
        .object([
            ("total_records", .integer(1)), ("total_backup", .integer(outage.seconds)),
            (
                "histories",
                .array([
                    .object([
                        ("start_time", .text(outage.start.iso8601)), ("duration", .integer(outage.seconds)),
                    ])
                ])
            ),
        ])
    }

    /// Returns a day's energies of the inverters by the cloud's ids.
    package static func inverterEnergy(_ house: StoryHouse, day: CivilDate, zone: TimeZoneRules) -> JSONValue
    {
        var sums = [Int64](repeating: 0, count: StoryHouse.inverterCount)
        for row in house.intervals(in: zone.interval(of: day)) {
            for (index, energy) in house.inverterWh(row).enumerated() { sums[index] += Int64(energy) }
        }
        return .object([
            ("start_date", .text("\(day)")),
            (
                "production",
                .object(sums.enumerated().map { (StoryHouse.inverterID($0.offset), .integer($0.element)) })
            ),
        ])
    }

    /// Returns which serial number each of the cloud's ids has.
    package static func inverterStatus() -> JSONValue {
        .object(
            (0..<StoryHouse.inverterCount).map { index in
                (
                    StoryHouse.inverterID(index),
                    .object([
                        ("serialNum", .text(StoryHouse.inverterSerial(index))),
                        ("statusCode", .text("normal")),
                    ])
                )
            }
        )
    }

    /// Returns a day's mean powers of one inverter.
    package static func inverterSeries(_ house: StoryHouse, day: CivilDate, zone: TimeZoneRules) -> JSONValue
    {
        let points = house.intervals(in: zone.interval(of: day)).map { row in
            let power = Int64(house.inverterWh(row)[0]) * 4
            return JSONValue.array([.integer(row.startUTCSeconds), .integer(power), .integer(power + 2)])
        }
        return .object([(StoryHouse.inverterID(0), .object([("POWR", .array(points))]))])
    }
}
