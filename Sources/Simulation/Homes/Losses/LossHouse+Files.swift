// The files of a home with losses: reports as an owner downloads them, what he knows of the home, what is true of it, bills,
// and where wanted what each inverter made.

import Readings

extension LossHouse {
    /// Returns all files by name.
    ///
    /// - Parameter hasInverters: `devices/inverters.csv` is among them.
    package func files(hasInverters: Bool = false) -> [(path: String, text: String)] {
        var files = reports
        files.append(("system.json", description.pretty))
        files.append(("truth.json", JSONValue.array(truths.map(\.json)).pretty))
        files.append(("bills/bills.csv", BillsWriter.csv(bills, of: "a simulated home")))
        if hasInverters { files.append(("devices/inverters.csv", inverterFile)) }
        return files
    }

    private var zone: TimeZoneRules { calendar.zone }

    // MARK: Reports

    /// Days of each report: what was not downloaded is in none.
    private var reportDays: [Range<Int>] {
        let missing = faults.filter { $0.kind == .notDownloaded }.map {
            calendar.day(of: $0.interval.startUTCSeconds)...calendar.day(of: $0.interval.endUTCSeconds - 1)
        }
        var runs: [Range<Int>] = []
        for day in 0..<calendar.count where !missing.contains(where: { $0.contains(day) }) {
            let isFirst = plan.isMonthly && calendar.date(day).day == 1
            if let last = runs.last, last.upperBound == day, !isFirst {
                runs[runs.count - 1] = last.lowerBound..<day + 1
            } else {
                runs.append(day..<day + 1)
            }
        }
        return runs
    }

    private var reports: [(path: String, text: String)] {
        let runs = reportDays
        let name = plan.report == .dailyProduction ? "site_energy_production_report.csv" : "custom_report.csv"
        return runs.enumerated().map { index, days in
            let path = runs.count == 1 ? name : "\(ClockText.twoDigits(Int64(index)))_\(name)"
            return (path, plan.report == .dailyProduction ? daily(days) : report(days))
        }
    }

    private var channels: [Channel] {
        switch plan.report {
        case .quarterAll, .hourlyAll:
            [.produced, .consumed, .exported, .imported]
                + (plan.battery.wh > 0 ? [.charged, .discharged] : [])
        case .quarterExchange: [.produced, .exported, .imported]
        case .quarterProduction, .dailyProduction: [.produced]
        }
    }

    private func report(_ days: Range<Int>) -> String {
        let titles: [Channel: String] = [
            .produced: "Energy Produced (Wh)", .consumed: "Energy Consumed (Wh)",
            .exported: "Exported to Grid (Wh)", .imported: "Imported from Grid (Wh)",
            .charged: "Stored in batteries (Wh)", .discharged: "Discharged from batteries (Wh)",
        ]
        let channels = channels
        var text = "Date/Time," + channels.compactMap { titles[$0] }.joined(separator: ",") + "\n"
        let low = Int((calendar.bounds[days.lowerBound] - calendar.start) / plan.report.step)
        let high = Int((calendar.bounds[days.upperBound] - calendar.start) / plan.report.step)
        for index in low..<high {
            if plan.hasOffsets {
                text += EnlightenWriter.stamp(starts[index], zone)
            } else {
                let wall = zone.wallClock(atUTCSeconds: starts[index])
                text += "\(EnlightenWriter.slashed(wall.day)) \(ClockText.hoursMinutes(wall.secondOfDay))"
            }
            for channel in channels {
                text += ","
                text += String(rows[index][channel.rawValue])
            }
            text += "\n"
        }
        return text
    }

    private func daily(_ days: Range<Int>) -> String {
        var text = "Date/Time,Energy Delivered (Wh)\n"
        var total: Int64 = 0
        for day in days {
            let energy = Int64(rows[day][Channel.produced.rawValue])
            total += energy
            text += "\(EnlightenWriter.slashed(calendar.date(day))),\(EnlightenWriter.grouped(energy))\n"
        }
        return text + "Total,\(EnlightenWriter.grouped(total))\n"
    }

