// Whom and what the evidence is about: the site, its gateway, the devices of the findings with their curves. The pages stand
// in CaseReport+Document.swift.

import Analysis
import Readings
import Words

extension CaseReport {
    /// Devices that are told one by one.
    private static let mostDevices = 4

    /// Of what the page tells.
    var headLines: [ReportText] {
        var lines: [ReportText] = [
            "Site: \(facts.site.name), times of \(facts.site.timeZone)",
            ReportText("System: \(identifier("system_id") ?? "number not known")"),
            ReportText("Gateway: \(gateway)"),
            ReportText("Time: \(facts.title), \(known)"),
        ]
        lines.insert(contentsOf: devices.map { ReportText("Device: \(described($0))") }, at: 3)
        if let ownerCase {
            let now = facts.material.dataEnd ?? facts.interval.endUTCSeconds
            lines.append(
                "Case \(ownerCase.caseID), \(ownerCase.title): open for \(NumberText.count(Int(ownerCase.daysOpen(atUTCSeconds: now)), "day")) up to the newest data"
            )
        }
        return lines
    }

    /// How much of the time is known.
    private var known: String {
        let days = facts.watchedDays
        guard days.expected == 0 else {
            return "\(days.watched) of \(NumberText.count(days.expected, "day")) watched"
        }
        let count = facts.captureCount
        return count == 0
            ? "no intervals" : "no intervals, devices seen \(count == 1 ? "once" : "\(count) times")"
    }

    private func identifier(_ kind: String) -> String? {
        let values = facts.material.identifiers.filter { $0.kind == kind }.map { VisibleText.of($0.value) }
        return values.isEmpty ? nil : values.joined(separator: ", ")
    }

    private var gateway: String {
        let serial = identifier("gateway") ?? newest(.gateway).map(\.device.serial)
        guard let serial, !serial.isEmpty else { return "serial number not known" }
        return "\(serial), firmware \(said(.firmware, of: serial))"
    }

    /// The devices that the findings are about, each once.
    private var devices: [Device] {
        guard isNamed else { return [] }
        let serials = about.flatMap(\.all).flatMap { $0.finding.evidence.serials ?? [$0.finding.device] }
        var seen: Set<String> = []
        let known = facts.material.states.map(\.device) + facts.material.devices.map(\.device)
        return serials.filter { seen.insert($0).inserted }.compactMap { serial in
            known.first { $0.serial == serial && !serial.isEmpty && $0.kind != .gateway }
        }.prefix(CaseReport.mostDevices).map { $0 }
    }

    private func described(_ device: Device) -> String {
        let kind = device.kind.rawValue.replacing("_", with: " ")
        let serial = VisibleText.of(device.serial)
        return
            "\(kind) \(serial), part \(said(.model, of: device.serial)), firmware \(said(.firmware, of: device.serial)), warranty not known"
    }

    /// The newest that a device said of itself up to the end of the time.
    private func said(_ property: StateProperty, of serial: String) -> String {
        let states = facts.material.states.filter {
            $0.device.serial == serial && $0.properties[property] != nil
                && $0.atUTCSeconds < facts.interval.endUTCSeconds
        }
        let newest = states.max { $0.atUTCSeconds < $1.atUTCSeconds }
        return newest?.properties[property].map { VisibleText.of($0) } ?? "not known"
    }

    private func newest(_ kind: DeviceKind) -> DeviceState? {
        facts.material.states.filter { $0.device.kind == kind }.max { $0.atUTCSeconds < $1.atUTCSeconds }
    }

    // MARK: Curves

    /// What each device did, over what the middle one of the others did.
    var deviceFigures: [ReportBlock] {
        devices.compactMap { device in
            switch device.kind {
            case .battery, .acBattery: batteryFigure(device.serial)
            case .inverter: inverterFigure(device.serial)
            default: nil
            }
        }.map { .figure($0) }
    }

    private func batteryFigure(_ serial: String) -> ReportFigure? {
        guard let own = facts.batteries.first(where: { $0.serial == serial }), facts.batteries.count > 1
        else {
            return nil
        }
        let others = facts.batteries.filter { $0.serial != serial }
        let middle = own.hourly.indices.map { hour in Median.of(others.compactMap { $0.hourly[hour] }) }
        return figure(
            serial,
            what: "State of charge",
            unit: "%",
            curves: (own.hourly, middle),
            expected: own.hasIntervals
        )
    }

    private func inverterFigure(_ serial: String) -> ReportFigure? {
        guard let own = facts.inverters.first(where: { $0.serial == serial }), facts.inverters.count > 1
        else {
            return nil
        }
        let others = facts.inverters.filter { $0.serial != serial }
        let middle = own.days.indices.map { day in
            Median.of(others.compactMap { $0.days[day].map { Double($0) / 1000 } })
        }
        return figure(
            serial,
            what: "Energy by day",
            unit: "kWh",
            curves: (own.days.map { $0.map { Double($0) / 1000 } }, middle),
            expected: true
        )
    }

    private func figure(
        _ serial: String,
        what: String,
        unit: String,
        curves: (own: [Double?], middle: [Double?]),
        expected: Bool
    ) -> ReportFigure {
        let axis = TimeAxis(facts)
        let known = (curves.own + curves.middle).compactMap { $0 }
        let ceiling = unit == "%" ? 100 : max(0.1, (known.max() ?? 1).rounded(.up))
        func mean(_ values: [Double?]) -> String {
            let known = values.compactMap { $0 }
            return known.isEmpty ? "–" : NumberText.fixed(known.reduce(0, +) / Double(known.count), 1)
        }
        let name = VisibleText.of(serial)
        return ReportFigure(
            "device-\(devices.firstIndex { $0.serial == serial } ?? 0)",
            title: "\(what): \(name)",
            description: "\(name) over \(facts.title), and below it the middle one of the others.",
            caption:
                "On average \(mean(curves.own)) \(unit), the middle one of the others \(mean(curves.middle)) \(unit).",
            chart: .curves(
                CurvePanels(
                    [
                        CurvePanels.Panel(name: name, values: curves.own),
                        CurvePanels.Panel(name: "the middle one of the others", values: curves.middle),
                    ],
                    expected: axis.expected(expected ? facts.seriesSpan ?? facts.dataSpan : nil),
                    ceiling: ceiling,
                    unit: unit,
                    tone: unit == "%" ? .battery : .sun,
                    ticks: axis.ticks
                )
            ),
            table: ReportTable(
                "\(what) of \(name) and of the middle one of the others, \(unit)",
                columns: [.text("which"), .number("mean"), .number("lowest"), .number("highest")],
                rows: [(name, curves.own), ("the middle one of the others", curves.middle)].map {
                    which,
                    values in
                    let known = values.compactMap { $0 }
                    return [
                        ReportText(which), ReportText(mean(values)),
                        ReportText(known.min().map { NumberText.fixed($0, 1) } ?? "–"),
                        ReportText(known.max().map { NumberText.fixed($0, 1) } ?? "–"),
                    ]
                }
            )
        )
    }
}
