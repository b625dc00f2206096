// The parts of which sections are made. How each is written stands in the renderers.

/// A part of a report.
package enum ReportBlock: Equatable, Sendable {
    /// A heading within a section.
    case heading(ReportText)
    /// A sentence or several.
    case paragraph(ReportText)
    /// Lines, each on its own.
    case list([ReportText])
    /// The numbers of the first screen.
    case facts([ReportFact])
    /// Rows under headings.
    case table(ReportTable)
    /// A chart with its numbers.
    case figure(ReportFigure)
    /// Findings with what to do.
    case findings([FindingCard])
    /// Words and what they mean.
    case terms([ReportTerm])
    /// What only few read: folded away on a page.
    case folded(title: String, [ReportBlock])

    /// Figures as parts, as far as there is something to draw.
    static func figures(_ figures: ReportFigure?...) -> [ReportBlock] {
        figures.compactMap { $0 }.map { .figure($0) }
    }
}
