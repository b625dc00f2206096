// sunvigil case close

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

extension CaseCommand {
    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a case.",
            discussion: "EXAMPLE\n  sunvigil case close 1 \"battery exchanged\""
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Argument(help: "The case's number.") var caseID: Int64
        @Argument(help: "How it ended.") var text: String?

        func run() throws {
            let lake = try store.writer()
            let days = try CaseBook.edit(lake) { book in
                let index = try book.index(of: caseID)
                guard book.cases[index].closedAt == nil else {
                    throw CommandError("case \(caseID) is closed already")
                }
                let zone = try ZoneFiles.load(try lake.site(named: book.cases[index].site).timeZone)
                let at = try when.seconds(lake.environment.nowMicroseconds() / 1_000_000, zone)
                guard at >= book.cases[index].openedAt else {
                    throw CommandError("a case cannot be closed before it was opened; name another --at")
                }
                book.cases[index].closedAt = at
                if let text {
                    book.cases[index].entries.append(
                        OwnerCase.Entry(at: at, kind: .note, by: "", text: text, due: nil)
                    )
                }
                return book.cases[index].daysOpen(atUTCSeconds: at)
            }
            Console.print("case \(caseID) is closed after \(days) days")
        }
    }
}
