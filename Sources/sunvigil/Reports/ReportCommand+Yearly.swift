// sunvigil report yearly

import ArgumentParser
import Lake
import Readings
import Report
import Station

extension ReportCommand {
    struct Yearly: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A year: month by month, with every interval on one map.",
            discussion: """
                EXAMPLES
                  sunvigil report yearly --year 2025
                  sunvigil report yearly --format html --output reports/
                """
        )

        @OptionGroup var options: Options
        @Option(help: "The year as YYYY (default: the newest with data).") var year: String?

        func run() throws {
            let wanted = try year.map { text in
                guard text.count == 4, let parsed = Int(text), (1...9998).contains(parsed) else {
                    throw CommandError("--year is YYYY, not \(text)")
                }
                return parsed
            }
            try options.tell { .year(try $0.yearly(wanted)) }
        }
    }
}
