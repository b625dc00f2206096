// The monthly report for people who read Markdown, or plain text.

import Analysis
import Readings

extension MonthlyReport {
    /// Returns the report as Markdown; equal facts give equal bytes.
    package func markdown() -> String {
        var text = "# \(MarkdownText.escaped(site.name)), \(month.title)\n\n**\(verdict)**\n\n"
        guard let seriesKey else { return text }
        text +=
            "Energies in kWh as recorded, intervals of \(StepText.words(seriesKey.seconds)), times of \(site.timeZone).\n\n"
        text += energyTable + rates + findingsText + utilityText + daysTable + checksText + sourcesText
        return text
    }

    private func kilowattHours(_ energy: WattHours?) -> String {
        energy.map { NumberText.grouped(JSONValue.fixed($0.kilowattHours, decimals: 1)) } ?? "–"
    }

    private var energyTable: String {
        let hasMissing = missing.contains { $0 != nil }
        var text =
            "## Energy\n\n| | recorded | \(hasMissing ? "missing, estimated | " : "")month before | year before |\n"
        text += "|---|---:|\(hasMissing ? "---:|" : "")---:|---:|\n"
        for channel in Channel.allCases where totals[channel] != nil {
            let estimate = missing[channel.rawValue].map { estimate -> String in
                func kwh(_ value: Double) -> String {
                    NumberText.grouped(JSONValue.fixed(value / 1000, decimals: 1))
                }
                return "about \(kwh(estimate.middle)) (\(kwh(estimate.low)) to \(kwh(estimate.high)))"
            }
            text += "| \(channel.name) | \(kilowattHours(totals[channel])) | "
            if hasMissing { text += "\(estimate ?? "not known") | " }
            text += "\(kilowattHours(monthBefore?[channel])) | \(kilowattHours(yearBefore?[channel])) |\n"
        }
        func share(_ totals: Totals?) -> String {
            totals.map { "\(JSONValue.fixed(100 * $0.coverage.share, decimals: 1)) %" } ?? "–"
        }
        text +=
            "| intervals with data | \(share(totals)) | \(hasMissing ? "| " : "")\(share(monthBefore)) | \(share(yearBefore)) |\n\n"
        if hasMissing { text += "Estimates come from comparable days nearby and are in no sum.\n\n" }
        return text
    }

    /// Silences and bills of the month, as the reconciliation tells them.
    private var utilityText: String {
        guard let reconciliation, !reconciliation.isEmpty else { return "" }
        var text = "## The utility\n\n"
        if !reconciliation.gaps.isEmpty { text += reconciliation.gapsText(heading: "### Silence") }
        if !reconciliation.bills.isEmpty { text += "### Bills\n\n" + reconciliation.billsText }
        return text
    }

    private var rates: String {
        let lines = [
            ("Self-consumption", totals.selfConsumptionPercent),
            ("Self-sufficiency", totals.selfSufficiencyPercent),
            ("Battery round trip", totals.roundTripPercent),
        ].compactMap { name, value in value.map { "- \(name): \(JSONValue.fixed($0, decimals: 1)) %" } }
        return lines.isEmpty ? "" : lines.joined(separator: "\n") + "\n\n"
    }

    private var findingsText: String {
        var text = "## Findings\n\n"
        if findings.isEmpty { return text + "None.\n\n" }
        for line in OwnerWords.lines(findings, zone: zone) { text += "- \(MarkdownText.escaped(line))\n" }
        return text + "\n"
    }

    private var daysTable: String {
        let largest = days.compactMap { $0.energy[Channel.produced.rawValue]?.value }.max() ?? 0
        var text =
            "## Days\n\n| day | data | produced | | consumed | imported | exported |\n|---|---:|---:|---|---:|---:|---:|\n"
        for day in days where day.coverage.expected > 0 {
            let produced = day.energy[Channel.produced.rawValue]?.value ?? 0
            let bar =
                largest > 0
                ? String(repeating: "█", count: Int((10 * max(0, produced) + largest / 2) / largest)) : ""
            let isEmpty = day.coverage.present == 0
            func cell(_ channel: Channel) -> String {
                isEmpty ? "no data" : kilowattHours(day.energy[channel.rawValue])
            }
            let share = JSONValue.fixed(100 * day.coverage.share, decimals: 0)
            text +=
                "| \(day.day) | \(share) % | \(cell(.produced)) | \(isEmpty ? "" : bar) | \(cell(.consumed)) | \(cell(.imported)) | \(cell(.exported)) |\n"
        }
        return text + "\n"
    }

    private var checksText: String {
        guard !comparisons.isEmpty else { return "" }
        var text = "## Histories held against each other\n\n"
        for check in comparisons {
            text +=
                "- \(check.channel.name), \(StepText.words(check.fine.seconds)) against \(StepText.words(check.coarse.seconds)): \(check.equalDays) of \(check.days) days equal to the Wh"
            if let day = check.largestDifferenceDay {
                text += ", largest difference \(check.largestDifference) Wh on \(day)"
            }
            text += "\n"
        }
        return text + "\n"
    }

    private var sourcesText: String {
        var text = "## Sources\n\n"
        for source in sources {
            text +=
                "- import \(source.importID): \(MarkdownText.code(source.name)), SHA-256 `\(source.sha256)`\n"
        }
        return text + "\nMade by sunvigil \(programVersion). Not affiliated with Enphase.\n"
    }
}

