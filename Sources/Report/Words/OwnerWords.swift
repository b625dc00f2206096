// Findings in plain words: what it is with the number that matters, how sure it is, what it costs. What to do about it
// stands in Advice.swift. All texts of reports stand in this folder.

import Analysis
import Readings

/// Findings in the owner's words.
package enum OwnerWords {
    /// Returns a line per finding; midnight zeros of one month share a line.
    package static func lines(_ findings: [Finding], zone: TimeZoneRules) -> [String] {
        var lines: [String] = []
        var midnights: [CivilMonth: Int] = [:]
        for finding in findings where finding.kind == .midnightZero {
            midnights[CivilMonth(zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day), default: 0] += 1
        }
        for finding in findings where finding.kind != .midnightZero {
            lines.append("\(finding.severity.rawValue): \(headline(finding, zone: zone))")
        }
        for (month, count) in midnights.sorted(by: { $0.key < $1.key }) {
            lines.append("notice: \(OwnerWords.midnights(count, in: month.title))")
        }
        return lines
    }

    /// What the empty midnights of a time are.
    static func midnights(_ count: Int, in time: String) -> String {
        "in \(time) the first interval of \(NumberText.count(count, "day")) is empty although its neighbours are not (midnight zeros); that energy is lost"
    }

    /// Says how sure a finding is.
    static func sureness(_ sureness: Sureness) -> String {
        switch sureness {
        case .sure: "sure, the data leave no other reading"
        case .likely: "likely, the rule seldom misleads"
        case .suspected: "suspected, there are other readings"
        }
    }

    /// Returns a finding as a sentence without its end, in small letters.
    package static func headline(_ finding: Finding, zone: TimeZoneRules) -> String {
        Headline(finding, zone).text
    }

    /// Returns a text with its first letter large.
    static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    /// Returns the name of a meter.
    static func meter(_ device: String) -> String {
        switch device {
        case "meter_prod": "the production meter"
        case "meter_net": "the grid meter"
        default: "the monitor"
        }
    }
}

/// A finding in the making of its sentence.
private struct Headline {
    let finding: Finding
    let zone: TimeZoneRules
    /// A device is called what a document said.
    let device: String
    let start: String
    /// `from … to … (10.0 h)`, or `since … (12.0 days so far)`.
    let time: String
    /// `for 12.0 days`.
    let length: String

    init(_ finding: Finding, _ zone: TimeZoneRules) {
        self.finding = finding
        self.zone = zone
        device = MarkdownText.visible(finding.device)
        start = zone.text(atUTCSeconds: finding.start.utcSeconds)
        length = NumberText.duration(finding.interval.seconds)
        if let end = finding.end {
            let until = zone.text(atUTCSeconds: end.utcSeconds)
            time = end == finding.start ? "on \(start)" : "from \(start) to \(until) (\(length))"
        } else {
            time = "since \(start) (\(length) so far)"
        }
    }

    private var evidence: Evidence { finding.evidence }

    /// A text of a document as people can see it.
    private func visible(_ text: String?) -> String? { text.map { MarkdownText.visible($0) } }

    var text: String {
        switch finding.kind {
        case .siteSilent: silence
        case .dropout: "a report was lost \(time)"
        case .smear: "one averaged value is repeated \(time): the energy is not the true one"
        case .zeroDay: "no production \(time): silence or snow, this report alone cannot tell"
        case .stepDisagreement: "two histories contradict each other \(time)"
        case .midnightZero: "an empty midnight at \(start)"
        case .lateBackfill: "the data \(time) arrived late"
        case .partialSite: "several inverters did not report \(time)"
        case .deviceSilent: "\(named) did not report \(time)"
        case .microDead: "inverter \(device) gave nothing \(time) while the others did"
        case .microDegraded:
            "inverter \(device) gives less than its neighbours than it used to \(time)\(loss)"
        case .batteryPinned: pinned
        case .batteryNoCharge: "battery \(device) took no charge \(time) while the others did"
        case .batteryUnbalanced: "battery \(device) stands apart from the others \(time)"
        case .batteryDeep: deep
        case .stale: "\(OwnerWords.meter(finding.device)) repeats one value \(time)"
        case .nightProduction: "production is recorded in the dark \(time)"
        case .spike: "\(OwnerWords.meter(finding.device)) gave what cannot be at \(start)"
        case .clockShift: "the clock of the data is off against the sun \(time)"
        case .cloudSilent:
            finding.end == nil
                ? "the gateway has not reached the vendor's cloud \(time)"
                : "the gateway did not reach the vendor's cloud from \(start) on; it was seen connected again on \(finding.end.map { zone.text(atUTCSeconds: $0.utcSeconds) } ?? "")"
        case .relayOpenedItself: "the grid relay opened by itself, seen at \(start)"
        case .relayRepeats: "the grid relay keeps opening \(time)"
        case .gridDisagreement:
            "the grid relay was open while the utility was up \(time): the utility's meter went on counting, so the outage was the system's own"
        case .inverterLost: "inverter \(device) is listed and gives no data, seen at \(start)"
        case .batteriesDiverge: "the batteries differ widely in their state of charge, seen at \(start)"
        case .meterFault: "meter \(device) says that something is wrong with it, seen at \(start)"
        case .clockSkewed: "the gateway's clock is off, seen at \(start)"
        case .counterStep:
            "a counter\(device == "site" ? "" : " of \(device)") stepped at \(start); no energy was made of it"
        case .firmwareBehind: firmware
        case .mismatch: mismatch
        case .outage: outage
        case .noNewData: "no new data have come in since \(start)"
        case .promiseOverdue: promise
        case .island:
            finding.sureness == .suspected
                ? "the home may have been off the grid \(time)" : "the home was off the grid \(time)"
        }
    }

