// Writes a house as Enlighten reports: what the vendor would show, silence as zeros.

import Readings

/// Writes reports.
package enum EnlightenWriter {
    /// The channels in the order of a report's columns.
    static let order: [Channel] = [.produced, .consumed, .exported, .imported, .charged, .discharged]

    /// Returns dialect B: stamps with offsets, batteries included.
    package static func monthly(_ intervals: [StoryHouse.Truth], zone: TimeZoneRules) -> String {
        var text =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),"
        text += "Stored in AC Batteries (Wh),Discharged from AC Batteries (Wh)\n"
        for interval in intervals {
            text += "\(stamp(interval.startUTCSeconds, zone)),\(fields(interval, order))\n"
        }
        return text
    }

    /// Returns a local time with its offset, as `2025-03-01 00:15:00 +0000`.
    static func stamp(_ utcSeconds: Int64, _ zone: TimeZoneRules) -> String {
        let wall = zone.wallClock(atUTCSeconds: utcSeconds)
        let offset = zone.offset(atUTCSeconds: utcSeconds) / 60
        let digits = ClockText.twoDigits(abs(offset) / 60) + ClockText.twoDigits(abs(offset) % 60)
        return
            "\(wall.day) \(ClockText.hoursMinutesSeconds(wall.secondOfDay)) \(offset < 0 ? "-" : "+")\(digits)"
    }

    /// Returns dialect A, or D in French: local stamps, no zone.
    package static func custom(_ intervals: [StoryHouse.Truth], zone: TimeZoneRules, isFrench: Bool) -> String
    {
        let newline = isFrench ? "\r\n" : "\n"
        var text =
            isFrench
            ? "Date/Heure,Énergie produite (Wh),Énergie consommée (Wh),Exportée vers le réseau (Wh),Importée depuis le réseau (Wh)"
            : "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)"
        text += newline
        for interval in intervals {
            let wall = zone.wallClock(atUTCSeconds: interval.startUTCSeconds)
            text += "\(slashed(wall.day)) \(ClockText.hoursMinutes(wall.secondOfDay)),"
            text += fields(interval, Array(order.prefix(4))) + newline
        }
        return text
    }

    /// Returns dialect C: daily production with thousands separators and a total.
    package static func daily(_ intervals: [StoryHouse.Truth], zone: TimeZoneRules) -> String {
        var days: [CivilDate: Int64] = [:]
        for interval in intervals {
            let day = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
            days[day, default: 0] += interval.isReported ? Int64(interval.energyWh[0]) : 0
        }
        var text = "Date/Time,Energy Delivered (Wh)\n"
        for day in days.keys.sorted() { text += "\(slashed(day)),\(grouped(days[day] ?? 0))\n" }
        return text + "Total,\(grouped(days.values.reduce(0, +)))\n"
    }

    private static func fields(_ interval: StoryHouse.Truth, _ channels: [Channel]) -> String {
        channels.map { interval.isReported ? String(interval.energyWh[$0.rawValue]) : "0" }.joined(
            separator: ","
        )
    }

    /// Returns a day as `03/01/2025`.
    static func slashed(_ day: CivilDate) -> String {
        "\(ClockText.twoDigits(Int64(day.month)))/\(ClockText.twoDigits(Int64(day.day)))/\(day.year)"
    }

    /// Returns a number with separators of thousands, in quotes where it has any.
    static func grouped(_ value: Int64) -> String {
        guard value >= 1000 else { return String(value) }
        var digits = String(value)
        var groups: [String] = []
        while digits.count > 3 {
            groups.insert(String(digits.suffix(3)), at: 0)
            digits.removeLast(3)
        }
        return "\"\(([digits] + groups).joined(separator: ","))\""
    }
}
