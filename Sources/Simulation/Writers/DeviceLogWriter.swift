// The story house's devices as rows of an owner's log: see docs/sources/device-csv.md.

import Readings

/// Writes device readings.
enum DeviceLogWriter {
    /// Returns each battery's intervals, and the grid relay where it is logged.
    ///
    /// - Parameter outage: the time in which the relay is open; nil where the relay is not logged.
    static func batteries(_ house: StoryHouse, _ rows: [StoryHouse.Truth], outage: Interval? = nil) -> String
    {
        var text = "serial,kind,start_at,seconds,charged_wh,discharged_wh,soc_pct"
        text += outage == nil ? "\n" : ",grid_relay\n"
        for index in 0..<StoryHouse.batteryCount {
            for row in rows {
                let energy = house.batteryWh(row)[index]
                let percent = house.batteryPercent(row)[index]
                text +=
                    "\(StoryHouse.batterySerial(index)),battery,\(row.startUTCSeconds),\(StoryHouse.stepSeconds),\(energy.charged),\(energy.discharged),\(percent)"
                if let outage {
                    // The relay is one; it is told with the first battery.
                    text += index == 0 ? (outage.contains(row.startUTCSeconds) ? ",open" : ",closed") : ","
                }
                text += "\n"
            }
        }
        return text
    }

    /// Returns each inverter's energy of each local day of which something was reported.
    static func inverters(_ house: StoryHouse, _ rows: [StoryHouse.Truth], zone: TimeZoneRules) -> String {
        var text = "serial,start_at,seconds,energy_wh\n"
        let days = Dictionary(grouping: rows) { zone.wallClock(atUTCSeconds: $0.startUTCSeconds).day }
        for index in 0..<StoryHouse.inverterCount {
            for day in days.keys.sorted() {
                let sum = (days[day] ?? []).reduce(Int64(0)) { $0 + Int64(house.inverterWh($1)[index]) }
                text += "\(StoryHouse.inverterSerial(index)),\(zone.startOfDay(day)),86400,\(sum)\n"
            }
        }
        return text
    }
}
