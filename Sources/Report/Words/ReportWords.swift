// Headings and sentences of reports. A translation begins here and in the other files of this folder.

import Analysis
import Readings
import Words

/// Words of reports.
enum ReportWords {
    static let watched = "Watched"
    static let needYou = "Need you now"
    static let followUp = "To follow up"
    static let known = "Known to you"
    static let noticed = "Also noticed"
    static let closed = "Over"
    static let noFindings = "None."
    static let estimated =
        "Estimates of what is missing are in no sum. Gaps of hours are estimated by comparable days nearby; a silence of a day or longer by bills and sky, its part of this time by the sun; what grid and batteries did in it, the section on the utility tells as far as it is known."
    static let asRecorded = "Energies in kWh as recorded"
    static let expected =
        "What this array gives under a clear sky, as its own best rows up to then show it, beside what was recorded. What lies between is the weather, but for what findings say was lost."
    static let glossary = "What the words mean"
    static let glossaryHint = "What the words mean: sunvigil glossary"
    static let billsAlone = "The monitor has no data of this time; this is what the utility charged."
    static let affiliation = "Not affiliated with Enphase."

    /// Says how many intervals without data no report covers; empty where all are covered.
    static func notDownloaded(_ coverage: Coverage) -> String {
        let count = coverage.notDownloaded
        guard count > 0 else { return "" }
        return ", \(count == 1 ? "1 was" : "\(count) were") not downloaded"
    }

    /// Says that findings are not those of a check.
    static func notChecked(_ rows: String) -> String {
        "No check has run yet: these findings were looked for just now\(rows). Run: sunvigil check"
    }

    /// Says that more findings are there than are told.
    static func moreFindings(_ count: Int) -> String {
        "\(NumberText.count(count, "further finding")); list all with: sunvigil findings"
    }

    /// Returns a month's short name.
    static func month(_ month: Int) -> String {
        let names = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return names[max(1, min(12, month)) - 1]
    }

    /// Says what a finding costs.
    static func cost(_ cost: FindingCost, _ tariff: Tariff?) -> String {
        func money() -> String {
            guard let tariff, let worth = cost.worth(tariff) else { return "" }
            let most = tariff.text(worth.most)
            let least = JSONValue.fixed(worth.least, decimals: 2)
            return worth.most - worth.least < 0.005 ? ", worth \(most)" : ", worth \(least) to \(most)"
        }
        switch cost {
        case .nothing: return "no energy"
        case .production(let energy):
            return "about \(OutageWords.kilowattHours(energy)) kWh not produced in this time\(money())"
        case .doubtful(let energy):
            return
                "about \(OutageWords.kilowattHours(energy)) kWh not produced, or not measured, in this time\(money())"
        case .storage(let energy):
            return
                "about \(OutageWords.kilowattHours(energy)) kWh that the battery did not give back in this time as the others did\(money())"
        case .unrecorded:
            return "energy that was not recorded; this finding alone does not say that it was lost"
        case .unknown: return "cannot be told from these data"
        }
    }

    /// Says how much was lost in a time; nil where no finding says so.
    static func loss(_ facts: PeriodFacts) -> String? {
        guard let lost = facts.lostKWh, lost >= 0.05 else { return nil }
        let what = facts.losses.allSatisfy(\.isLossOfPanels) ? "not made" : "not made, or not measured"
        return "about \(OutageWords.kilowattHours(lost)) kWh were \(what)\(facts.isLosing ? " so far" : "")"
    }

    /// Returns a finding in a few words, for charts.
    static func short(_ finding: Finding) -> String {
        let own = VisibleText.of(finding.device)
        let device =
            ["site", "pack", "micros", "batteries", "inverters", "meter_prod", "meter_net"].contains(own)
            ? "" : " \(own.count > 12 ? "…" + own.suffix(8) : own)"
        return OwnerWords.sentence(FindingWords.of(finding.kind).name) + device
    }

    /// Returns an event of a source in words.
    static func event(_ event: SiteEvent) -> String {
        let text = VisibleText.of(event.text)
        guard text.isEmpty else { return text }
        return event.kind.rawValue.replacing("_", with: " ")
    }
}