/// Findings in the owner's words.
package enum OwnerWords {
    /// Returns a line per finding; midnight zeros of one month share a line.
    package static func lines(_ findings: [Finding], zone: TimeZoneRules) -> [String] {
        var lines: [String] = []
        var midnights: [CivilMonth: Int] = [:]
        for finding in findings where finding.kind == .midnightZero {
            midnights[CivilMonth(zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day), default: 0] += 1
        }
        for finding in findings where finding.kind != .midnightZero { lines.append(line(finding, zone)) }
        for (month, count) in midnights.sorted(by: { $0.key < $1.key }) {
            lines.append(
                "notice: in \(month.title) the first interval of \(count) \(count == 1 ? "day" : "days") is empty although its neighbours are not (midnight zeros); that energy is lost"
            )
        }
        return lines
    }

    private static func meter(_ device: String) -> String {
        switch device {
        case "meter_prod": "the production meter"
        case "meter_net": "the grid meter"
        default: "the monitor"
        }
    }

    private static func line(_ finding: Finding, _ zone: TimeZoneRules) -> String {
        // A device is called what a document said.
        let device = MarkdownText.visible(finding.device)
        let start = zone.text(atUTCSeconds: finding.start.utcSeconds)
        let end = finding.end.map { "to \(zone.text(atUTCSeconds: $0.utcSeconds))" } ?? "and it lasts"
        let hours = JSONValue.fixed(Double(finding.interval.seconds) / 3600, decimals: 1)
        let words =
            switch finding.kind {
            case .siteSilent: "no data from \(start) \(end) (\(hours) h)"
            case .dropout: "a lost report from \(start) \(end) (\(hours) h)"
            case .smear:
                "one averaged value repeated from \(start) \(end) (\(hours) h): the energy is not the true one"
            case .zeroDay:
                "no production from \(start) \(end): silence or snow, this report alone cannot tell"
            case .stepDisagreement: "two histories contradict each other between \(start) and \(end)"
            case .midnightZero: "an empty midnight at \(start)"
            case .lateBackfill: "data of \(start) \(end) arrived late"
            case .partialSite: "several inverters did not report from \(start) \(end) (\(hours) h)"
            case .deviceSilent: "\(device) did not report from \(start) \(end) (\(hours) h)"
            case .microDead:
                "inverter \(device) gave nothing from \(start) \(end) while the others did"
            case .microDegraded:
                "inverter \(device) gives less than its neighbours than it used to, from \(start) \(end)"
            case .batteryPinned:
                "battery \(device) stands short of full and keeps taking charge, from \(start) \(end)"
            case .batteryNoCharge:
                "battery \(device) took no charge from \(start) \(end) while the others did"
            case .batteryUnbalanced:
                "battery \(device) stands apart from the others from \(start) \(end)"
            case .batteryDeep:
                "\(finding.device == "pack" ? "the batteries" : "battery \(device)") fell below the reserve from \(start) \(end) (\(hours) h)"
            case .stale:
                "\(OwnerWords.meter(finding.device)) repeats one value from \(start) \(end) (\(hours) h)"
            case .nightProduction: "production in the dark from \(start) \(end)"
            case .spike: "\(OwnerWords.meter(finding.device)) gave what cannot be at \(start)"
            case .clockShift: "the clock of the data is off against the sun from \(start) \(end)"
            case .cloudSilent: "the gateway has not reached the cloud, seen at \(start)"
            case .relayOpenedItself: "the grid relay opened by itself, seen at \(start)"
            case .relayRepeats: "the grid relay keeps opening, from \(start) \(end)"
            case .gridDisagreement:
                "the grid was there although the relay was open, from \(start) \(end): the outage was the system's own"
            case .inverterLost: "inverter \(device) is listed and gives no data, seen at \(start)"
            case .batteriesDiverge: "the batteries differ widely in their state of charge, seen at \(start)"
            case .meterFault: "meter \(device) says that something is wrong with it, seen at \(start)"
            case .clockSkewed: "the gateway's clock is off, seen at \(start)"
            case .counterStep: "a counter of \(device) stepped at \(start); no energy was made of it"
            case .firmwareBehind: "\(device) kept older firmware than its siblings since \(start)"
            case .mismatch: "the bill and the monitor disagree from \(start) \(end)"
            case .outage: outage(finding, start, end)
            case .noNewData: "no new data have come in since \(start)"
            case .island:
                finding.sureness == .suspected
                    ? "the home may have been off the grid from \(start) \(end) (\(hours) h)"
                    : "the home was off the grid from \(start) \(end) (\(hours) h)"
            }
        return "\(finding.severity.rawValue): \(words)"
    }
}

extension OwnerWords {
    /// A silence, by what severity and sureness say of its production.
    private static func outage(_ finding: Finding, _ start: String, _ end: String) -> String {
        switch finding.severity {
        case .critical: "the panels produced nothing, or next to nothing, from \(start) \(end)"
        case .warning: "part of the production was lost from \(start) \(end)"
        case .notice:
            finding.sureness == .suspected
                ? "whether the panels produced cannot be told yet, from \(start) \(end)"
                : "the panels went on producing while nothing was reported, from \(start) \(end)"
        }
    }
}

/// Steps in words.
package enum StepText {
    /// Returns `15 minutes`, `1 hour`, `1 day`.
    package static func words(_ seconds: Int32) -> String {
        switch seconds {
        case 86_400: "1 day"
        case 3600: "1 hour"
        default: "\(seconds / 60) minutes"
        }
    }
}

/// Numbers for people.
package enum NumberText {
    /// Puts commas between groups of three digits of a decimal number.
    package static func grouped(_ text: String) -> String {
        let isNegative = text.hasPrefix("-")
        let parts = text.drop { $0 == "-" }.split(separator: ".")
        guard let whole = parts.first else { return text }
        var result = ""
        for (index, digit) in whole.enumerated() {
            if index > 0 && (whole.count - index) % 3 == 0 { result += "," }
            result.append(digit)
        }
        return (isNegative ? "-" : "") + result + (parts.count > 1 ? ".\(parts[1])" : "")
    }
}
