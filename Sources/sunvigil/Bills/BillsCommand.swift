// sunvigil bills list, add, import, edit

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

struct BillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bills",
        _superCommandName: Sunvigil.name,
        abstract: "The utility's bills: list, add, import, edit.",
        discussion: """
            EXAMPLES
              sunvigil bills add --start 2025-03-11 --end 2025-04-09 --import-kwh 402 --export-kwh 377
              sunvigil bills import bills.csv
              sunvigil bills edit
              sunvigil bills list
            """,
        subcommands: [List.self, Add.self, Import.self, Edit.self],
        defaultSubcommand: List.self
    )
}

extension BillsCommand {
    /// Reads the option that says whether the day or the month comes first.
    static func dateOrder(_ text: String?) throws -> EnlightenOptions.DateOrder? {
        guard let text else { return nil }
        guard let order = EnlightenOptions.DateOrder(rawValue: text) else {
            throw CommandError("--date-order is mdy or dmy, not \(text)")
        }
        return order
    }
}
