// The sentences of what the live watch finds, where they rest on numbers.

import Analysis
import Readings

extension Headline {
    private var evidence: Evidence { finding.evidence }

    /// Tells whether it has ended.
    var isOver: Bool { finding.end != nil }

    /// How often it came, where it comes and goes; empty where it does not.
    var comingAndGoing: String {
        evidence.openingCount.map { $0 > 3 ? "; it comes and goes, \($0) times so far" : "" } ?? ""
    }

    /// How long the batteries last; empty where that is not known, or over.
    var hoursLeft: String {
        guard !isOver, finding.rule.name == .liveBatteryDeep, let hours = evidence.hoursLeft else {
            return ""
        }
        return "; at this rate they last about \(JSONValue.fixed(hours, decimals: hours < 10 ? 1 : 0)) h more"
    }

    /// Batteries that are nearly empty where no reserve is known; nil where that is not known of them either.
    var liveLow: String? {
        guard finding.rule.name == .liveBatteryDeep, let low = evidence.lowestSoCPercent else { return nil }
        let who = device == "pack" ? "the batteries" : "battery \(device)"
        let verb = device == "pack" ? "are" : "is"
        let level = JSONValue.fixed(low, decimals: 0)
        return isOver
            ? "\(who) fell to \(level) % \(time)" : "\(who) \(verb) down to \(level) %, \(time)\(hoursLeft)"
    }

    /// The relay, with what the system says of the grid.
    var relayOpened: String {
        let opened = "the grid relay opened without being told to"
        let grid: String? =
            switch evidence.grid {
            case "absent": "the grid is down"
            case "present": "the grid is there"
            case "generator": "a generator carries the house"
            default: nil
            }
        guard finding.rule.name == .liveRelayOpened else { return "\(opened), seen at \(start)" }
        if isOver { return "\(opened) and was open \(time)" }
        return "\(opened) at \(start)"
            + (grid.map { "; \($0)" } ?? "; whether the grid is there is not known yet")
    }

    /// The gateway's clock against that of this computer.
    var gatewayClock: String {
        guard let skew = evidence.skewSeconds else { return "the gateway's clock is off, seen at \(start)" }
        let size = NumberText.duration(Int64(clamping: skew.magnitude))
        let way = skew > 0 ? "ahead of" : "behind"
        switch evidence.clockInDoubt {
        case "own":
            return "this computer's clock is in doubt: the gateway's is \(size) \(way) it, seen at \(start)"
        case "unknown":
            return
                "the gateway's clock is \(size) \(way) this computer's, seen at \(start); which one is right is not known"
        default: return "the gateway's clock is \(size) \(way) the right time, seen at \(start)"
        }
    }

    var lostBattery: String {
        let ended = isOver ? "was" : "has been"
        if let missing = evidence.missingCapacityWh {
            let amount = OutageWords.kilowattHours(Double(missing) / 1000)
            let who = device == "pack" ? "the batteries" : "battery \(device)"
            return
                "\(amount) kWh of capacity \(ended) missing from \(who == "the batteries" ? "the pack" : who) \(time)"
        }
        return isOver
            ? "\(named) did not report to the gateway \(time)"
            : "\(named) \(evidence.serials == nil ? "has" : "have") not reported to the gateway \(time)"
    }

    var stuckBattery: String {
        let level = evidence.highestSoCPercent.map { "\(JSONValue.fixed($0, decimals: 0)) %" } ?? "the same"
        func amount(_ wattHours: Int?, _ way: String) -> String? {
            wattHours.flatMap {
                $0 > 0 ? "\(OutageWords.kilowattHours(Double($0) / 1000)) kWh went \(way)" : nil
            }
        }
        let flows = [amount(evidence.chargedWh, "in"), amount(evidence.dischargedWh, "out")].compactMap { $0 }
        let moved = flows.isEmpty ? "" : " although \(flows.joined(separator: " and "))"
        return "battery \(device) \(isOver ? "showed" : "has shown") \(level) \(time)\(moved)"
    }

    var frozenMeter: String {
        let watts = evidence.powerW.map { " about \(NumberText.grouped(String($0))) W" } ?? ""
        return isOver
            ? "the production meter stood still \(time) while the inverters gave\(watts)"
            : "the production meter has stood still \(time) while the inverters give\(watts)"
    }

    var token: String {
        if isOver { return "the gateway's token was about to end \(time)" }
        guard let days = evidence.daysLeft else {
            return
                "the gateway takes the token no more, since \(start): nothing is read until there is a new one"
        }
        let left = days <= 0 ? "today" : "in \(NumberText.count(days, "day"))"
        return "the gateway's token ends \(left); without a new one nothing is read then"
    }

    var otherGateway: String {
        guard let before = evidence.before, let after = evidence.after else {
            return "another gateway answers at the address, since \(start)"
        }
        return
            "another gateway answers at the address since \(start): \(VisibleText.of(after)) in the place of \(VisibleText.of(before))"
    }

    var newFirmware: String {
        guard let before = evidence.before, let after = evidence.after else {
            return "the gateway has another firmware, seen at \(start)"
        }
        return
            "the gateway runs firmware \(VisibleText.of(after)) in the place of \(VisibleText.of(before)), seen at \(start)"
    }
}
