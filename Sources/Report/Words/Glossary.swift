// What the words of reports mean. docs/glossary.md is made of this.

/// The words of reports.
package enum Glossary {
    /// All words in the order of the alphabet.
    package static let terms = [
        ReportTerm(
            "bill verdict",
            "A bill agrees where its net differs from the monitor's by no more than twice what meters and rounding allow; it is to be watched up to four times, and contradicts beyond."
        ),
        ReportTerm(
            "branch",
            "A part of the array behind a breaker of its own. One that is off takes its share of every sunny hour, and looks like a clamp that counts a part."
        ),
        ReportTerm(
            "case",
            "What you told the vendor, the installer or the utility, and what they promised; see sunvigil case."
        ),
        ReportTerm(
            "charged, discharged",
            "Energy into and out of the batteries on the house's side, kWh: losses are in it."
        ),
        ReportTerm(
            "clamp",
            "The ring around a wire by which a meter measures what flows in it (CT). One measures what the array makes, others what the house takes from the grid and gives to it, or what it uses; one that is loose, open or turned round counts nothing, a part, or with the wrong sign."
        ),
        ReportTerm(
            "clear-sky envelope",
            "What this array gives under a clear sky at each hour of each season, learned from the upper edge of its own rows: roof, shade and inverters are in it. It is learned anew every month from what lies before, and leaves out days of which a finding is told. Known from the third week on, good after some months."
        ),
        ReportTerm(
            "clear-sky expectation",
            "What the array would have made under a sky without clouds, kWh: by its clear-sky envelope where days have one; else the sun's path over your place, scaled by the array's best days, one scale for the site and for all its reports, which is taken anew once a year and not known before a spring-to-summer of data. A winter month in the clouds may reach a third of it, a summer month three quarters."
        ),
        ReportTerm("consumed, used", "What the house used, kWh."),
        ReportTerm(
            "cycles",
            "Energy out of a battery over what it holds: how many times it was emptied, counted in whole ones."
        ),
        ReportTerm(
            "estimate",
            "A number that was not measured. It stands beside what was, never in a sum with it."
        ),
        ReportTerm(
            "finding",
            "Something that a rule found in the data, open while the data show it. What is of one cause is told as one, with the other findings beside it."
        ),
        ReportTerm(
            "gap",
            "Time without data. A row of zeros of a metered site is a gap, too: a house is never without any energy. What happened in it is not known from the monitor."
        ),
        ReportTerm("imported, exported", "Energy from the grid and to the grid, kWh."),
        ReportTerm(
            "interval",
            "The time over which one row counts energy: 5, 15 or 60 minutes, named by its start in the site's time zone."
        ),
        ReportTerm("kWh, Wh", "Energy. 1 kWh is 1,000 Wh: a kettle for half an hour."),
        ReportTerm(
            "likely, sure, suspected",
            "How sure a finding is: sure only where it is said why there is no other reading, likely where the rule seldom misleads, suspected where there are other readings."
        ),
        ReportTerm(
            "loss",
            "Charge of a battery that neither came back nor is still in it, Wh a day: what conversion and standby take."
        ),
        ReportTerm("middle one", "The inverter or battery of which as many lie above as below (median)."),
        ReportTerm(
            "net",
            "Export less import, kWh. Utility and monitor count import and export over different times; their net must agree."
        ),
        ReportTerm(
            "now, to follow up, over, known",
            "How a finding stands with you. Now: it lasts. To follow up: it ended in the last 45 days of data and nothing tells what it was. Over: it is filled or explained, or ended before. Known: you acknowledged or muted it."
        ),
        ReportTerm(
            "points apart",
            "How far a battery's state of charge lies from the middle of the others, on average, in points of a percent."
        ),
        ReportTerm("produced", "What the array made, kWh, at the house's side of the inverters."),
        ReportTerm(
            "round trip",
            "Energy out of a battery over energy into it, percent. In a short time it also holds what the battery began and ended with."
        ),
        ReportTerm("self-consumption", "The share of production that was not exported, percent."),
        ReportTerm(
            "self-sufficiency",
            "The share of what the house used that was bought neither from the grid nor as a generator's fuel, percent. Rates are told where at least 90 % of the intervals have data."
        ),
        ReportTerm(
            "severity",
            "critical: money or hardware is being lost while it lasts; warning: needs a look; notice: worth knowing. Of what has ended it says how grave it was."
        ),
        ReportTerm("SoC, state of charge", "How full a battery is, percent, as it says itself."),
        ReportTerm(
            "trip",
            "An inverter that stops by itself for minutes or hours and starts again: most often because the grid's voltage is too high, else because it is too hot."
        ),
        ReportTerm(
            "usable",
            "Energy out of a battery from full to empty, kWh, by what it gave for each point of its state of charge."
        ),
        ReportTerm(
            "watched day",
            "A day of which at least 96.5 % of the intervals have data: single lost reports do not count against it."
        ),
    ]

    /// The glossary as a page of the documentation.
    package static var markdown: String {
        var document = ReportDocument(
            title: "Glossary",
            verdict: "",
            footer: "This page is made of Sources/Report/Words/Glossary.swift; a test holds them together."
        )
        document.lead = [.terms(terms)]
        return MarkdownRenderer.render(document)
    }
}
