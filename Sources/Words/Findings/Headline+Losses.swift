// Sentences about production that is lost, and about clamps that count wrongly. What to do about them stands in
// FindingWords+Losses.swift and FindingWords+Meters.swift.

import Analysis
import Readings

extension Headline {
    // MARK: Production

    /// Production that is lost.
    var productionLost: String {
        switch finding.evidence.fault {
        case "all": stopped + lostEnergy
        case "part": part + lostEnergy
        case "trips":
            "production stops for hours around noon on sunny days \(time)\(seenDays): the grid's voltage is too high, or heat\(lostEnergy)"
        case "limit":
            "production stands at a flat top\(limit) \(time): an export limit or a new setting\(lostEnergy)"
        default: "less is produced than this array gave under the same sun \(time)\(lostEnergy)"
        }
    }

    /// Nothing at all.
    private var stopped: String {
        let evidence = finding.evidence
        let degrees = evidence.sunDegrees.map { JSONValue.fixed($0, decimals: 0) }
        if let innocent {
            let sun = degrees.map { " (up to \($0) degrees high)" } ?? ""
            return "no production \(time), low sun\(sun): \(innocent) or a fault"
        }
        let sun = degrees.map { " with the sun up to \($0) degrees high" } ?? ""
        switch evidence.cause {
        case "panels":
            // Inverters tell it also where nothing of the house is reported.
            let house =
                evidence.causeBy?.contains("inverters") ?? false ? "" : ", while the house went on reporting"
            return "no production \(time)\(sun)\(house): the panels stopped, not the reporting\(told)"
        case "meter":
            return
                "no production is recorded \(time)\(sun): the production clamp gives nothing, the panels did not stop\(told)"
        default:
            return
                "no production is recorded \(time)\(sun): panels, breaker, clamp or reporting, these data alone cannot tell"
        }
    }

    /// A part of it.
    private var part: String {
        let evidence = finding.evidence
        let level =
            evidence.fraction.map {
                "fell to about \(JSONValue.fixed(100 * min(1, max(0, 1 - $0)), decimals: 0)) % of what this array gave"
            } ?? "fell below what this array gave"
        let agreeing =
            evidence.days.map { "; \(NumberText.count($0, "clear day agrees", "clear days agree"))" } ?? ""
        let who: String
        switch evidence.cause {
        case "panels":
            let serials = (evidence.serials ?? []).map { VisibleText.of($0) }
            let names = serials.isEmpty || serials.count > 8 ? "" : " (\(serials.joined(separator: ", ")))"
            var what = "a part of the array is off"
            if let lost = evidence.invertersLost, let all = evidence.inverters {
                what =
                    "\(lost) of \(NumberText.count(all, "inverter", "inverters")) \(lost == 1 ? "gives" : "give") nothing"
            }
            who = "\(what)\(names)\(told)"
        case "meter": who = "the clamp, not the panels\(told)"
        default: who = innocent.map { "\($0), panels, breaker or clamp" } ?? "panels, breaker or clamp"
        }
        return "measured production \(level) under the same sun \(time): \(who)\(agreeing)"
    }

    /// Less from month to month.
    var slowLoss: String {
        let evidence = finding.evidence
        let amount =
            evidence.fraction.map {
                "about \(JSONValue.fixed(100 * min(1, max(0, $0)), decimals: 0)) % less than under the same sun before"
            } ?? "less and less under the same sun"
        var reason = ""
        if let innocent {
            reason =
                evidence.reading == "soiling" && finding.end != nil
                ? ": it was dirt, which rain or a cleaning took away"
                : ": \(innocent), or modules that give less"
        }
        return "the array gives \(amount) \(time)\(reason)\(lostEnergy)"
    }

    /// An innocent reading in a word; nil where there is none.
    private var innocent: String? {
        guard let reading = finding.evidence.reading, !reading.isEmpty else { return nil }
        return switch reading {
        case "soiling": "dirt"
        case "haze": "haze or smoke"
        default: VisibleText.of(reading).replacing("_", with: " ")
        }
    }

