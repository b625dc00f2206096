// How every report of a time begins and ends. Which sections it has each report lists itself.

extension ReportDocument {
    /// Begins the report of a time with its verdict, its first screen and the words that it uses; its sections are
    /// to follow.
    ///
    /// - Parameter verdict: what is said of all of it; nil for that of the time.
    init(title: String, verdict: ReportText? = nil, facts: PeriodFacts) {
        let screen = FirstScreen(facts: facts)
        self.init(
            title: title,
            verdict: verdict ?? screen.verdict,
            footer: ReportDocument.footer(facts.material)
        )
        lead = screen.blocks
        glossary = Glossary.terms
    }

    /// What made a report.
    static func footer(_ material: ReportMaterial) -> ReportText {
        "Made by sunvigil \(material.programVersion). \(ReportWords.affiliation)"
    }
}
