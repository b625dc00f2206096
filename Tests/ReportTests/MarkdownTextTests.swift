// Text from outside in reports: hostile names stay names in Markdown and in pages.

import Foundation
import Testing
import Words

@testable import Report

@Suite("text from outside")
struct MarkdownTextTests {
    /// Names as a hostile or careless document may give them.
    static let hostileNames = [
        "plain-1", "story_house", "_init_", "a|b", "`rm -rf`", "<script>alert(1)</script>", "**bold**",
        "[x](javascript:y)", "# heading", "- item", "back\\slash", "line\nbreak", "bell\u{7}",
        "\u{202E}reversed", "\u{E07C}", "&amp;", "é☀︎", "\"><svg onload=x>",
    ]

    private func document(_ name: String) -> ReportDocument {
        var document = ReportDocument(title: name, verdict: ReportText(name), footer: "")
        document.lead = [
            .table(
                ReportTable(
                    name,
                    columns: [.text("device"), .text(name)],
                    rows: [[ReportText(name), .strong(name)]]
                )
            ),
            .list([ReportText(name), .code(name)]), .heading(ReportText(name)),
            .facts([ReportFact(name, name)]),
        ]
        return document
    }

    @Test("a name is shown as it is, and is never markup", arguments: MarkdownTextTests.hostileNames)
    func shownAsItIs(_ name: String) throws {
        let html = HTMLRenderer.render(document(name))
        // The elements are those of a document with a harmless name, whatever the name says.
        let harmless = HTMLRenderer.render(document("x"))
        #expect(html.components(separatedBy: "<").count == harmless.components(separatedBy: "<").count)
        #expect(html.contains("<td>\(HTMLText.escaped(name))</td>"), "\(html)")
        let markdown = MarkdownRenderer.render(document(name))
        let rows = markdown.split(separator: "\n").filter { $0.hasPrefix("| ") }
        #expect(rows.count == 2 && markdown.split(separator: "\n").count(where: { $0.hasPrefix("#") }) == 2)
        // A bar that is not escaped would be a further cell.
        for row in rows {
            let bars = row.replacing("\\\\", with: "").replacing("\\|", with: "").count { $0 == "|" }
            #expect(bars == 3, "\(row)")
        }
    }

    @Test(
        "what no page and no terminal should act on is replaced",
        arguments: ["a\nb", "a\u{1B}[31mb", "a\u{202E}b", "a\u{0}b"]
    )
    func controls(_ text: String) {
        let visible = VisibleText.of(text)
        #expect(visible.contains("\u{FFFD}") && visible.unicodeScalars.count == text.unicodeScalars.count)
        #expect(!visible.unicodeScalars.contains { $0.properties.generalCategory == .control })
        #expect(HTMLText.escaped(text) == visible)
    }

    @Test("words and numbers stay as they are in a terminal")
    func ordinary() {
        for text in ["story_house", "492203005621", "battery 3 (north)", "1.5 kWh, 99 %"] {
            #expect(MarkdownText.escaped(text) == text)
        }
        #expect(
            MarkdownText.escaped("-5", atLineStart: false) == "-5" && MarkdownText.escaped("-5") == "\\-5"
        )
        #expect(MarkdownText.code("a`b|c") == "`a'b¦c`")
    }

    @Test("a text keeps its forms, and its plain part is all of it")
    func forms() {
        let text: ReportText = "of \(strong: "all") \(3) in \(code: "a.csv")\(ReportText("!"))"
        #expect(text.runs == [.plain("of "), .strong("all"), .plain(" 3 in "), .code("a.csv"), .plain("!")])
        #expect(text.plain == "of all 3 in a.csv!")
    }
}
