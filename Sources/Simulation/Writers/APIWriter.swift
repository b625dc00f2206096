// The story house as bodies of the official API: labels are ends, import and export lie nested, nights of inverters are
// left out.

import Readings

/// Writes bodies of the API.
package enum APIWriter {
    private static let meta = JSONValue.object([("status", .text("normal"))])

    /// Returns a telemetry body around intervals of a day.
    private static func telemetry(_ day: Interval, _ intervals: JSONValue, more: [(String, JSONValue)] = [])
        -> JSONValue
    {
        .object(
            [
                ("system_id", .integer(Int64(StoryHouse.systemID))), ("granularity", .text("day")),
                ("total_devices", .integer(1)), ("start_at", .integer(day.startUTCSeconds)),
                ("end_at", .integer(day.endUTCSeconds)), ("items", .text("intervals")),
                ("intervals", intervals),
                ("meta", meta),
            ] + more
        )
    }

    private static func end(_ row: StoryHouse.Truth) -> (String, JSONValue) {
        ("end_at", .integer(row.startUTCSeconds + StoryHouse.stepSeconds))
    }

    /// Returns `telemetry/production_meter` or `telemetry/consumption_meter`.
    package static func meter(_ house: StoryHouse, day: Interval, channel: Channel) -> JSONValue {
        let name = channel == .produced ? "wh_del" : "enwh"
        let rows = house.intervals(in: day).map { row in
            JSONValue.object([
                end(row), ("devices_reporting", .integer(1)),
                (name, .integer(Int64(row.energyWh[channel.rawValue]))),
            ])
        }
        return telemetry(day, .array(rows))
    }

    /// Returns `telemetry/production_micro`: dark intervals are absent.
    package static func micro(_ house: StoryHouse, day: Interval) -> JSONValue {
        let rows = house.intervals(in: day).filter { $0.energyWh[0] > 0 }.map { row in
            JSONValue.object([
                end(row), ("devices_reporting", .integer(10)), ("powr", .integer(Int64(row.energyWh[0]) * 4)),
                ("enwh", .integer(Int64(row.energyWh[0]))),
            ])
        }
        return telemetry(day, .array(rows))
    }

    /// Returns `telemetry/battery`.
    package static func battery(_ house: StoryHouse, day: Interval) -> JSONValue {
        let rows = house.intervals(in: day).map { row in
            JSONValue.object([
                end(row), ("charge", .object([("enwh", .integer(Int64(row.energyWh[4])))])),
                ("discharge", .object([("enwh", .integer(Int64(row.energyWh[5])))])),
                (
                    "soc",
                    .object([
                        ("percent", .integer(Int64(row.storedPercent.rounded()))),
                        ("devices_reporting", .integer(1)),
                    ])
                ),
            ])
        }
        return telemetry(day, .array(rows), more: [("last_reported_aggregate_soc", .text("97%"))])
    }

    /// Returns `energy_import_telemetry` or `energy_export_telemetry`.
    package static func grid(_ house: StoryHouse, day: Interval, channel: Channel) -> JSONValue {
        let name = channel == .imported ? "wh_imported" : "wh_exported"
        let rows = house.intervals(in: day).map { row in
            JSONValue.object([end(row), (name, .integer(Int64(row.energyWh[channel.rawValue])))])
        }
        return telemetry(day, .array([.array(rows)]))
    }

    /// Returns a lifetime body of whole days; the silence is reported as zeros.
    package static func lifetime(
        _ house: StoryHouse,
        _ names: [(String, Channel)],
        days: [CivilDate],
        zone: TimeZoneRules
    ) -> JSONValue {
        let arrays = names.map { name, channel in
            (
                name,
                JSONValue.array(
                    days.map { day in
                        let rows = house.intervals(in: zone.interval(of: day)).filter(\.isReported)
                        return .integer(rows.reduce(0) { $0 + Int64($1.energyWh[channel.rawValue]) })
                    }
                )
            )
        }
        return .object(
            [
                ("system_id", .integer(Int64(StoryHouse.systemID))), ("start_date", .text("\(days[0])")),
            ] + arrays + [("meta", meta)]
        )
    }

    /// Returns telemetry of all inverters, one page.
    package static func inverters(_ house: StoryHouse, day: Interval) -> JSONValue {
        let rows = house.intervals(in: day).filter { $0.energyWh[0] > 0 }
        let devices = (0..<StoryHouse.inverterCount).map { index in
            JSONValue.object([
                ("serial_number", .text(StoryHouse.inverterSerial(index))),
                (
                    "intervals",
                    .array(
                        rows.map { row in
                            let energy = Int64(house.inverterWh(row)[index])
                            return .object([
                                end(row), ("powr", .integer(energy * 4)), ("enwh", .integer(energy)),
                            ])
                        }
                    )
                ),
            ])
        }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))), ("total_devices", .integer(10)),
            ("page", .integer(1)), ("granularity", .text("day")), ("devices", .array(devices)),
        ])
    }

    /// Returns telemetry of one battery.
    package static func battery(_ house: StoryHouse, index: Int, day: Interval) -> JSONValue {
        let rows = house.intervals(in: day)
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            ("serial_number", .text(StoryHouse.batterySerial(index))), ("granularity", .text("day")),
            (
                "intervals",
                .array(
                    rows.map { row in
                        .object([
                            end(row),
                            (
                                "charge",
                                .object([("enwh", .integer(Int64(house.batteryWh(row)[index].charged)))])
                            ),
                            (
                                "discharge",
                                .object([("enwh", .integer(Int64(house.batteryWh(row)[index].discharged)))])
                            ),
                            (
                                "soc",
                                .object([("percent", .integer(Int64(house.batteryPercent(row)[index])))])
                            ),
                        ])
                    }
                )
            ), ("last_reported_time", .integer(day.endUTCSeconds)),
            ("last_reported_soc", .text("\(rows.last.map { house.batteryPercent($0)[index] } ?? 0)%")),
        ])
    }

    /// Returns `events`.
    package static func events(_ silence: Interval) -> JSONValue {
        .object([
            (
                "events",
                .array([
                    .object([
                        ("status", .text("Closed")), ("event_type_id", .integer(28)),
                        ("event_start_time", .integer(silence.startUTCSeconds)),
                        ("event_end_time", .integer(silence.endUTCSeconds)),
                        ("serial_number", .text(StoryHouse.gatewaySerial)),
                    ])
                ])
            ), ("system_id", .integer(Int64(StoryHouse.systemID))),
        ])
    }

    /// Returns `alarms`.
    package static func alarms(_ silence: Interval) -> JSONValue {
        .object([
            (
                "alarms",
                .array([
                    .object([
                        ("id", .text("1")), ("cleared", .boolean(true)), ("severity", .integer(4)),
                        (
                            "events",
                            .array([.object([("serial_number", .text(StoryHouse.gatewaySerial))])])
                        ), ("event_type_id", .integer(28)),
                        ("alarm_start_time", .integer(silence.startUTCSeconds)),
                        ("alarm_end_time", .integer(silence.endUTCSeconds)),
                    ])
                ])
            ), ("system_id", .integer(Int64(StoryHouse.systemID))),
        ])
    }

    /// Returns `devices`.
    package static func devices(at utcSeconds: Int64) -> JSONValue {
        func list(_ serials: [String]) -> JSONValue {
            .array(
                serials.map {
                    .object([
                        ("serial_number", .text($0)), ("status", .text("normal")), ("active", .boolean(true)),
                        ("last_report_at", .integer(utcSeconds)),
                    ])
                }
            )
        }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))), ("total_devices", .integer(17)),
            ("items", .text("devices")),
            (
                "devices",
                .object([
                    ("micros", list((0..<StoryHouse.inverterCount).map(StoryHouse.inverterSerial))),
                    ("encharges", list((0..<StoryHouse.batteryCount).map(StoryHouse.batterySerial))),
                    ("gateways", list([StoryHouse.gatewaySerial])),
                ])
            ),
        ])
    }

    /// Returns `production_meter_readings` at an instant.
    package static func meterReadings(_ house: StoryHouse, at utcSeconds: Int64) -> JSONValue {
        .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))),
            (
                "meter_readings",
                .array([
                    .object([
                        ("serial_number", .text("\(StoryHouse.gatewaySerial)EIM1")),
                        ("value", .integer(house.lifetimeWh(.produced, until: utcSeconds))),
                        ("read_at", .integer(utcSeconds)),
                    ])
                ])
            ), ("meta", meta),
        ])
    }

    /// Returns `stats` of version 2: dark intervals are absent.
    package static func statsV2(_ house: StoryHouse, day: Interval) -> JSONValue {
        let rows = house.intervals(in: day).filter { $0.energyWh[0] > 0 }.map { row in
            JSONValue.object([
                end(row), ("devices_reporting", .integer(10)), ("powr", .integer(Int64(row.energyWh[0]) * 4)),
                ("enwh", .integer(Int64(row.energyWh[0]))),
            ])
        }
        return .object([
            ("system_id", .integer(Int64(StoryHouse.systemID))), ("total_devices", .integer(10)),
            ("meta", meta),
            ("intervals", .array(rows)),
        ])
    }

    /// Returns `power_today` of version 1: mean power, the first interval's end given.
    package static func powerTodayV1(_ house: StoryHouse, day: Interval) -> JSONValue {
        .object([
            ("first_interval_end_date", .integer(day.startUTCSeconds + StoryHouse.stepSeconds)),
            ("interval_length", .integer(StoryHouse.stepSeconds)),
            (
                "production",
                .array(house.intervals(in: day).map { .integer(Int64($0.energyWh[0]) * 4) })
            ),
        ])
    }
}
