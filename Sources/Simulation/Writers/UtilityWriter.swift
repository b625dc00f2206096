// The story house as its utility shows it: the meter counts on when the gateway is silent. Layouts as real downloads have
// them; names and accounts are invented.

import Readings

/// Writes the utility's files.
package struct UtilityWriter {
    private let rows: [StoryHouse.Truth]
    private let zone: TimeZoneRules

    /// Makes a writer of intervals, whose wall times are the zone's.
    package init(_ rows: [StoryHouse.Truth], zone: TimeZoneRules) {
        self.rows = rows
        self.zone = zone
    }

    private static let preamble =
        "Name,A. OWNER\nAddress,\"1 EXAMPLE ROAD, LONDON\"\nAccount Number,0000000000\nService,Service 1\n\n"

    /// Returns kWh with three decimals.
    static func kilowattHours(_ wattHours: Int64) -> String {
        let magnitude = wattHours.magnitude
        return
            "\(wattHours < 0 ? "-" : "")\(magnitude / 1000).\(String("\(1000 + magnitude % 1000)".dropFirst()))"
    }

    private func imported(_ row: StoryHouse.Truth) -> Int64 { Int64(row.energyWh[2]) }
    private func exported(_ row: StoryHouse.Truth) -> Int64 { Int64(row.energyWh[3]) }

    private func wall(_ utcSeconds: Int64) -> (day: String, clock: String) {
        let wall = zone.wallClock(atUTCSeconds: utcSeconds)
        return ("\(wall.day)", ClockText.hoursMinutes(wall.secondOfDay))
    }

    private func end(_ row: StoryHouse.Truth) -> Int64 { row.startUTCSeconds + StoryHouse.stepSeconds }

    // MARK: Layouts of one row an interval

    /// Layouts of rows that begin with type, date, start and inclusive end.
    package enum Family: CaseIterable {
        case pgeNetMetering, pgeNetBilling, opower, seattle
    }

    /// Returns a layout of the Opower family. PG&E's sums the hour that comes twice under one label.
    package func opowerFamily(_ family: Family) -> String {
        let headers: [Family: String] = [
            .pgeNetMetering: "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),COST,NOTES",
            .pgeNetBilling:
                "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),TOTAL IMPORT COST,TOTAL EXPORT CREDIT (=A+B+C),NOTES",
            .opower: "TYPE,DATE,START TIME,END TIME,USAGE (kWh),NOTES",
            .seattle: "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),NOTES",
        ]
        var text = UtilityWriter.preamble + (headers[family] ?? "") + "\n"
        for (label, sums) in labels(isMerged: family == .pgeNetMetering || family == .pgeNetBilling) {
            let energies =
                family == .opower
                ? UtilityWriter.kilowattHours(sums.0)
                : "\(UtilityWriter.kilowattHours(sums.0)),\(UtilityWriter.kilowattHours(sums.1))"
            let costs = family == .pgeNetMetering ? ",$0.00" : family == .pgeNetBilling ? ",$0.00,$0.00" : ""
            text += "Electric usage,\(label),\(energies)\(costs),\n"
        }
        return text
    }

    /// Labels in order, each with its import and export; of equal labels the sum where the layout merges them.
    private func labels(isMerged: Bool) -> [(String, (Int64, Int64))] {
        var result: [(String, (Int64, Int64))] = []
        var places: [String: Int] = [:]
        for row in rows {
            let start = wall(row.startUTCSeconds)
            let last = wall(end(row) - 60)
            let label = "\(start.day),\(start.clock),\(last.clock)"
            if isMerged, let place = places[label] {
                result[place].1.0 += imported(row)
                result[place].1.1 += exported(row)
                continue
            }
            places[label] = result.count
            result.append((label, (imported(row), exported(row))))
        }
        return result
    }

    /// Returns the layout of SCE: a block of deliveries and one of receipts per day.
    package func sce() -> String {
        var text = "Energy Usage Information\r\n\"For location: XXXXXXXXXX\"\r\n\r\nDetailed Usage\r\n\r\n"
        let days = Dictionary(grouping: rows) { wall($0.startUTCSeconds).day }
        for day in days.keys.sorted() {
            text += "\"Data for period starting: \(day) 00:00:00\u{A0} for 24 hours\"\r\n"
            for (word, energy) in [("Delivered", imported), ("Received", exported)] {
                text +=
                    "Energy \u{A0}\(word) time period,Usage\u{A0} \(word)(Real energy in kilowatt-hours),Reading quality\r\n"
                for row in days[day] ?? [] {
                    let (start, last) = (wall(row.startUTCSeconds), wall(end(row)))
                    text +=
                        "\"\(start.day) \(start.clock):00\u{A0}to \(last.day) \(last.clock):00\",\"\(UtilityWriter.kilowattHours(energy(row)))\",\"\"\r\n"
                }
                text += "\r\n"
            }
        }
        return text
    }

    /// Returns the meter export of SDG&E, its own total included.
    package func sdge() -> String {
        let net = rows.reduce(Int64(0)) { $0 + imported($1) - exported($1) }
        var text =
            "Name,A. OWNER\r\nTitle,CSV Export Electric Meter(s)\r\nResource,Electric\r\nMeter Number,00000000\r\n"
        text += "Total Usage,\(UtilityWriter.kilowattHours(net))\r\nUOM,kWh\r\n"
        text += "Meter Number,Date,Start Time,Duration,Consumption,Generation,Net\r\n"
        for row in rows {
            let wall = zone.wallClock(atUTCSeconds: row.startUTCSeconds)
            let hour = wall.secondOfDay / 3600
            let clock =
                "\((hour + 11) % 12 + 1):\(ClockText.twoDigits(wall.secondOfDay / 60 % 60)) \(hour < 12 ? "AM" : "PM")"
            let energies = [imported(row), exported(row), imported(row) - exported(row)]
                .map { "\"\(UtilityWriter.kilowattHours($0))0\"" }.joined(separator: ",")
            text +=
                "\"00000000\",\"\(wall.day.month)/\(wall.day.day)/\(wall.day.year)\",\"\(clock)\",\"15\",\(energies)\r\n"
        }
        return text
    }

    /// Returns the layout of Smart Meter Texas: rows of a type, with a superseded revision of the first.
    package func texas() -> String {
        var text =
            "ESIID,USAGE_DATE,REVISION_DATE,USAGE_START_TIME,USAGE_END_TIME,USAGE_KWH,ESTIMATED_ACTUAL,CONSUMPTION_SURPLUSGENERATION\n"
        func row(_ row: StoryHouse.Truth, energy: Int64, type: String, revision: Int64, isEstimated: Bool)
            -> String
        {
            let start = wall(row.startUTCSeconds)
            let parts = start.day.split(separator: "-")
            let revised = CivilDate(daysSince1970: row.startUTCSeconds / 86_400 + revision)
            let stamp =
                "\(ClockText.twoDigits(Int64(revised.month)))/\(ClockText.twoDigits(Int64(revised.day)))/\(revised.year) 07:00:00"
            return
                "'10000000000000001,\(parts[1])/\(parts[2])/\(parts[0]),\(stamp), \(start.clock), \(wall(end(row)).clock),\(UtilityWriter.kilowattHours(energy)),\(isEstimated ? "E" : "A"),\(type)\n"
        }
        if let first = rows.first {
            text += row(
                first,
                energy: imported(first) + 100,
                type: "Consumption",
                revision: 1,
                isEstimated: true
            )
        }
        for item in rows {
            text += row(item, energy: imported(item), type: "Consumption", revision: 2, isEstimated: false)
        }
        for item in rows {
            text += row(
                item,
                energy: exported(item),
                type: "Surplus Generation",
                revision: 2,
                isEstimated: false
            )
        }
        return text
    }

    /// Returns a time with its offset, as `2025-03-30T01:00:00+00:00`.
    private func stamped(_ utcSeconds: Int64, separator: String) -> String {
        let offset = zone.offset(atUTCSeconds: utcSeconds) / 60
        let sign = offset < 0 ? "-" : "+"
        let (day, clock) = wall(utcSeconds)
        return
            "\(day)\(separator)\(clock):00\(sign)\(ClockText.twoDigits(abs(offset) / 60)):\(ClockText.twoDigits(abs(offset) % 60))"
    }

    /// Returns the layout of the Avangrid companies: import only.
    package func avangrid() -> String {
        rows.reduce(
            "Name,Address,Account Number,Service,Type,Date,Start Time,End Time,Usage,Units,Costs,Weather\n"
        ) {
            let start = stamped($1.startUTCSeconds, separator: " ")
            return $0
                + "A. Owner,1 Example Road,0000000000,Electric,electric,\(start.prefix(10)),\(start),\(stamped(end($1), separator: " ")),\(UtilityWriter.kilowattHours(imported($1))),kWh,$0.00,45\n"
        }
    }

    /// Returns the layout of Octopus, one direction a file, half hours.
    package func octopus(isExport: Bool) -> String {
        var text =
            "Consumption (kwh), Estimated Cost Inc. Tax (p), Standing Charge Inc. Tax (p), Start, End\n"
        for index in stride(from: 0, to: rows.count - 1, by: 2) {
            let pair = rows[index...(index + 1)]
            let energy = pair.reduce(Int64(0)) { $0 + (isExport ? exported($1) : imported($1)) }
            text +=
                "\(UtilityWriter.kilowattHours(energy))000, 0.00, 0.95, \(stamped(rows[index].startUTCSeconds, separator: "T")), \(stamped(end(rows[index + 1]), separator: "T"))\n"
        }
        return text
    }

    /// Returns NEM12: whole days of market time, half hours.
    package func nem12() -> String {
        let offset: Int64 = 36_000
        var text = "100,NEM12,202504020900,MDP1,RET1\n"
        let days = Dictionary(grouping: rows) { ($0.startUTCSeconds + offset) / 86_400 }
        for (suffix, energy) in [("E1", imported), ("B1", exported)] {
            text += "200,NMI0000001,E1B1,\(suffix),\(suffix),N1,METER001,kWh,30,\n"
            for day in days.keys.sorted() {
                guard let own = days[day], own.count == 96 else { continue }
                let values = stride(from: 0, to: 96, by: 2).map {
                    UtilityWriter.kilowattHours(energy(own[$0]) + energy(own[$0 + 1]))
                }
                let date = "\(CivilDate(daysSince1970: day))".filter { $0 != "-" }
                text += "300,\(date),\(values.joined(separator: ",")),A,,,20250402090000,\n"
            }
        }
        return text + "900\n"
    }

    /// Returns Green Button: both directions, the newest block first, and a superseded estimate of the first day.
    package func greenButton(bill: Bill?) -> String {
        let base = "https://example.invalid/espi/1_1/resource"
        let point = "\(base)/Subscription/1/UsagePoint/1"
        func entry(_ links: [(String, String)], _ content: String, updated: String = "2025-04-03T08:00:00Z")
            -> String
        {
            let list = links.map { "<link rel=\"\($0.0)\" href=\"\($0.1)\"/>" }.joined()
            return "<entry>\(list)<content>\(content)</content><updated>\(updated)</updated></entry>\n"
        }
        var text =
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n"
        text += entry(
            [("self", point)],
            "<UsagePoint xmlns=\"http://naesb.org/espi\"><ServiceCategory><kind>0</kind></ServiceCategory></UsagePoint>"
        )
        for (number, flow) in [(1, 1), (2, 19)] {
            text += entry(
                [("self", "\(base)/ReadingType/\(number)")],
                "<ReadingType xmlns=\"http://naesb.org/espi\"><accumulationBehaviour>4</accumulationBehaviour><flowDirection>\(flow)</flowDirection><intervalLength>900</intervalLength><kind>12</kind><powerOfTenMultiplier>-3</powerOfTenMultiplier><uom>72</uom></ReadingType>"
            )
            text += entry(
                [
                    ("self", "\(point)/MeterReading/\(number)"),
                    ("related", "\(base)/ReadingType/\(number)"),
                ],
                "<MeterReading xmlns=\"http://naesb.org/espi\"/>"
            )
        }
        let days = Dictionary(grouping: rows) { wall($0.startUTCSeconds).day }
        let order = days.keys.sorted().reversed()
        for (number, energy) in [(1, imported), (2, exported)] {
            for day in order {
                text += entry(
                    [("self", "\(point)/MeterReading/\(number)/IntervalBlock/\(day)")],
                    block(days[day] ?? [], energy, extra: 0, quality: 17)
                )
            }
            if let first = order.last {
                text += entry(
                    [("self", "\(point)/MeterReading/\(number)/IntervalBlock/\(first)")],
                    block(days[first] ?? [], energy, extra: 50, quality: 8),
                    updated: "2025-04-02T08:00:00Z"
                )
            }
        }
        if let bill {
            let start = zone.startOfDay(bill.start)
            let seconds = zone.startOfDay(bill.end) - start
            text += entry(
                [("self", "\(point)/UsageSummary/1")],
                "<UsageSummary xmlns=\"http://naesb.org/espi\"><billingPeriod><duration>\(seconds)</duration><start>\(start)</start></billingPeriod><billLastPeriod>4520000</billLastPeriod><currency>826</currency><overallConsumptionLastPeriod><powerOfTenMultiplier>0</powerOfTenMultiplier><uom>72</uom><value>\(bill.importWh ?? 0)</value></overallConsumptionLastPeriod></UsageSummary>"
            )
        }
        return text + "</feed>\n"
    }

    private func block(
        _ rows: [StoryHouse.Truth],
        _ energy: (StoryHouse.Truth) -> Int64,
        extra: Int64,
        quality: Int
    ) -> String {
        let readings = rows.map { row in
            "<IntervalReading><ReadingQuality><quality>\(quality)</quality></ReadingQuality><timePeriod><duration>900</duration><start>\(row.startUTCSeconds)</start></timePeriod><value>\((energy(row) + extra) * 1000)</value></IntervalReading>"
        }
        return
            "<IntervalBlock xmlns=\"http://naesb.org/espi\">\(readings.joined(separator: "\n"))</IntervalBlock>"
    }
}
