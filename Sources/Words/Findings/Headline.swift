// The parts of which headlines are made: device, time and the numbers that matter.

import Analysis
import Readings

/// A finding in the making of its sentence.
struct Headline {
    /// So many devices are named one by one.
    private static let fewDevices = 8

    let finding: Finding
    let zone: TimeZoneRules
    /// A device is called what a document said.
    let device: String
    let start: String
    /// `from … to … (10.0 h)`, or `since … (12.0 days so far)`.
    let time: String
    /// `for 12.0 days`.
    let length: String

    init(_ finding: Finding, zone: TimeZoneRules) {
        self.finding = finding
        self.zone = zone
        device = VisibleText.of(finding.device)
        start = zone.text(atUTCSeconds: finding.start.utcSeconds)
        length = NumberText.duration(finding.interval.seconds)
        if let end = finding.end {
            let until = zone.text(atUTCSeconds: end.utcSeconds)
            time = end == finding.start ? "on \(start)" : "from \(start) to \(until) (\(length))"
        } else {
            // What was seen once has no length yet.
            time = finding.interval.seconds > 0 ? "since \(start) (\(length) so far)" : "since \(start)"
        }
    }

    private var evidence: Evidence { finding.evidence }

    /// A text of a document as people can see it.
    private func visible(_ text: String?) -> String? { text.map { VisibleText.of($0) } }

    /// When it ended; empty while it lasts.
    var end: String { finding.end.map { zone.text(atUTCSeconds: $0.utcSeconds) } ?? "" }

    /// The device with its kind, where that is known; of several their number, and of a few their serial numbers.
    var named: String {
        if let serials = evidence.serials, serials.count > 1 {
            let names = serials.map { VisibleText.of($0) }
            let all = serials.count <= Headline.fewDevices ? " (\(names.joined(separator: ", ")))" : ""
            return "\(serials.count) \(device)\(all)"
        }
        guard let kind = visible(evidence.deviceKind), !kind.isEmpty else { return device }
        return "\(kind.replacing("_", with: " ")) \(device)"
    }

    /// How much was counted with the wrong sign.
    var wrongAmount: String {
        evidence.wrongWh.map { " (\(OutageWords.kilowattHours(Double($0) / 1000)) kWh so far)" } ?? ""
    }

    /// The stated place against the sun, with the likely slip.
    var place: String {
        func degrees(_ value: Double) -> String { JSONValue.fixed(value, decimals: 2) }
        let stated = "\(degrees(evidence.statedLatitude ?? 0)), \(degrees(evidence.statedLongitude ?? 0))"
        let off = evidence.hoursOff.flatMap { abs($0) < 0.5 ? nil : JSONValue.fixed(abs($0), decimals: 1) }
        let witness = finding.sureness == .suspected ? "the time zone" : "the sun in your data"
        let contradiction =
            off.map { "since \(start) \(witness) is \($0) hours off the stated place \(stated)" }
            ?? "since \(start) the days in your data are not as long as at the stated place \(stated)"
        guard let latitude = evidence.proposedLatitude, let longitude = evidence.proposedLongitude else {
            return "\(contradiction): \(slip)"
        }
        return "\(contradiction): \(slip); \(degrees(latitude)), \(degrees(longitude)) would fit"
    }

    private var slip: String {
        switch evidence.slip.flatMap({ PlaceDoubt.Slip(rawValue: $0) }) {
        case .longitudeSign: "east and west seem to be exchanged"
        case .latitudeSign: "north and south seem to be exchanged"
        case .bothSigns: "both signs seem to be wrong"
        case .swapped: "latitude and longitude seem to be exchanged"
        case .zero: "0, 0 lies in the sea"
        default: "either the place is wrong, or the time zone of the reports"
        }
    }

