// Batteries and panels, one by one; firmware and devices that changed.

import Analysis
import Readings

extension PeriodFacts {
    // MARK: Batteries

    /// The batteries one by one, or their sum where nothing is known of single ones.
    var batteryBlocks: [ReportBlock] {
        guard !batteries.isEmpty else {
            guard let rate = totals.roundTripPercent else { return [] }
            return [
                .paragraph(
                    "All batteries together took \(NumberText.kilowattHours(totals[.charged])) kWh and gave \(NumberText.kilowattHours(totals[.discharged])) kWh (round trip \(NumberText.fixed(rate, 1)) %). No document tells of single ones: import device histories to have them watched one by one."
                )
            ]
        }
        var blocks: [ReportBlock] = [.table(batteryTable)]
        if let figure = chargeFigure { blocks.append(.figure(figure)) }
        if let figure = spreadFigure { blocks.append(.figure(figure)) }
        return blocks
    }

    /// What one battery is taken to hold, Wh: what it showed, else its part of what the owner gave.
    private func usable(_ battery: BatteryFacts) -> Double? {
        battery.usableWh ?? site.battery.map { Double($0.value) / Double(max(1, batteries.count)) }
    }

    private var batteryTable: ReportTable {
        func number(_ value: Double?, _ decimals: Int) -> ReportText {
            ReportText(value.map { NumberText.fixed($0, decimals) } ?? "–")
        }
        var columns: [ReportTable.Column] = [
            .text("battery"), .number("charged kWh"), .number("discharged kWh"), .number("round trip %"),
            .number("loss Wh/day"), .number("usable kWh"), .number("cycles"), .number("SoC %"),
            .number("points apart"),
        ]
        let hasHealth = batteries.contains { $0.healthPercent != nil }
        if hasHealth { columns.append(.number("health %")) }
        let hasFirmware = batteries.contains { $0.firmware != nil }
        if hasFirmware { columns.append(.text("firmware")) }
        return ReportTable(
            "Batteries in \(title)",
            columns,
            batteries.map { battery in
                var row: [ReportText] = [
                    ReportText(battery.serial), number(Double(battery.chargedWh) / 1000, 1),
                    number(Double(battery.dischargedWh) / 1000, 1), number(battery.roundTripPercent, 0),
                    number(battery.lossWhPerDay, 0), number(battery.usableWh.map { $0 / 1000 }, 2),
                    number(usable(battery).map { battery.cycles(usableWh: $0) }, 1),
                    ReportText(
                        battery.lowestPercent.map {
                            "\(NumberText.fixed($0, 0)) to \(NumberText.fixed(battery.highestPercent ?? $0, 0))"
                        } ?? "–"
                    ), number(battery.spreadPoints, 1),
                ]
                if hasHealth { row.append(number(battery.healthPercent, 0)) }
                if hasFirmware { row.append(ReportText(battery.firmware ?? "–")) }
                return row
            }
        )
    }

    /// The part of the time in which a finding of a battery holds, for its panel.
    private func marks(_ serial: String) -> [CurvePanels.Mark] {
        let kinds: Set<FindingKind> = [.batteryPinned, .batteryNoCharge, .batteryUnbalanced, .batteryDeep]
        return open.filter {
            kinds.contains($0.finding.kind) && ($0.finding.device == serial || $0.finding.device == "pack")
        }.compactMap { reported in
            guard let part = reported.finding.interval.intersection(interval), part.seconds > 0 else {
                return nil
            }
            let whole = Double(interval.seconds)
            return CurvePanels.Mark(
                from: Double(part.startUTCSeconds - interval.startUTCSeconds) / whole,
                to: Double(part.endUTCSeconds - interval.startUTCSeconds) / whole,
                text: ReportWords.kind(reported.finding.kind)
            )
        }
    }

    /// The part of the time, from 0 to 1, that the site's data span.
    private var expected: ClosedRange<Double> {
        guard let part = dataSpan?.intersection(interval) else { return 0...0 }
        let whole = Double(max(1, interval.seconds))
        let from = Double(part.startUTCSeconds - interval.startUTCSeconds) / whole
        return from...max(from, Double(part.endUTCSeconds - interval.startUTCSeconds) / whole)
    }

