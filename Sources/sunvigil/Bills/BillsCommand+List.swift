// sunvigil bills list

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

extension BillsCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The bills that count, with what is odd about them.",
            discussion: "Of one period, your own bill goes before one from a file of the utility."
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var past: PastOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Flag(help: "Print JSON.") var json = false
        @Flag(help: "Print bills.csv.") var csv = false

        func run() throws {
            let lake = try past.open(store)
            let site = try lake.site(named: self.site)
            let book = try BillBook(lake, site)
            if csv {
                Console.print(BillText.csv(book.bills), terminator: "")
                return
            }
            if json {
                let array = book.bills.map { book.json($0) }
                Console.print(
                    JSONValue.object([
                        ("site", .text(site.name)), ("bills", .array(array)),
                        ("messages", .array(book.messages.map { .text($0) })),
                    ]).pretty,
                    terminator: ""
                )
                return
            }
            if book.bills.isEmpty {
                Console.print(
                    "site \(site.name) has no bills; add one with: sunvigil bills add, or: sunvigil bills edit"
                )
                return
            }
            Console.print("start       end (excl.)  days  import kWh  export kWh     net kWh  from")
            for bill in book.bills { Console.print(book.line(bill)) }
            for message in book.messages { Console.error("note: \(message)") }
        }
    }
}
