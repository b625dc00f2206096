// sunvigil case note

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

extension CaseCommand {
    struct Note: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note a call, a promise, an exchange (rma) or anything else.",
            discussion:
                "EXAMPLE\n  sunvigil case note 1 --kind promise --by vendor --due 2025-05-20 \"sends a new battery\""
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Option(help: "note, call, promise, rma, or kept: what was promised has come.") var kind = "note"
        @Option(help: "Who said or did it: vendor, installer, utility, …") var by = ""
        @Option(help: ArgumentHelp("The day by which it was promised, YYYY-MM-DD.", valueName: "day"))
        var due: String?
        @Argument(help: "The case's number.") var caseID: Int64
        @Argument(help: "What was said or done.") var text: String

        func run() throws {
            guard let kind = OwnerCase.Kind(rawValue: kind) else {
                let known = OwnerCase.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError("--kind is one of \(known), not \(self.kind)")
            }
            if let due, CivilDate(due) == nil {
                throw CommandError("--due is a day as 2025-05-20, not \(due)")
            }
            let lake = try store.writer()
            try CaseBook.edit(lake) { book in
                let index = try book.index(of: caseID)
                let zone = try ZoneFiles.load(try lake.site(named: book.cases[index].site).timeZone)
                let now = lake.environment.nowMicroseconds() / 1_000_000
                book.cases[index].entries.append(
                    OwnerCase.Entry(
                        at: try when.seconds(now, zone),
                        kind: kind,
                        by: by,
                        text: text,
                        due: due
                    )
                )
                book.cases[index].entries.sort { $0.at < $1.at }
            }
            Console.print("noted in case \(caseID)\(due.map { "; check will remind you after \($0)" } ?? "")")
        }
    }
}
