// What the program can do is told in docs: verbs, configuration, findings, formats, parameters; and links lead somewhere.

import Analysis
import Foundation
import Ingest
import Readings
import TestSupport
import Testing

@Suite("documentation")
struct DocumentationTests {
    private let pages = DocumentationPages.shared
    private let docs = DocumentationPages.shared.docs

    /// Tells whether docs name a word of the program as such: in backticks or, as in JSON, in quotes.
    private func isNamed(_ word: String) -> Bool {
        ["`\(word)`", "\"\(word)\"", "`\(word):"].contains {
            !ByteSearch.offsets(of: Array($0.utf8), in: docs).isEmpty
        }
    }

    @Test("every verb, also one below another, is in docs/contract.md")
    func verbs() throws {
        let verbs = VerbTree(SourceTree.shared.sources.filter { $0.room == "sunvigil" }).verbs
        #expect(verbs.count > 30 && verbs.contains("report monthly") && verbs.contains("case open"))
        let contract = Array(try #require(pages.texts["docs/contract.md"]).utf8)
        for verb in verbs where !ByteSearch.hasWord("sunvigil \(verb)", in: contract) {
            Issue.record("docs/contract.md lacks `sunvigil \(verb)`; say what scripts may rely on")
        }
    }

    @Test("every key of config.json is in docs")
    func configurationKeys() throws {
        let file = try #require(SourceTree.shared.sources.first { $0.name == "Configuration.swift" })
        let start = try #require(file.offsets(ofCode: "members: Set<String> = [").first)
        let end = try #require(file.code[start...].firstIndex(of: 0x5D))
        let keys = String(decoding: file.bytes[start..<end], as: UTF8.self).split(separator: "\"")
            .enumerated()
            .filter { $0.offset % 2 == 1 }.map { String($0.element) }
        #expect(keys.contains("retention_days") && keys.count >= 8)
        for key in keys where !isNamed(key) {
            Issue.record("docs lack `\(key)` of config.json; tell of it in docs/check.md")
        }
    }

    @Test("every kind of finding is in docs", arguments: FindingKind.allCases)
    func kinds(kind: FindingKind) {
        #expect(isNamed(kind.rawValue), "docs lack `\(kind.rawValue)`; tell of it on a page of docs/analysis")
    }

    @Test("every format of documents is in docs, by the name that a store keeps and the one for people")
    func formats() {
        for format in DocumentFormat.allCases {
            #expect(
                isNamed(format.rawValue),
                "docs lack `\(format.rawValue)`; add it to docs/sources/formats.md"
            )
        }
        for title in FormatFamilies.all.flatMap(\.formats).map(\.title) {
            #expect(
                !ByteSearch.offsets(of: Array(title.utf8), in: docs).isEmpty,
                "docs lack \(title); add it to docs/sources/formats.md"
            )
        }
    }

    @Test("every format leads from docs/sources/formats.md to the page that its family names")
    func formatPages() throws {
        let formats = try #require(pages.texts["docs/sources/formats.md"])
        for facts in FormatFamilies.all.flatMap(\.formats) {
            #expect(
                pages.texts["docs/sources/\(facts.page)"] != nil,
                "there is no docs/sources/\(facts.page), which the family of \(facts.format.rawValue) names"
            )
            let row = "| `\(facts.format.rawValue)` | \(facts.title) |"
            let rows = formats.split(separator: "\n").filter { $0.hasPrefix(row) }
            #expect(
                rows.count == 1 && rows[0].hasSuffix("[\(facts.page)](\(facts.page)) |"),
                "docs/sources/formats.md lacks a row `\(row) … | [\(facts.page)](\(facts.page)) |`"
            )
        }
    }

    @Test(
        "every parameter of the detectors is in docs/analysis/parameters.md with its default, and no other is"
    )
    func parameters() throws {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let data = try encoder.encode(DetectorParameters())
        let defaults = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let page = try #require(pages.texts["docs/analysis/parameters.md"])
        var told: [String: String] = [:]
        for line in page.split(separator: "\n") where line.hasPrefix("| `") {
            let cells = line.split(separator: "|").map { $0.filter { $0 != " " && $0 != "`" && $0 != "," } }
            told[cells[0]] = cells[1]
        }
        for (key, value) in defaults.sorted(by: { $0.key < $1.key }) {
            let toldText = told[key]
            let isBoolean = toldText == "true" || toldText == "false"
            let isRight =
                isBoolean
                ? value as? Bool == (toldText == "true")
                : toldText.flatMap(Double.init) == (value as? NSNumber)?.doubleValue
            #expect(isRight, "docs/analysis/parameters.md: `\(key)` is \(value), not \(toldText ?? "told")")
        }
        for key in told.keys.sorted() where defaults[key] == nil {
            Issue.record("docs/analysis/parameters.md: there is no parameter \(key); take its line out")
        }
    }

    @Test("every relative link of a page leads to a file, and to a heading where it names one")
    func links() throws {
        #expect(pages.links.count > 40)
        for link in pages.links {
            let place = "\(link.page):\(link.line): the link to \(link.target)"
            guard FileManager.default.fileExists(atPath: Checkout.root.path + "/" + link.path) else {
                Issue.record("\(place) leads nowhere; mend or remove it")
                continue
            }
            if let anchor = link.anchor, let text = pages.texts[link.path],
                !DocumentationPages.anchors(text).contains(anchor)
            {
                Issue.record("\(place) names no heading of \(link.path); mend it")
            }
        }
    }

    @Test("every page of docs is linked from another page")
    func reachable() {
        let linked = Set(pages.links.filter { $0.page != $0.path }.map(\.path))
        for page in pages.texts.keys.sorted() where page.hasPrefix("docs/") && !linked.contains(page) {
            Issue.record("\(page) is linked from nowhere; link it from docs/README.md")
        }
    }

    @Test("docs/README.md lists every page of docs")
    func index() {
        let listed = Set(pages.links.filter { $0.page == "docs/README.md" }.map(\.path))
        for page in pages.texts.keys.sorted()
        where page.hasPrefix("docs/") && page != "docs/README.md" && !listed.contains(page) {
            Issue.record("docs/README.md does not list \(page); add a line for it")
        }
    }

    @Test("the columns of bills.csv in docs are those that `bills edit` shows, in their order")
    func billColumns() throws {
        let shown = try #require(BillText.csv([]).split(separator: "\n").last)
        let page = try #require(pages.texts["docs/sources/bills.md"])
        #expect(page.contains("`\(shown)`"), "docs/sources/bills.md lacks `\(shown)`")
    }

    @Test("links are read in brackets and in HTML, relative ones only")
    func reading() {
        let text = "[a](b.md#c-d) <img src=\"../e.png\">\n[f](https://g.h/i) [j](#k) x](l\n"
        let links = DocumentationPages.links("manual/a/m.md", text)
        #expect(links.map(\.path) == ["manual/a/b.md", "manual/a/m.md", "manual/e.png"])
        #expect(links.map(\.anchor) == ["c-d", "k", nil] && links.map(\.line) == [1, 2, 1])
        #expect(DocumentationPages.anchors("# A\n## B c, `d_e`!") == ["a", "b-c-d_e"])
    }
}
