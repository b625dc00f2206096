// A report as a value. It knows neither Markdown nor HTML: see MarkdownRenderer and HTMLRenderer.

/// A report: what is said first, and sections.
package struct ReportDocument: Equatable, Sendable {
    /// The title, plain.
    package var title: String
    /// The whole report in one sentence.
    package var verdict: ReportText
    /// What stands on the first screen besides the verdict.
    package var lead: [ReportBlock] = []
    /// The sections in order.
    package var sections: [ReportSection] = []
    /// Words that the report uses, with their meaning: folded away on a page.
    package var glossary: [ReportTerm] = []
    /// What made the report.
    package var footer: ReportText

    /// Begins a report.
    package init(title: String, verdict: ReportText, footer: ReportText) {
        self.title = title
        self.verdict = verdict
        self.footer = footer
    }

    /// Adds a section; one without blocks is left out.
    ///
    /// - Parameters:
    ///   - id: its name in links: small letters and hyphens.
    ///   - title: its heading.
    package mutating func add(_ id: String, title: String, _ blocks: [ReportBlock]) {
        guard !blocks.isEmpty else { return }
        sections.append(ReportSection(id: id, title: title, blocks: blocks))
    }

    /// All figures in order.
    package var figures: [ReportFigure] {
        (lead + sections.flatMap(\.blocks)).compactMap { block in
            if case .figure(let figure) = block { return figure }
            return nil
        }
    }
}
