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
    package mutating func add(_ id: String, _ title: String, _ blocks: [ReportBlock]) {
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

/// A section under a heading.
package struct ReportSection: Equatable, Sendable {
    /// Its name in links: small letters and hyphens.
    package let id: String
    /// The heading.
    package let title: String
    /// What stands in it.
    package let blocks: [ReportBlock]
}

/// A part of a report.
package enum ReportBlock: Equatable, Sendable {
    /// A heading within a section.
    case heading(ReportText)
    case paragraph(ReportText)
    case list([ReportText])
    /// The numbers of the first screen.
    case facts([ReportFact])
    case table(ReportTable)
    case figure(ReportFigure)
    /// Findings with what to do.
    case findings([FindingCard])
    /// Words and what they mean.
    case terms([ReportTerm])
    /// What only few read: folded away on a page.
    case folded(title: String, [ReportBlock])
}

/// A number of the first screen.
package struct ReportFact: Equatable, Sendable {
    /// What it is.
    package let name: String
    /// The number with its unit.
    package let value: String
    /// What makes it readable: a comparison, a limit; may be empty.
    package let note: String

    /// Makes a fact.
    package init(_ name: String, _ value: String, note: String = "") {
        self.name = name
        self.value = value
        self.note = note
    }
}

/// A word and its meaning.
package struct ReportTerm: Equatable, Sendable {
    package let word: String
    package let meaning: String

    /// Explains a word.
    package init(_ word: String, _ meaning: String) {
        self.word = word
        self.meaning = meaning
    }
}

/// A finding as it is told.
package struct FindingCard: Equatable, Sendable {
    /// `critical`, `warning` or `notice`.
    package let severity: String
    /// What it is, with the number that matters.
    package let headline: String
    /// Since when, how sure, what it costs, what to do, by which rule and rows: names and texts.
    package let lines: [(name: String, text: ReportText)]

    package static func == (left: FindingCard, right: FindingCard) -> Bool {
        left.severity == right.severity && left.headline == right.headline
            && left.lines.elementsEqual(right.lines, by: ==)
    }
}

/// A table with one heading a column.
package struct ReportTable: Equatable, Sendable {
    /// A column.
    package struct Column: Equatable, Sendable {
        /// Its heading.
        package let title: String
        /// Tells whether numbers stand in it.
        package let isNumber: Bool

        /// A column of text.
        package static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        /// A column of numbers.
        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// What the table shows.
    package let caption: String
    /// The columns.
    package let columns: [Column]
    /// The rows, each as wide as the columns.
    package let rows: [[ReportText]]

    /// Makes a table.
    package init(_ caption: String, _ columns: [Column], _ rows: [[ReportText]]) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row of \(caption) has other columns")
        self.caption = caption
        self.columns = columns
        self.rows = rows
    }
}

/// A chart with its numbers.
package struct ReportFigure: Equatable, Sendable {
    /// Its name in links, unique in a report.
    package let id: String
    /// What it shows.
    package let title: String
    /// What is to be seen, for those who cannot see it.
    package let description: String
    /// The numbers under the chart.
    package let caption: ReportText
    /// The chart.
    package let chart: Chart
    /// The numbers behind it.
    package let table: ReportTable?

    /// Makes a figure.
    package init(
        _ id: String,
        title: String,
        description: String,
        caption: ReportText,
        chart: Chart,
        table: ReportTable?
    ) {
        self.id = id
        self.title = title
        self.description = description
        self.caption = caption
        self.chart = chart
        self.table = table
    }
}