    /// How much was lost; empty where that is not known.
    private var lostEnergy: String {
        guard let lost = finding.evidence.lostKWh, lost >= 0.05 else { return "" }
        return "; about \(OutageWords.kilowattHours(lost)) kWh \(finding.end == nil ? "so far" : "in all")"
    }

    private var seenDays: String {
        finding.evidence.days.map {
            ", on \(NumberText.count($0, "day"))\(finding.end == nil ? " so far" : "")"
        }
            ?? ""
    }

    private var limit: String {
        finding.evidence.limitW.map { " of about \(NumberText.fixed(Double($0) / 1000, 1)) kW" } ?? ""
    }

    /// By what it was told whether panels or a meter failed; empty where the rows themselves say so.
    private var told: String {
        let names = (finding.evidence.causeBy ?? []).compactMap { word -> String? in
            switch word {
            case "inverters": "the inverters' own counters"
            case "utility": "the utility's meter"
            case "bills": "your bills"
            case "registers": "the meters' own registers"
            default: nil
            }
        }
        return names.isEmpty ? "" : " (told by \(names.joined(separator: " and ")))"
    }

    // MARK: Clamps

    /// A production clamp that counts wrongly.
    var productionMeter: String {
        let evidence = finding.evidence
        let proof = evidence.provenKWh.map { OutageWords.kilowattHours($0) }
        switch evidence.fault {
        case "dead":
            let gone = proof.map { " (at least \($0) kWh went out)" } ?? ""
            let witness = proof == nil ? "production reads zero" : "the house exports without producing"
            return
                "\(witness) \(time): the production clamp gives nothing\(told); the panels did not stop\(gone)"
        case "halved":
            let share =
                evidence.fraction.map {
                    " about \(JSONValue.fixed(100 * min(1, max(0, 1 - $0)), decimals: 0)) % of what is made"
                } ?? " a part of what is made"
            let gone = proof.map { " (\($0) kWh more went out than were recorded)" } ?? ""
            let witness =
                proof == nil ? "production is recorded too small" : "the house exports more than it produces"
            return
                "\(witness) \(time): the production clamp counts only\(share)\(told); the panels did not stop\(gone)"
        case "offset":
            return
                "production is recorded all night \(time)\(wrongAmount): the production clamp adds the same amount to every hour"
        case "reversed", nil:
            return
                "production is below zero whenever the sun shines, \(time)\(wrongAmount): the production clamp is turned round, or its sign is set wrongly"
        default: return "the production clamp counts wrongly \(time)"
        }
    }

    /// Clamps at the grid connection that count wrongly.
    var gridMeter: String {
        switch finding.evidence.fault {
        case "dead":
            "nothing comes from the grid and nothing goes to it \(time): the clamps at the grid connection give nothing"
        case "halved":
            "only a part of the exchange with the grid is counted \(time)\(told): one of the clamps at the grid connection gives nothing"
        case "load_as_net":
            "nothing is exported on sunny days and much is imported \(time), where it used to be the other way: clamps that measure the load seem to be set as those of the grid"
        case "reversed" where finding.sureness == .suspected:
            "import and export are exchanged \(time): at night the home seems to export; clamps are turned round, those at the grid connection or those of the load, which a sunny day will tell"
        case "reversed", nil:
            "import and export are exchanged \(time): at night the home seems to export and to use less than nothing; the clamps at the grid connection are turned round, or their sign is set wrongly"
        default: "the clamps at the grid connection count wrongly \(time)"
        }
    }

    /// Clamps at the load that count wrongly.
    var loadMeter: String {
        switch finding.evidence.fault {
        case "dead":
            "the house seems to use nothing \(time): the load's clamps give nothing, and import and export are computed from them"
        case "reversed":
            "the house seems to give energy instead of using it \(time): the load's clamps are turned round, or their sign is set wrongly"
        default: "the load's clamps count wrongly \(time)"
        }
    }
}
