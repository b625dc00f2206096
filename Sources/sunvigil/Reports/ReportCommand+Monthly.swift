// sunvigil report monthly

import ArgumentParser
import Lake
import Readings
import Report
import Station

extension ReportCommand {
    struct Monthly: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "A month: what was recorded, what is missing, what was found, what to do.",
            discussion: """
                EXAMPLES
                  sunvigil report monthly --month 2025-03
                  sunvigil report monthly --month 2025-03 --format json
                  sunvigil report monthly --output reports/
                  sunvigil report monthly --format html --open
                """
        )

        @OptionGroup var options: Options
        @Option(help: "The month as YYYY-MM (default: the newest with data).") var month: String?

        func run() throws {
            let wanted = try month.map { text in
                guard let parsed = CivilMonth(text) else {
                    throw CommandError("--month is YYYY-MM, not \(text)")
                }
                return parsed
            }
            try options.tell { .month(try $0.monthly(wanted)) }
        }
    }
}
