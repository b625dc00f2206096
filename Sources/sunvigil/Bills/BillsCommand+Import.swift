// sunvigil bills import

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

extension BillsCommand {
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in bills.csv or a billing file of the utility.",
            discussion: """
                The same as sunvigil import, and refuses what holds no bills.

                EXAMPLE
                  sunvigil bills import bills.csv
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("Digits of the registers.", valueName: "n")) var registerDigits = 5
        @Option(
            help: "Order of day and month in dates with slashes: mdy or dmy (default: told from the dates)."
        )
        var dateOrder: String?
        @Argument(help: "Files.") var paths: [String]

        func run() throws {
            let station = try store.changing()
            let lake = station.lake
            let site = try lake.site(named: self.site)
            var digest = ImportDigest()
            var settings = ImportSettings()
            guard (3...9).contains(registerDigits) else {
                throw CommandError("--register-digits is 3 to 9, not \(registerDigits)")
            }
            settings.registerDigits = registerDigits
            settings.dateOrder = try BillsCommand.dateOrder(dateOrder)
            let resolver = SiteResolver(lake: lake, named: site.name, mappings: [], newSitesLike: nil)
            var job = DocumentImport(station, resolver: resolver, settings: settings)
            job.wanted = [.billFile, .billingCSV, .billLines, .greenButton]
            for document in InputWalk.documents(paths, failed: { digest.fail($0, $1) }) {
                do {
                    let report = try job.run(document)
                    digest.add(document.path, report)
                    Console.print(report.text)
                } catch {
                    digest.fail(document.path, error)
                }
            }
            digest.tell(isTold: true, isJSON: false)
            for message in try BillBook(lake, site).messages { Console.error("note: \(message)") }
            if digest.hasFailed { throw ExitCode(2) }
        }
    }
}
