// A report as Markdown that also reads well in a terminal: columns of a table stand under each other. How
// text is kept from being markup stands in MarkdownText.

/// Renders reports as Markdown; equal reports give equal bytes.
package enum MarkdownRenderer {
    /// Returns a report.
    package static func render(_ document: ReportDocument) -> String {
        var text = "# \(MarkdownText.escaped(document.title))\n\n"
        if !document.verdict.isEmpty { text += "**\(MarkdownText.escaped(document.verdict.plain))**\n\n" }
        for block in document.lead { text += render(block) }
        for section in document.sections {
            text += "## \(MarkdownText.escaped(section.title))\n\n"
            for block in section.blocks { text += render(block) }
        }
        if !document.glossary.isEmpty { text += "\(ReportWords.glossaryHint)\n\n" }
        return text + inline(document.footer) + "\n"
    }

    private static func render(_ block: ReportBlock) -> String {
        switch block {
        case .heading(let text): return "### \(inline(text))\n\n"
        case .paragraph(let text): return inline(text, atLineStart: true) + "\n\n"
        case .list(let items): return items.map { "- \(inline($0))\n" }.joined() + "\n"
        case .facts(let facts):
            return facts.map { fact in
                let note = fact.note.isEmpty ? "" : " (\(fact.note))"
                return "- \(MarkdownText.escaped("\(fact.name): \(fact.value)\(note)"))\n"
            }.joined() + "\n"
        case .table(let table): return render(table)
        case .figure(let figure):
            let title = "**\(MarkdownText.escaped(figure.title)).** "
            return title + inline(figure.caption) + "\n\n" + (figure.table.map(render) ?? "")
        case .findings(let cards): return cards.map(render).joined()
        case .terms(let terms):
            return terms.map {
                "- **\(MarkdownText.escaped($0.word))**: \(MarkdownText.escaped($0.meaning))\n"
            }
            .joined() + "\n"
        case .folded(let title, let blocks):
            return "### \(MarkdownText.escaped(title))\n\n" + blocks.map(render).joined()
        }
    }

    private static func render(_ card: FindingCard) -> String {
        var text = "### \(MarkdownText.escaped("\(card.label): \(card.headline)"))\n\n"
        for (name, line) in card.lines { text += "- \(name): \(inline(line))\n" }
        return text + "\n"
    }

    /// The table with padded cells.
    private static func render(_ table: ReportTable) -> String {
        guard !table.rows.isEmpty else { return "" }
        let head = table.columns.map { MarkdownText.escaped($0.title) }
        let rows = table.rows.map { $0.map { inline($0) } }
        let widths = table.columns.indices.map { column in
            max(3, ([head] + rows).map { $0[column].count }.max() ?? 3)
        }
        func line(_ cells: [String]) -> String {
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return table.columns[column].isNumber ? space + cell : cell + space
            }
            return "| " + padded.joined(separator: " | ") + " |\n"
        }
        let rule = table.columns.enumerated().map { column, own in
            String(repeating: "-", count: widths[column] + 1) + (own.isNumber ? ":" : "-")
        }
        return line(head) + "|" + rule.joined(separator: "|") + "|\n" + rows.map(line).joined() + "\n"
    }

    private static func inline(_ text: ReportText, atLineStart: Bool = false) -> String {
        text.runs.enumerated().map { index, run in
            switch run {
            case .plain(let plain):
                MarkdownText.escaped(plain, atLineStart: atLineStart && index == 0)
            case .strong(let strong): "**\(MarkdownText.escaped(strong, atLineStart: false))**"
            case .code(let code): MarkdownText.code(code)
            }
        }.joined()
    }
}
