// sunvigil bills add

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

extension BillsCommand {
    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add one bill.",
            discussion: """
                EXAMPLE
                  sunvigil bills add --start 2025-03-11 --end 2025-04-09 --import-kwh 402 --export-kwh 377 --amount 61.20 --currency EUR
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("The day of the opening read.", valueName: "day")) var start: String
        @Option(
            help: ArgumentHelp("The day of the closing read, the start of the next bill.", valueName: "day")
        )
        var end: String
        @Option(help: "Energy from the grid.") var importKwh: Double?
        @Option(help: "Energy to the grid.") var exportKwh: Double?
        @Option(help: "Import minus export as printed.") var netKwh: Double?
        @Option(help: "The closing register of import.") var importRead: Double?
        @Option(help: "The closing register of export.") var exportRead: Double?
        @Flag(help: "The closing read was estimated.") var estimated = false
        @Option(help: "The amount.") var amount: Double?
        @Option(help: "The currency, as EUR.") var currency: String = ""
        @Option(help: "A remark.") var note: String = ""

        func run() throws {
            for (name, text) in [("--start", start), ("--end", end)]
            where BillDates.days(start: text, end: text, stated: .dmy) == nil
                && BillDates.days(start: text, end: text, stated: .mdy) == nil
            {
                throw CommandError("\(name) is a day as 2025-03-11, not \(text)")
            }
            guard let (first, last) = BillDates.days(start: start, end: end, stated: nil) else {
                throw CommandError(
                    "--start \(start) and --end \(end) can be read with the day or with the month first; write them as 2025-03-11"
                )
            }
            guard last > first else {
                throw CommandError("--end \(end) is not after --start \(start)")
            }
            let hasSides = importKwh != nil && exportKwh != nil
            guard hasSides || importKwh != nil || netKwh != nil || importRead != nil else {
                throw CommandError("a bill needs --import-kwh (and --export-kwh), --net-kwh or --import-read")
            }
            func wattHours(_ kilowattHours: Double?, _ name: String) throws -> Int64? {
                guard let kilowattHours else { return nil }
                guard let value = Int64(exactly: (kilowattHours * 1000).rounded()),
                    value.magnitude < 1_000_000_000_000
                else { throw CommandError("\(name) \(kilowattHours) is out of range") }
                return value
            }
            let bill = Bill(
                start: first,
                end: last,
                importWh: try wattHours(importKwh, "--import-kwh"),
                exportWh: try wattHours(exportKwh, "--export-kwh"),
                netExportWh: try wattHours(netKwh.map { -$0 }, "--net-kwh"),
                isEstimated: estimated,
                importRead: importRead,
                exportRead: exportRead,
                amount: amount,
                currency: currency,
                note: note
            )
            let station = try store.changing()
            let site = try station.lake.site(named: self.site)
            // Kept as the same form that an owner writes by hand, so that it can be read again.
            let text = BillText.csv([bill])
            Console.print(try BillBook.take(text, name: "bill \(first) to \(last)", station, site).text)
        }
    }
}