    /// Hours that are drawn as one value: a month's hours each, of a year the days.
    private var hoursPerValue: Int { interval.seconds > 62 * 86_400 ? 24 : 1 }

    private var chargeFigure: ReportFigure? {
        let shown = batteries.filter { $0.lastPercent != nil }
        guard !shown.isEmpty else { return nil }
        let panels = shown.map { battery in
            CurvePanels.Panel(
                name: battery.serial,
                values: PeriodFacts.means(battery.hourly, hoursPerValue),
                marks: marks(battery.serial)
            )
        }
        let marked = panels.count { !$0.marks.isEmpty }
        let last = shown.map { "\($0.serial) \(NumberText.fixed($0.lastPercent ?? 0, 0)) %" }
        return ReportFigure(
            "charge",
            title: "State of charge of each battery",
            description:
                "One curve a battery over \(title), from 0 to 100 %; hatched without data, tinted where a finding holds.",
            caption:
                "Last reported: \(last.joined(separator: ", ")).\(marked > 0 ? " Tinted: the time of a finding." : "")",
            chart: .curves(
                CurvePanels(
                    panels,
                    expected: expected,
                    ceiling: 100,
                    unit: "%",
                    tone: .battery,
                    ticks: ticks
                )
            ),
            table: ReportTable(
                "State of charge in \(title), percent",
                [.text("battery"), .number("lowest"), .number("highest"), .number("last")],
                shown.map { battery in
                    [battery.lowestPercent, battery.highestPercent, battery.lastPercent].reduce(
                        into: [ReportText(battery.serial)]
                    ) { $0.append(ReportText($1.map { NumberText.fixed($0, 0) } ?? "–")) }
                }
            )
        )
    }

    /// Means of so many hours each; nil where none has a value.
    static func means(_ hourly: [Double?], _ hours: Int) -> [Double?] {
        guard hours > 1 else { return hourly }
        return stride(from: 0, to: hourly.count, by: hours).map { start in
            let known = hourly[start..<min(hourly.count, start + hours)].compactMap { $0 }
            return known.isEmpty ? nil : known.reduce(0, +) / Double(known.count)
        }
    }

    private var spreadFigure: ReportFigure? {
        let hours = batteries.first?.hourly.count ?? 0
        guard batteries.count > 1, hours > 24 else { return nil }
        let spread: [Double?] = (0..<hours).map { hour in
            let states = batteries.compactMap { $0.hourly[hour] }
            guard states.count > 1, let low = states.min(), let high = states.max() else { return nil }
            return high - low
        }
        let daily = PeriodFacts.means(spread, 24)
        let known = daily.compactMap { $0 }
        guard let most = known.max() else { return nil }
        let mean = known.reduce(0, +) / Double(known.count)
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        func name(_ index: Int) -> String { "\(first.advanced(by: Int64(index)))" }
        let chart = ColumnChart(
            daily.enumerated().map { index, value in
                let place = (Double(index) + 0.5) / Double(daily.count)
                return ColumnChart.Column(
                    name: name(index),
                    value: value,
                    missingShare: value == nil && expected.contains(place) ? 1 : 0
                )
            },
            unit: "points",
            valueName: "highest less lowest battery",
            tone: .battery,
            ticks: ticks
        )
        return ReportFigure(
            "spread",
            title: "How far the batteries stand apart",
            description:
                "The mean distance of the highest from the lowest battery, for each day of \(title).",
            caption:
                "On average \(NumberText.fixed(mean, 1)) points of the state of charge, at most \(NumberText.fixed(most, 1)) on a day.",
            chart: .columns(chart),
            table: ReportTable(
                "Distance of the highest from the lowest battery",
                [.text("day"), .number("points")],
                daily.enumerated().compactMap { index, value in
                    value.map { [ReportText(name(index)), ReportText(NumberText.fixed($0, 1))] }
                }
            )
        )
    }

    // MARK: Panels

    /// Below this share of the middle one an inverter is marked, percent.
    private static let weakPercent = 85.0

