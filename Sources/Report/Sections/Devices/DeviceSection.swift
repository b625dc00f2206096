// Firmware of a site's devices and what changed among them. What single batteries and panels did stands in BatterySection
// and PanelSection.

import Analysis
import Readings

/// Firmware and devices that changed.
struct DeviceSection {
    /// The time.
    let facts: PeriodFacts

    /// Changes that are told one by one; what is behind them is counted.
    private static let mostEvents = 30

    /// Versions by kind of device, and what changed in the time; none where no device tells.
    var blocks: [ReportBlock] {
        var blocks: [ReportBlock] = []
        let rows = firmwareRows
        if !rows.isEmpty {
            blocks.append(
                .table(
                    ReportTable(
                        "Firmware, as last reported in or before \(facts.title)",
                        columns: [.text("devices"), .text("firmware"), .number("number"), .text("which")],
                        rows: rows
                    )
                )
            )
        }
        let events = facts.deviceEvents
        if !events.isEmpty {
            let lines = events.prefix(DeviceSection.mostEvents).map { event in
                ReportText(
                    "\(facts.zone.text(atUTCSeconds: event.startUTCSeconds)): \(ReportWords.event(event))"
                )
            }
            blocks.append(.list(lines))
            let left = events.count - DeviceSection.mostEvents
            if left > 0 { blocks.append(.paragraph("\(left) more; list them with: sunvigil events")) }
        }
        return blocks
    }

    private var firmwareRows: [[ReportText]] {
        let firmware = PeriodFacts.firmware(facts.material.states, until: facts.interval.endUTCSeconds)
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
