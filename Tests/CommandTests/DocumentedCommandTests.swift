// The commands that docs show are run as they stand there, on a store of the story house; every flag that the contract names
// is one of the verb's.

import Foundation
import TestSupport
import Testing

@Suite("documented commands")
struct DocumentedCommandTests {
    private static let pages = ["README.md", "docs/reports.md", "docs/check.md"]
    /// Verbs that need nothing but a store: no path of the reader's own, no editor, no second store.
    private static let verbs: Set<Substring> = [
        "report", "reconcile", "findings", "status", "case", "glossary", "check", "totals", "gaps",
    ]

    private static func text(_ page: String) throws -> String {
        try String(contentsOf: Checkout.root.appending(path: page), encoding: .utf8)
    }

    /// The commands of a page, without what is said of them beside.
    private static func commands(_ page: String) throws -> [[String]] {
        try text(page).split(separator: "\n").compactMap { line -> [String]? in
            let trimmed = line.drop { $0 == " " }
            guard line.hasPrefix("    "), trimmed.hasPrefix("sunvigil ") else { return nil }
            let own = trimmed.split(separator: "  ", maxSplits: 1).first?.split(separator: " #").first ?? ""
            let words = words(own)
            guard words.count > 1, verbs.contains(Substring(words[1])) else { return nil }
            return Array(words.dropFirst())
        }
    }

    /// Words as a shell takes them apart, quotes alone.
    private static func words(_ line: Substring) -> [String] {
        var words: [String] = []
        for (index, part) in line.split(separator: "\"", omittingEmptySubsequences: false).enumerated() {
            if index % 2 == 1 {
                words.append(String(part))
            } else {
                words += part.split(separator: " ").map(String.init)
            }
        }
        return words
    }

    @Test("the commands of README and docs run as they stand there")
    func commands() throws {
        let made = try TestStore(timeZone: "Europe/London")
        let data = Checkout.root.appending(path: "datasets/story-house").path
        let files = ["monthly_energy_report.csv", "devices", "gateway", "bills/bills.csv"].map {
            "\(data)/\($0)"
        }
        #expect(try Program.run(arguments: ["import", "--store", made.path] + files).code == 0)
        #expect(try Program.run("check", "--store", made.path).code == 1)
        var count = 0
        for page in Self.pages {
            for words in try Self.commands(page) {
                var own = words
                if words.starts(with: ["report", "case"]) {
                    own += ["--output", made.folder.path + "/evidence"]
                }
                if words.first != "glossary" { own += ["--store", made.path] }
                let result = try Program.run(arguments: own)
                #expect(
                    result.code <= 1,
                    "\(page): sunvigil \(words.joined(separator: " ")): \(result.errors)"
                )
                count += 1
            }
        }
        #expect(count > 12)
    }

    @Test("every flag of docs/contract.md is one of its verb")
    func flags() throws {
        var helps: [[String]: String] = [:]
        let lines = try Self.text("docs/contract.md").split(separator: "\n")
        for line in lines where line.hasPrefix("    sunvigil ") {
            for command in String(line).components(separatedBy: "sunvigil ").dropFirst() {
                let words = command.split(separator: " ").map(String.init)
                let verb = Array(words.prefix { $0.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil }.prefix(2))
                let flags = words.map { $0.filter { $0.isLetter || $0 == "-" } }.filter { $0.hasPrefix("--") }
                if helps[verb] == nil {
                    helps[verb] = try Program.run(arguments: verb + ["--help"]).output
                }
                for flag in flags where !(helps[verb] ?? "").contains(flag) {
                    Issue.record("docs/contract.md: sunvigil \(verb.joined(separator: " ")) knows no \(flag)")
                }
            }
        }
        #expect(helps.count > 30)
    }
}
