// The files of a house with faults, in the forms that an owner has, and its columns for tests.

import Readings

extension FaultHouse {
    /// Returns all files by name, `truth.json` among them.
    package func files(zone: TimeZoneRules) -> [(path: String, text: String)] {
        var files = [
            ("enlighten_15min.csv", report(zone)), ("site_telemetry.csv", telemetry),
            ("devices/micros.csv", inverterFile), ("system.json", description.pretty),
            ("truth.json", truth.pretty),
        ]
        for index in batteries.indices {
            files.append(("devices/battery_\(FaultHouse.batterySerial(index)).json", battery(index).compact))
        }
        return files
    }

    private func report(_ zone: TimeZoneRules) -> String {
        var text =
            "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh),"
        text += "Stored in batteries (Wh),Discharged from batteries (Wh)\n"
        for slot in 0..<grid.count {
            guard let row = site[slot] else { continue }
            let values = EnlightenWriter.order.map { String(row[$0.rawValue]) }.joined(separator: ",")
            text += "\(EnlightenWriter.stamp(grid.start(slot), zone)),\(values)\n"
        }
        return text
    }

    private var telemetry: String {
        var text = "end_at,reported_at,grid_relay\n"
        for slot in 0..<grid.count where site[slot] != nil {
            text += "\(grid.end(slot)),\(grid.end(slot) + delay[slot]),\(isOpen[slot] ? "open" : "closed")\n"
        }
        return text
    }

    private var inverterFile: String {
        var text = "serial,end_at,wh\n"
        for index in inverters.indices {
            for slot in 0..<grid.count {
                guard let energy = inverters[index][slot] else { continue }
                text += "\(FaultHouse.inverterSerial(index)),\(grid.end(slot)),\(energy)\n"
            }
        }
        return text
    }

    private func battery(_ index: Int) -> JSONValue {
        var intervals: [JSONValue] = []
        for slot in 0..<grid.count {
            guard let state = batteries[index][slot] else { continue }
            intervals.append(
                .object([
                    ("end_at", .integer(grid.end(slot))),
                    ("charge", .object([("enwh", .integer(Int64(state.charged)))])),
                    ("discharge", .object([("enwh", .integer(Int64(state.discharged)))])),
                    ("soc", .object([("percent", .integer(Int64(state.soc)))])),
                ])
            )
        }
        return .object([
            ("serial_number", .text(FaultHouse.batterySerial(index))),
            ("granularity", .text("\(grid.step / 60)mins")),
            ("items", .text("intervals")), ("intervals", .array(intervals)),
        ])
    }

    private var description: JSONValue {
        .object([
            ("tz", .text(plan.timeZone)), ("lat", .number(plan.place.latitude, decimals: 2)),
            ("lon", .number(plan.place.longitude, decimals: 2)),
            ("nameplate_w", .number(plan.installedW, decimals: 0)),
            ("battery_wh", .number(plan.meanUnitWh, decimals: 0)),
            ("batteries", .array(batteries.indices.map { .text(FaultHouse.batterySerial($0)) })),
            (
                "settings",
                .array([
                    .object([
                        ("t", .integer(grid.startUTCSeconds)),
                        ("reserve", .number(plan.reservePercent, decimals: 0)),
                    ])
                ])
            ),
        ])
    }

    private var truth: JSONValue {
        .array(
            faults.map { fault in
                .object([
                    ("kind", .text(fault.kind)), ("device", .text(fault.device)),
                    ("start", .integer(fault.interval.startUTCSeconds)),
                    ("end", .integer(fault.interval.endUTCSeconds)),
                    ("observable", .number(fault.observable, decimals: 2)),
                ])
            }
        )
    }

    // MARK: Columns

    /// The house as analysis reads it.
    ///
    /// - Parameter interval: the starts wanted; nil for all.
    package func columns(in interval: Interval? = nil) -> (site: ReadingColumns, home: HomeColumns)? {
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(grid.step))
        let slots = interval.map { grid.slots(in: $0) } ?? 0..<grid.count
        var rows = ReadingColumns()
        for slot in slots {
            guard let row = site[slot] else { continue }
            rows.append(startUTCSeconds: grid.start(slot), energyWh: row)
        }
        /// The rows of a device; nil for a slot without report.
        func series(of device: Device, source: Source, values: (Int) -> [DeviceColumn: Int32]?)
            -> DeviceSeries
        {
            var series = DeviceSeries(device: device, source: source, seconds: Int32(grid.step))
            for slot in slots {
                guard let row = values(slot) else { continue }
                series.startUTCSeconds.append(grid.start(slot))
                for column in DeviceColumn.allCases {
                    series.columns[column.rawValue].append(row[column] ?? HomeColumns.missing)
                }
            }
            return series
        }
        let meter = series(of: Device(.meter, "production"), source: .owner) { slot in
            site[slot] == nil ? nil : [.delay: Int32(delay[slot])]
        }
        let devices =
            [meter]
            + inverters.indices.map { index in
                series(of: Device(.inverter, FaultHouse.inverterSerial(index)), source: .owner) { slot in
                    inverters[index][slot].map { [.energy: $0] }
                }
            }
            + batteries.indices.map { index in
                series(of: Device(.battery, FaultHouse.batterySerial(index)), source: .cloudAPI) { slot in
                    batteries[index][slot].map {
                        [.charged: $0.charged, .discharged: $0.discharged, .stateOfCharge: $0.soc * 10]
                    }
                }
            }
        return HomeColumns(site: (key, rows), devices: devices, changes: changes).map { (rows, $0) }
    }

    private var changes: [HomeChange] {
        var first = HomeChange(atUTCSeconds: grid.startUTCSeconds)
        first.isRelayOpen = false
        first.reserve = plan.reservePercent
        var changes = [first]
        for slot in 1..<max(1, grid.count) where isOpen[slot] != isOpen[slot - 1] {
            var change = HomeChange(atUTCSeconds: grid.start(slot))
            change.isRelayOpen = isOpen[slot]
            changes.append(change)
        }
        return changes
    }
}
