// Pages without scripts or outside resources. They are laid out from the Markdown, so that both say the same.

import Readings

extension MonthlyReport {
    /// Returns the report as a page; equal facts give equal bytes.
    package func html() -> String {
        HTMLPage.page(title: "\(site.name), \(month.title)", markdown: markdown())
    }
}

/// Whole pages.
enum HTMLPage {
    /// Returns a page of Markdown.
    static func page(title: String, markdown: String) -> String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
        <title>\(MarkdownPage.escaped(MarkdownText.visible(title)))</title>
        <style>
        :root { color-scheme: light dark; --ink: #222; --paper: #fff; --line: #ddd; --sun: #b35c00 }
        @media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #16181c; --line: #3a3f47; --sun: #ffb454 } }
        @media print { :root { --ink: #000; --paper: #fff; --line: #bbb; --sun: #b35c00 } table { break-inside: auto } tr, h2 { break-inside: avoid; break-after: auto } }
        body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: var(--ink); background: var(--paper) }
        table { border-collapse: collapse; display: block; overflow-x: auto } td, th { padding: .15rem .7rem; border-bottom: 1px solid var(--line); text-align: right }
        td:first-child, th:first-child, td.bar { text-align: left; white-space: nowrap } td.bar { color: var(--sun) } code { font-size: .8em; overflow-wrap: anywhere }
        </style></head><body>
        \(MarkdownPage.body(markdown))</body></html>

        """
    }
}

/// Lays out the Markdown that reports use: headings, paragraphs, bold lines, lists, tables, code.
enum MarkdownPage {
    /// Returns text in which nothing is markup.
    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// Returns the body of a page.
    static func body(_ markdown: String) -> String {
        var html = ""
        var openElement: String?
        func close() {
            if let openElement { html += "</\(openElement)>\n" }
            openElement = nil
        }
        for line in MarkdownText.sheltered(markdown).split(separator: "\n", omittingEmptySubsequences: false)
        {
            if line.hasPrefix("|---") { continue }
            if line.hasPrefix("| ") {
                if openElement != "table" {
                    close()
                    html += "<table>\n" + row(line, cell: "th")
                    openElement = "table"
                } else {
                    html += row(line, cell: "td")
                }
            } else if line.hasPrefix("- ") {
                if openElement != "ul" {
                    close()
                    html += "<ul>\n"
                    openElement = "ul"
                }
                html += "<li>\(inline(line.dropFirst(2)))</li>\n"
            } else {
                close()
                if line.hasPrefix("### ") {
                    html += "<h3>\(inline(line.dropFirst(4)))</h3>\n"
                } else if line.hasPrefix("## ") {
                    html += "<h2>\(inline(line.dropFirst(3)))</h2>\n"
                } else if line.hasPrefix("# ") {
                    html += "<h1>\(inline(line.dropFirst(2)))</h1>\n"
                } else if !line.isEmpty {
                    html += "<p>\(inline(line))</p>\n"
                }
            }
        }
        close()
        return MarkdownText.unsheltered(html)
    }

    private static func row(_ line: Substring, cell: String) -> String {
        let cells = line.dropFirst().dropLast().split(separator: "|", omittingEmptySubsequences: false).map {
            text in
            Substring(text.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
        let fields = cells.map { text -> String in
            let isBar = text.contains("█")
            return "<\(cell)\(isBar ? " class=\"bar\"" : "")>\(inline(text))</\(cell)>"
        }
        return "<tr>\(fields.joined())</tr>\n"
    }

    private static func inline(_ text: Substring) -> String {
        var result = escaped(String(text))
        for (mark, tag) in [("**", "strong"), ("`", "code")] {
            let parts = result.split(separator: mark, omittingEmptySubsequences: false)
            guard parts.count % 2 == 1 else { continue }
            result = parts.enumerated().map {
                $0.offset % 2 == 1 ? "<\(tag)>\($0.element)</\(tag)>" : String($0.element)
            }
            .joined()
        }
        return result
    }
}
