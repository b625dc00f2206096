// sunvigil case open

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

extension CaseCommand {
    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a case.",
            discussion:
                "EXAMPLE\n  sunvigil case open \"battery 6 stuck at 99 %\" --finding 12 --at 2025-05-02"
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("A finding that it is about; may be given again.", valueName: "id"))
        var finding: [Int64] = []
        @Argument(help: "What it is about, in a few words.") var title: String

        func run() throws {
            guard !title.allSatisfy(\.isWhitespace) else { throw CommandError("a case needs a title") }
            let lake = try store.writer()
            let site = try lake.site(named: self.site)
            let known = Set(try lake.findings(systemID: site.systemID).map(\.findingID))
            if let odd = finding.first(where: { !known.contains($0) }) {
                throw CommandError(
                    "there is no finding \(odd) of \(site.name); list them with: sunvigil findings"
                )
            }
            let caseID = try CaseBook.edit(lake) { book in
                let caseID = (book.cases.map(\.caseID).max() ?? 0) + 1
                let now = lake.environment.nowMicroseconds() / 1_000_000
                book.cases.append(
                    OwnerCase(
                        caseID: caseID,
                        site: site.name,
                        title: title,
                        openedAt: try when.seconds(now, try ZoneFiles.load(site.timeZone)),
                        findings: finding
                    )
                )
                return caseID
            }
            Console.print("case \(caseID) is open; note what happens with: sunvigil case note \(caseID) TEXT")
        }
    }
}
