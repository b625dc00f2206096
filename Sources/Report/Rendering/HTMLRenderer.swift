// A report as one page without scripts and without anything from outside. How it looks stands in PageStyle,
// how charts are drawn in Charts.

/// Renders reports as pages; equal reports give equal bytes.
package enum HTMLRenderer {
    /// Returns a page.
    package static func render(_ document: ReportDocument) -> String {
        var html = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>\(HTMLText.escaped(document.title))</title>
            <style>
            \(PageStyle.sheet)
            </style>
            </head>
            <body>
            <header>
            <h1>\(HTMLText.escaped(document.title))</h1>
            </header>
            <main>
            <p class="verdict">\(inline(document.verdict))</p>

            """
        for block in document.lead { html += render(block) }
        if document.sections.count > 3 { html += contents(document.sections) }
        for section in document.sections {
            html +=
                "<section aria-labelledby=\"\(section.id)\">\n<h2 id=\"\(section.id)\">\(HTMLText.escaped(section.title))</h2>\n"
            for block in section.blocks { html += render(block) }
            html += "</section>\n"
        }
        if !document.glossary.isEmpty {
            html += render(.folded(title: ReportWords.glossary, [.terms(document.glossary)]))
        }
        return html + "</main>\n<footer>\n<p>\(inline(document.footer))</p>\n</footer>\n</body>\n</html>\n"
    }

    private static func contents(_ sections: [ReportSection]) -> String {
        let items = sections.map { "<li><a href=\"#\($0.id)\">\(HTMLText.escaped($0.title))</a></li>" }
        return "<nav aria-label=\"Contents\"><ul>\(items.joined())</ul></nav>\n"
    }

    private static func render(_ block: ReportBlock) -> String {
        switch block {
        case .heading(let text): return "<h3>\(inline(text))</h3>\n"
        case .paragraph(let text): return "<p>\(inline(text))</p>\n"
        case .list(let items):
            return "<ul>\n" + items.map { "<li>\(inline($0))</li>\n" }.joined() + "</ul>\n"
        case .facts(let facts): return render(facts)
        case .table(let table): return render(table)
        case .figure(let figure): return render(figure)
        case .findings(let cards): return cards.map(render).joined()
        case .terms(let terms):
            let entries = terms.map {
                "<dt>\(HTMLText.escaped($0.word))</dt><dd>\(HTMLText.escaped($0.meaning))</dd>\n"
            }
            return "<dl class=\"terms\">\n\(entries.joined())</dl>\n"
        case .folded(let title, let blocks):
            return
                "<details>\n<summary>\(HTMLText.escaped(title))</summary>\n\(blocks.map(render).joined())</details>\n"
        }
    }

    private static func render(_ facts: [ReportFact]) -> String {
        let items = facts.map { fact in
            let note = fact.note.isEmpty ? "" : " <span>\(HTMLText.escaped(fact.note))</span>"
            return
                "<li><span>\(HTMLText.escaped(fact.name))</span> <b>\(HTMLText.escaped(fact.value))</b>\(note)</li>\n"
        }
        return "<ul class=\"facts\">\n\(items.joined())</ul>\n"
    }

    private static func render(_ table: ReportTable) -> String {
        guard !table.rows.isEmpty else { return "" }
        func row(_ cells: [String], _ element: String) -> String {
            let fields = cells.enumerated().map { column, cell in
                let number = table.columns[column].isNumber ? " class=\"n\"" : ""
                let scope = element == "th" ? " scope=\"col\"" : ""
                return "<\(element)\(scope)\(number)>\(cell)</\(element)>"
            }
            return "<tr>\(fields.joined())</tr>\n"
        }
        // What can be scrolled must be reached by the keyboard too.
        let label = HTMLText.escaped(table.caption)
        // On paper a short table stays whole.
        let short = table.rows.count <= 12 ? " short" : ""
        return """
            <div class="scroll\(short)" tabindex="0" role="group" aria-label="\(label)">
            <table>
            <caption>\(label)</caption>
            <thead>
            \(row(table.columns.map { HTMLText.escaped($0.title) }, "th"))</thead>
            <tbody>
            \(table.rows.map { row($0.map(inline), "td") }.joined())</tbody>
            </table>
            </div>

            """
    }

    private static func render(_ figure: ReportFigure) -> String {
        let svg = figure.chart.svg(id: figure.id, title: figure.title, description: figure.description)
        let table = figure.table.map {
            "<details>\n<summary>The numbers: \(HTMLText.escaped(figure.title))</summary>\n\(render($0))</details>\n"
        }
        return
            "<figure id=\"\(figure.id)\">\n\(svg)\n<figcaption><b>\(HTMLText.escaped(figure.title))</b>\(inline(figure.caption))</figcaption>\n</figure>\n\(table ?? "")"
    }

    private static func render(_ card: FindingCard) -> String {
        let lines = card.lines.map {
            "<dt>\(HTMLText.escaped($0.name))</dt><dd>\(inline($0.text))</dd>\n"
        }
        return """
            <article class="card \(card.severity)">
            <h3><span class="severity">\(card.label)</span> \(HTMLText.escaped(card.headline))</h3>
            <dl>
            \(lines.joined())</dl>
            </article>

            """
    }

    private static func inline(_ text: ReportText) -> String {
        text.runs.map { run in
            switch run {
            case .plain(let plain): HTMLText.escaped(plain)
            case .strong(let strong): "<strong>\(HTMLText.escaped(strong))</strong>"
            case .code(let code): "<code>\(HTMLText.escaped(code))</code>"
            }
        }.joined()
    }
}
