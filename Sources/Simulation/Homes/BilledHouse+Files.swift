// The files of a home with bills, in the forms that an owner has, and what is true of it.

import Readings

extension BilledHouse {
    /// Returns all files by name; `home.json` holds place, array and batteries, and under `truth` what happened.
    package func files() -> [(path: String, text: String)] {
        [
            ("home.csv", report), ("bills.csv", billFile), ("temperature.csv", temperatureFile),
            ("utility.csv", utilityFile), ("home.json", description.pretty),
        ]
    }

    private var report: String {
        var text =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),"
        text += "Stored in batteries (Wh),Discharged from batteries (Wh)\n"
        for row in rows where !gap.contains(row.startUTCSeconds) {
            let values = EnlightenWriter.order.map { String(row.monitorWh[$0.rawValue]) }
            text +=
                "\(EnlightenWriter.stamp(row.startUTCSeconds, zone)),\(values.joined(separator: ","))\n"
        }
        return text
    }

    private var billFile: String {
        var text = "# A simulated home; end is the day of the closing read.\n"
        text += "# timezone = \(zone.identifier)\n"
        text += "start,end,import_kwh,export_kwh\n"
        for bill in bills {
            text +=
                "\(bill.start),\(bill.end),\((bill.importWh ?? 0) / 1000),\((bill.exportWh ?? 0) / 1000)\n"
        }
        return text
    }

    private var temperatureFile: String {
        temperatures.reduce("date,mean_c\n") {
            $0 + "\($1.day),\(JSONValue.fixed($1.meanCelsius, decimals: 1))\n"
        }
    }

    /// The utility's intervals, in a layout that many utilities have.
    private var utilityFile: String {
        var text = "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),NOTES\n"
        for row in rows {
            let start = zone.wallClock(atUTCSeconds: row.startUTCSeconds)
            let last = zone.wallClock(atUTCSeconds: row.startUTCSeconds + BilledHouse.step - 60)
            let imported = UtilityWriter.kilowattHours(Int64(row.meterWh.imported.rounded()))
            let exported = UtilityWriter.kilowattHours(Int64(row.meterWh.exported.rounded()))
            text += "Electric usage,\(start.day),\(ClockText.hoursMinutes(start.secondOfDay)),"
            text += "\(ClockText.hoursMinutes(last.secondOfDay)),\(imported),\(exported),\n"
        }
        return text
    }

    private var description: JSONValue {
        let truth = truthKWh
        func number(_ value: Double) -> JSONValue { .number(value, decimals: 3) }
        return .object([
            ("climate", .text(plan.isCloudy ? "cloudy" : "sunny")),
            ("latitude", number(place.latitude)), ("longitude", number(place.longitude)),
            ("zone", .text(zone.identifier)), ("array_kwdc", number(ratingKW)),
            ("array_tilt_deg", number(statedArray.tiltDegrees)),
            ("array_azimuth_deg", number(statedArray.azimuthDegrees)), ("battery_kwh", number(batteryKWh)),
            ("gap_start", .text(gap.start.iso8601)), ("gap_end", .text(gap.end.iso8601)),
            (
                "truth",
                .object([
                    ("batteries", .text(plan.batteries.rawValue)), ("lost_share", number(plan.lostShare)),
                    ("production_kwh", number(truth[Channel.produced.rawValue])),
                    ("consumption_kwh", number(truth[Channel.consumed.rawValue])),
                    ("import_kwh", number(truth[Channel.imported.rawValue])),
                    ("export_kwh", number(truth[Channel.exported.rawValue])),
                    (
                        "battery_net_kwh",
                        number(truth[Channel.charged.rawValue] - truth[Channel.discharged.rawValue])
                    ),
                ])
            ),
        ])
    }
}
