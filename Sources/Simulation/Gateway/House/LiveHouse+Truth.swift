// What is true of a house that was played live: its energies by any whole minutes, its registers at both ends, and its faults
// with their times.

import Readings

extension LiveHouse {
    /// A stretch of time as it truly was.
    package struct TruthRow: Equatable, Sendable {
        /// The start, seconds UTC.
        package var startUTCSeconds: Int64
        /// Energies in the order of `Channel`, Wh, exact but for the fractions of a Double.
        package var energyWh: [Double]
        /// What all batteries held at its end, percent.
        package var storedPercent: Double
    }

    /// Returns the stretches of so many seconds that were played whole, from multiples of it on.
    ///
    /// - Parameter seconds: a multiple of 60.
    package func truthRows(seconds: Int64 = 900) -> [TruthRow] {
        guard seconds >= 60, seconds % 60 == 0 else { return [] }
        let count = Channel.count
        let step = Int(seconds / 60)
        let first = -(-sums.firstMark).flooredDivision(by: seconds) * seconds
        var index = Int((first - sums.firstMark) / 60)
        var rows: [TruthRow] = []
        while index + step < sums.percents.count {
            let energies = (0..<count).map { channel in
                Double(sums.marks[(index + step) * count + channel] - sums.marks[index * count + channel])
                    / 3_600_000
            }
            rows.append(
                TruthRow(
                    startUTCSeconds: sums.firstMark + Int64(index) * 60,
                    energyWh: energies,
                    storedPercent: Double(sums.percents[index + step])
                )
            )
            index += step
        }
        return rows
    }

    /// What the meters show now, Wh with three decimals, as they name it.
    package var registersWh: [(name: String, value: Double)] { LiveHouse.registers(meters) }

    private static func registers(_ meters: LiveMeters) -> [(name: String, value: Double)] {
        LiveMeters.Meter.allCases.flatMap { meter in
            let shown = meters.shown(meter)
            return [
                ("\(meter.measurement)_delivered", Double(shown.delivered) / 1000),
                ("\(meter.measurement)_received", Double(shown.received) / 1000),
            ]
        }
    }

    /// What one battery truly holds, percent.
    package func batteryPercent(_ index: Int) -> Double { pack.percent(index) }

    /// What all batteries truly hold, percent.
    package var packPercent: Double { pack.percent }

    /// Faults that the network or the server has, for whoever plays it.
    package var networkFaults: [LiveHouseFault] { faults.filter(\.kind.isOfNetwork) }

    /// When a fault that drains the batteries brought them first to a percent, by the percents: five below the reserve, 10, 2.
    package func reached(_ fault: LiveHouseFault) -> [Int: Int64] {
        fault.kind == .batteriesFlat ? crossings[fault.interval.startUTCSeconds] ?? [:] : [:]
    }

    /// The device of a fault as a finding names it.
    package func device(of fault: LiveHouseFault) -> String {
        switch fault.kind {
        case .cloudSilent, .gatewayUnreachable, .clockSkewed, .firmwareChanged, .keyChanged, .serialChanged,
            .nightReset:
            shape.serial
        case .relayOpened, .returnFailed: shape.controller
        case .batteriesFlat: "pack"
        case .batteryLost, .batteryStuck, .firmwareBehind:
            shape.batteries.indices.contains(fault.device) ? shape.batteries[fault.device] : ""
        case .inverterLost:
            shape.inverters.indices.contains(fault.device) ? shape.inverters[fault.device] : ""
        case .productionStopped: "site"
        case .meterFrozen: "\(LiveMeters.Meter.production.eid)"
        }
    }

    /// All of it, for `truth.json`.
    package var truth: JSONValue {
        let rows = truthRows()
        func registers(_ meters: LiveMeters) -> JSONValue {
            .object(LiveHouse.registers(meters).map { ("\($0.name)_wh", .number($0.value, decimals: 3)) })
        }
        let quarters = rows.map { row in
            JSONValue.array(
                [.text(Instant(utcSeconds: row.startUTCSeconds).iso8601)]
                    + row.energyWh.map { .number($0, decimals: 6) } + [
                        .number(row.storedPercent, decimals: 2)
                    ]
            )
        }
        let played = Interval(
            startUTCSeconds: start,
            endUTCSeconds: max(at, start + Int64(days) * 86_400)
        )
        return .object([
            ("seed", .integer(Int64(bitPattern: seed))), ("time_zone", .text(zone.identifier)),
            ("gateway", .text(serial)), ("firmware", .text(shape.firmware)),
            ("phases", .integer(Int64(shape.phaseCount))),
            ("storage_meter", .boolean(shape.hasStorageMeter && !shape.batteries.isEmpty)),
            ("installed_w", .number(shape.installedW, decimals: 0)),
            ("reserve_percent", .number(shape.reservePercent, decimals: 0)),
            ("inverters", .array(shape.inverters.map { .text($0) })),
            ("batteries", .array(shape.batteries.map { .text($0) })),
            ("start", .text(Instant(utcSeconds: start).iso8601)),
            ("end", .text(Instant(utcSeconds: at).iso8601)),
            ("faults", .array(faults.filter { $0.interval.overlaps(played) }.map(truth))),
            ("production_not_counted_wh", .number(Double(missed) / 3_600_000, decimals: 3)),
            ("registers", .object([("start", registers(firstMeters)), ("end", registers(meters))])),
            (
                "columns",
                .array(
                    (["start"] + Channel.allCases.map { "\($0.name)_wh" } + ["stored_percent"]).map {
                        .text($0)
                    }
                )
            ),
            ("quarters", .array(quarters)),
        ])
    }

    /// A fault as truth.json tells it.
    private func truth(_ fault: LiveHouseFault) -> JSONValue {
        let isLasting = fault.interval.endUTCSeconds > start + Int64(days) * 86_400
        var members: [(String, JSONValue)] = [
            ("kind", .text(fault.kind.rawValue)), ("device", .text(device(of: fault))),
            ("start", .text(Instant(utcSeconds: fault.interval.startUTCSeconds).iso8601)),
            ("end", isLasting ? .null : .text(Instant(utcSeconds: fault.interval.endUTCSeconds).iso8601)),
        ]
        if !fault.argument.isEmpty { members.append(("detail", .text(fault.argument))) }
        if fault.kind.isOfNetwork { members.append(("by", .text("network"))) }
        if fault.kind == .returnFailed {
            members.append(("grid_back", .text(Instant(utcSeconds: fault.gridBack).iso8601)))
        }
        for (percent, time) in reached(fault).sorted(by: { $0.key > $1.key }) {
            members.append(("below_\(percent)", .text(Instant(utcSeconds: time).iso8601)))
        }
        return .object(members)
    }
}