    var silence: String {
        if finding.sureness == .suspected {
            return
                "neither production nor exchange with the grid is recorded \(time): either no data came, or the array gave nothing"
        }
        if evidence.bound == "document", finding.end != nil {
            return "no data \(time), up to where a report begins or ends: what lies beyond was not downloaded"
        }
        guard let end = finding.end else {
            let sofar = finding.interval.seconds > 0 ? " (\(length) so far)" : ""
            return "your data stopped on \(start) and have not come back\(sofar)"
        }
        let until = zone.text(atUTCSeconds: end.utcSeconds)
        return finding.severity >= .warning
            ? "your data stopped on \(start) and came back on \(until) (\(length))" : "no data \(time)"
    }

    /// An inverter that was silent before the gateway lost it has been so since.
    var lostInverter: String {
        let text = "inverter \(device) is listed by the gateway and"
        guard finding.alert > finding.start || finding.end != nil else {
            return "\(text) gives no data, seen at \(start)"
        }
        return finding.end == nil ? "\(text) has given no data \(time)" : "\(text) gave no data \(time)"
    }

    var loss: String {
        evidence.lossPercent.map { ": about \(JSONValue.fixed($0, decimals: 0)) % less" } ?? ""
    }

    /// How still a battery stood in captures; nil where intervals told it.
    private var stoodStill: String? {
        guard finding.rule.name == .stuckInCaptures, let low = evidence.lowestSoCPercent,
            let high = evidence.highestSoCPercent, let captures = evidence.events
        else { return nil }
        let (first, last) = (JSONValue.fixed(low, decimals: 0), JSONValue.fixed(high, decimals: 0))
        let level = first == last ? "\(first) %" : "\(first) to \(last) %"
        let moved = evidence.greatestPoints.map {
            " while the others moved by \(JSONValue.fixed($0, decimals: 0)) points"
        }
        return "battery \(device) showed \(level) in each of \(captures) captures \(time)\(moved ?? "")"
    }

    /// A battery that took no charge.
    var uncharged: String {
        stoodStill ?? "battery \(device) took no charge \(time) while the others did"
    }

    /// Batteries that stand apart.
    var apart: String {
        guard finding.rule.name == .apartInCaptures, let points = evidence.medianPoints,
            let captures = evidence.events
        else { return "the batteries differ widely in their state of charge, seen at \(start)" }
        return
            "battery \(device) stood about \(JSONValue.fixed(points, decimals: 0)) points away from the others in each of \(captures) captures \(time)"
    }

    private var lasting: String {
        finding.interval.seconds > 0 ? "for \(length), since \(start)" : "since \(start)"
    }

    /// By how much and which way the clock is off.
    var clock: String {
        let verb = finding.sureness == .suspected ? "may be" : finding.end == nil ? "is" : "was"
        guard let minutes = evidence.shiftMinutes, abs(minutes) >= 5 else {
            return "the clock of the data \(verb) off against the sun \(time)"
        }
        let size =
            abs(minutes) < 150
            ? "\(Int((abs(minutes) / 5).rounded()) * 5) min"
            : "\(JSONValue.fixed((abs(minutes) / 30).rounded() / 2, decimals: 1)) h"
        let way = minutes < 0 ? "early" : "late"
        return "the clock of the data \(verb) about \(size) \(way) against the sun \(time)"
    }

    var pinned: String {
        if let stoodStill { return stoodStill }
        var level = "a state short of full"
        if let low = evidence.lowestSoCPercent, let high = evidence.highestSoCPercent {
            let (low, high) = (JSONValue.fixed(low, decimals: 0), JSONValue.fixed(high, decimals: 0))
            level = low == high ? "\(high) %" : "\(low) to \(high) %"
        }
        return finding.end == nil
            ? "battery \(device) has sat at \(level) \(lasting), and keeps taking charge"
            : "battery \(device) sat at \(level) \(time) and kept taking charge"
    }