    /// The panels one by one.
    var panelBlocks: [ReportBlock] {
        guard !inverters.isEmpty else { return [] }
        let kinds: Set<FindingKind> = [.microDead, .microDegraded, .deviceSilent, .inverterLost]
        let named = Set(open.filter { kinds.contains($0.finding.kind) }.map(\.finding.device))
        func isMarked(_ inverter: InverterFacts) -> Bool {
            named.contains(inverter.serial)
                || (inverter.percentOfMiddle ?? 100) < PeriodFacts.weakPercent
        }
        func percent(_ inverter: InverterFacts) -> String {
            inverter.percentOfMiddle.map { "\(NumberText.fixed($0, 0)) %" } ?? "–"
        }
        func energy(_ inverter: InverterFacts) -> String {
            NumberText.fixed(Double(inverter.totalWh) / 1000, 1)
        }
        let weak = inverters.count(where: isMarked)
        let sum = inverters.reduce(Int64(0)) { $0 + $1.totalWh }
        let figure = ReportFigure(
            "panels-chart",
            title: "Each inverter by day",
            description:
                "A small field of columns for each of \(inverters.count) inverters, all on one scale, with a line for what the middle one gave.",
            caption:
                "\(NumberText.count(inverters.count, "inverter")), together \(NumberText.fixed(Double(sum) / 1000, 1)) kWh; \(weak == 0 ? "none stands out" : weak == 1 ? "one to look at, framed" : "\(weak) of them to look at, framed").",
            chart: .panels(
                ColumnPanels(
                    inverters.map { inverter in
                        ColumnPanels.Panel(
                            name: inverter.serial,
                            number: "\(energy(inverter)) kWh, \(percent(inverter))",
                            values: PeriodFacts.columns(inverter.days.map { $0.map { Double($0) } }),
                            isMarked: isMarked(inverter)
                        )
                    },
                    expected: expected,
                    usual: PeriodFacts.columns(middleInverter)
                )
            ),
            table: ReportTable(
                "Inverters in \(title)",
                [
                    .text("inverter"), .number("kWh"), .number("of the middle one"),
                    .number("days with data"),
                    .text("firmware"),
                ],
                inverters.map { inverter in
                    [
                        ReportText(inverter.serial), ReportText(energy(inverter)),
                        ReportText(percent(inverter)), "\(inverter.dayCount) of \(inverter.days.count)",
                        ReportText(inverter.firmware ?? "–"),
                    ]
                }
            )
        )
        return [.figure(figure)]
    }

    /// Days as they are, of a year the means of weeks.
    private static func columns(_ days: [Double?]) -> [Double?] {
        days.count > 62 ? means(days, 7) : days
    }

    // MARK: Firmware

    /// Versions by kind of device, and what changed in the time.
    var deviceBlocks: [ReportBlock] {
        var blocks: [ReportBlock] = []
        let rows = firmwareRows
        if !rows.isEmpty {
            blocks.append(
                .table(
                    ReportTable(
                        "Firmware, as last reported in or before \(title)",
                        [.text("devices"), .text("firmware"), .number("number"), .text("which")],
                        rows
                    )
                )
            )
        }
        let events = deviceEvents
        if !events.isEmpty {
            let lines = events.prefix(30).map { event in
                ReportText(
                    "\(zone.text(atUTCSeconds: event.startUTCSeconds)): \(ReportWords.event(event))"
                )
            }
            blocks.append(.list(lines))
            if events.count > 30 {
                blocks.append(.paragraph("\(events.count - 30) more; list them with: sunvigil events"))
            }
        }
        return blocks
    }

    private var firmwareRows: [[ReportText]] {
        let firmware = PeriodFacts.firmware(material.states, until: interval.endUTCSeconds)
        var groups: [DeviceKind: [String: [String]]] = [:]
        for (device, text) in firmware {
            groups[device.kind, default: [:]][text, default: []].append(device.serial)
        }
        return groups.sorted { $0.key.rawValue < $1.key.rawValue }.flatMap { kind, versions in
            versions.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { version, serials in
                let serials = serials.sorted()
                // All of a kind need no list; those that stand apart do.
                let isFew = serials.count <= 3 || versions.count > 1 && serials.count <= 8
                return [
                    ReportText(kind.rawValue.replacing("_", with: " ")), ReportText(version),
                    "\(serials.count)", ReportText(isFew ? serials.joined(separator: ", ") : "–"),
                ]
            }
        }
    }
}