    /// The device with its kind, where that is known.
    private var named: String {
        guard let kind = visible(evidence.deviceKind), !kind.isEmpty else { return device }
        return "\(kind.replacing("_", with: " ")) \(device)"
    }

    private var silence: String {
        guard let end = finding.end else {
            return "your data stopped on \(start) and have not come back (\(length) so far)"
        }
        let until = zone.text(atUTCSeconds: end.utcSeconds)
        return finding.severity >= .warning
            ? "your data stopped on \(start) and came back on \(until) (\(length))" : "no data \(time)"
    }

    private var loss: String {
        evidence.lossPercent.map { ": about \(JSONValue.fixed($0, decimals: 0)) % less" } ?? ""
    }

    private var pinned: String {
        var level = "a state short of full"
        if let low = evidence.lowestSoCPercent, let high = evidence.highestSoCPercent {
            let (low, high) = (JSONValue.fixed(low, decimals: 0), JSONValue.fixed(high, decimals: 0))
            level = low == high ? "\(high) %" : "\(low) to \(high) %"
        }
        return finding.end == nil
            ? "battery \(device) has sat at \(level) for \(length), since \(start), and keeps taking charge"
            : "battery \(device) sat at \(level) \(time) and kept taking charge"
    }

    private var deep: String {
        let who = finding.device == "pack" ? "the batteries" : "battery \(device)"
        guard let low = evidence.lowestSoCPercent, let reserve = evidence.reservePercent else {
            return "\(who) fell below the reserve \(time)"
        }
        let fall = JSONValue.fixed(low, decimals: 0)
        let flat = low < 2 ? "\(who) ran flat, down to" : "\(who) fell to"
        return "\(flat) \(fall) %, below the reserve of \(JSONValue.fixed(reserve, decimals: 0)) %, \(time)"
    }

    private var firmware: String {
        let kind = visible(evidence.deviceKind).map { $0 == "inverter" ? "inverter" : "battery" } ?? "device"
        let others = (evidence.siblings ?? []).map { MarkdownText.visible($0) }
        guard let own = visible(evidence.firmware), !others.isEmpty else {
            return "\(kind) \(device) has kept older firmware than its siblings since \(start)"
        }
        return
            "\(kind) \(device) has kept firmware \(own) since \(start) while its siblings run \(others.joined(separator: ", "))"
    }

    private var mismatch: String {
        let last = finding.end.map { zone.wallClock(atUTCSeconds: $0.utcSeconds).day.description } ?? ""
        let first = zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day
        let bill = "the bill of \(first) to \(last) and the monitor"
        guard let difference = evidence.differenceKWh, let tolerance = evidence.toleranceKWh else {
            return "\(bill) disagree"
        }
        let amounts =
            "by \(OutageWords.kilowattHours(abs(difference))) kWh, and \(OutageWords.kilowattHours(2 * tolerance)) are allowed"
        return finding.severity == .notice
            ? "\(bill) differ more than usual, \(amounts)" : "\(bill) disagree \(amounts)"
    }

    /// A silence, by what severity and sureness say of its production.
    private var outage: String {
        let amount = evidence.estimateKWh.map { estimate in
            guard let half = evidence.halfWidth90KWh else { return "" }
            let low = OutageWords.kilowattHours(max(0, estimate - half))
            return
                ": about \(OutageWords.kilowattHours(estimate)) kWh (90 %: \(low) to \(OutageWords.kilowattHours(estimate + half)))"
        }
        switch finding.severity {
        case .critical: return "the panels produced nothing, or next to nothing, \(time)"
        case .warning: return "part of the production was lost \(time)"
        case .notice:
            return finding.sureness == .suspected
                ? "whether the panels produced cannot be told yet, \(time)"
                : "the panels went on producing while nothing was reported, \(time)\(amount ?? "")"
        }
    }

    private var promise: String {
        let who = visible(evidence.promisedBy).flatMap { $0.isEmpty ? nil : $0 } ?? "somebody"
        let due = zone.wallClock(atUTCSeconds: finding.start.utcSeconds - 1).day
        return
            "\(who) promised by \(due) (\(device)), and it is not kept: \(visible(evidence.text) ?? "see the case's log")"
    }
}