    var deep: String {
        let who = finding.device == "pack" ? "the batteries" : "battery \(device)"
        var time = time
        // What was low when first heard of again has been so for nobody knows how long.
        if let before = evidence.readingBefore {
            let until = finding.end.map { " to \(zone.text(atUTCSeconds: $0.utcSeconds))" } ?? " on"
            time =
                "seen so from \(start), the first reading after \(zone.text(atUTCSeconds: before.utcSeconds)),\(until)"
        }
        guard let low = evidence.lowestSoCPercent, let reserve = evidence.reservePercent, low < reserve else {
            return liveLow ?? "\(who) fell below the reserve \(time)"
        }
        let fall = JSONValue.fixed(low, decimals: 0)
        let flat = low < 2 ? "\(who) ran flat, down to" : "\(who) fell to"
        return
            "\(flat) \(fall) %, below the reserve of \(JSONValue.fixed(reserve, decimals: 0)) %, \(time)\(hoursLeft)"
    }

    var firmware: String {
        let kind = visible(evidence.deviceKind).map { $0 == "inverter" ? "inverter" : "battery" } ?? "device"
        let others = (evidence.siblings ?? []).map { VisibleText.of($0) }
        guard let own = visible(evidence.firmware), !others.isEmpty else {
            return "\(kind) \(device) has kept older firmware than its siblings since \(start)"
        }
        if let serials = evidence.serials, serials.count > 1 {
            let names = serials.map { VisibleText.of($0) }
            return
                "\(serials.count) \(device) (\(names.joined(separator: ", "))) have kept firmware \(own) since \(start) while their siblings run \(others.joined(separator: ", "))"
        }
        return
            "\(kind) \(device) has kept firmware \(own) since \(start) while its siblings run \(others.joined(separator: ", "))"
    }

    var mismatch: String {
        let last = finding.end.map { zone.wallClock(atUTCSeconds: $0.utcSeconds).day.description } ?? ""
        let first = zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day
        if let word = evidence.billCause,
            let cause = OutageWords.cause(word, factor: evidence.billFactor)
        {
            let count = evidence.billCount ?? 1
            let bills = count == 1 ? "the bill" : "\(count) bills"
            return "\(bills) of \(first) to \(last) and the monitor contradict each other: \(cause)"
        }
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
    var outage: String {
        let amount = evidence.estimateKWh.map { estimate in
            guard let half = evidence.halfWidth90KWh else { return "" }
            let low = OutageWords.kilowattHours(max(0, estimate - half))
            let high = min(estimate + half, evidence.mostPossibleKWh ?? .infinity)
            return
                ": about \(OutageWords.kilowattHours(estimate)) kWh (90 %: \(low) to \(OutageWords.kilowattHours(high)))"
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

    /// Data that did not come, with their age and what brings them.
    var noNewData: String {
        guard let newest = evidence.newestRowEnds else {
            return "the system itself has no data here yet, as of \(start); import a report"
        }
        let day = zone.wallClock(atUTCSeconds: newest.utcSeconds - 1).day
        let days = finding.interval.seconds / 86_400
        if finding.end != nil {
            let name = finding.device == "site" ? nil : visible(evidence.source)
            return
                "nothing new came\(name.map { " from \($0.replacing("_", with: " "))" } ?? "") behind \(day) for \(NumberText.count(Int(days), "day"))"
        }
        let age = days > 0 ? ", \(NumberText.count(Int(days), "day")) old" : ""
        guard let source = visible(evidence.source) else {
            return "your newest data are of \(day)\(age); download a report and import it"
        }
        let name = source.replacing("_", with: " ")
        return finding.device == "site"
            ? "your newest data are of \(day)\(age); look whether what brings them (\(name)) still runs"
            : "nothing has come from \(name) since \(day)\(age.replacing(" old", with: "")); look whether what brings it still runs"
    }

    var promise: String {
        let who = visible(evidence.promisedBy).flatMap { $0.isEmpty ? nil : $0 } ?? "somebody"
        let due = zone.wallClock(atUTCSeconds: finding.start.utcSeconds - 1).day
        return
            "\(who) promised by \(due) (\(device)) and did not keep it: \(visible(evidence.text) ?? "see the case's log")"
    }
}
