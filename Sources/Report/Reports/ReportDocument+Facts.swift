// How every report of a time begins and ends. Which sections it has each report lists itself.

extension ReportDocument {
    /// Begins the report of a time with its verdict, its first screen and the words that it uses; its sections are
    /// to follow.
    ///
    /// - Parameters:
    ///   - verdict: what is said of all of it; nil for that of the time.
    ///   - about: the findings that are counted; nil for all of the time.
    init(title: String, verdict: ReportText? = nil, facts: PeriodFacts, about: [ReportedFinding]? = nil) {
        let screen = FirstScreen(facts: facts, about: about)
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