    // MARK: What is known

    private var description: JSONValue {
        .object([
            ("place", .text(plan.place.name)), ("time_zone", .text(plan.timeZone)),
            ("latitude", .number(plan.place.latitude, decimals: 2)),
            ("longitude", .number(plan.place.longitude, decimals: 2)),
            ("installed_w", .number(plan.installedW, decimals: 0)),
            ("battery_wh", .number(plan.batteryWh, decimals: 0)), ("step_s", .integer(plan.report.step)),
            ("report", .text(plan.report.rawValue)),
        ])
    }

    /// Bills of whole months by the utility's own meter, which nothing of the home's makes wrong.
    package var bills: [Bill] {
        var bills: [Bill] = []
        var (importRegister, exportRegister) = (8_412_000.0, 5_120_000.0)
        var month = CivilMonth(plan.start)
        while zone.interval(of: month).endUTCSeconds <= calendar.end {
            let interval = zone.interval(of: month)
            let opening = (importRegister.rounded(.down), exportRegister.rounded(.down))
            for quarter in quarters(in: interval) {
                importRegister += quarters.imported[quarter]
                exportRegister += quarters.exported[quarter]
            }
            func used(_ now: Double, since then: Double) -> Int64 {
                Int64((now / 1000).rounded(.down)) - Int64((then / 1000).rounded(.down))
            }
            let imported = used(importRegister, since: opening.0)
            let exported = used(exportRegister, since: opening.1)
            bills.append(
                Bill(
                    start: month.firstDay,
                    end: month.advanced(by: 1).firstDay,
                    importWh: imported * 1000,
                    exportWh: exported * 1000,
                    netExportWh: (exported - imported) * 1000,
                    importRead: (importRegister / 1000).rounded(.down),
                    exportRead: (exportRegister / 1000).rounded(.down)
                )
            )
            month = month.advanced(by: 1)
        }
        return bills
    }

    // MARK: Inverters

    /// What each inverter made, by daylight; one that lost its connection to the grid tells nothing.
    private var inverterFile: String {
        var text = "serial,start_at,seconds,energy_wh\n"
        let losses = faults.filter { $0.kind.isShare || $0.kind == .full }
        let silences = faults.filter { $0.kind == .silent }
        for index in plan.inverters.indices {
            let inverter = plan.inverters[index]
            let serial = FaultHouse.inverterSerial(index)
            for day in inverter.firstDay..<calendar.count {
                let watts = plan.panelW * plan.factor(of: index, on: day)
                let slots = calendar.slots(day)
                for quarter in slots.lowerBound / 3..<slots.upperBound / 3
                where light.heights[quarter * 3 + 1] > 2 {
                    let second = calendar.start + Int64(quarter) * 900
                    if losses.contains(where: { $0.lost.contains(index) && $0.interval.contains(second) })
                        || silences.contains(where: { $0.interval.contains(second) })
                    {
                        continue
                    }
                    let energy = (Double(quarters.planes[inverter.plane][quarter]) * watts).rounded()
                    text += "\(serial),\(second),900,\(Int(energy))\n"
                }
            }
        }
        return text
    }
}

extension LossHouse.Truth {
    /// As truth.json tells it.
    var json: JSONValue {
        var members: [(String, JSONValue)] = [
            ("kind", .text(kind)), ("device", .text(device)),
            ("start", .integer(interval.startUTCSeconds)), ("end", .integer(interval.endUTCSeconds)),
            ("observable", .number(observable, decimals: 1)), ("due", .integer(due)),
            ("also", .array(also.map { .text($0) })),
        ]
        if let isQuiet { members.append(("quiet", .boolean(isQuiet))) }
        members.append(("detail", .object(detail)))
        return .object(members)
    }
}
