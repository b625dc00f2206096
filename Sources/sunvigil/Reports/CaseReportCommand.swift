// sunvigil report case

import Analysis
import ArgumentParser
import Lake
import Readings
import Report
import Station

struct CaseReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        abstract: "The evidence for a support case: a folder and a ZIP archive that its receiver can check.",
        discussion: """
            Holds one page to paste into a ticket, who knew what when, charts, the rows as CSV and Parquet, the rules that
            fired, the hashes of the documents that the rows come from, and a line that checks it all.

            EXAMPLES
              sunvigil report case --finding 12
              sunvigil report case --finding 12 --finding 15 --output evidence/
              sunvigil report case --from 2025-03-01 --to 2025-05-10
              sunvigil report case --case 1 --documents
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "The site; not needed where the store has one.") var site: String?
    @Option(help: ArgumentHelp("A finding that it is about; may be given again.", valueName: "id"))
    var finding: [Int64] = []
    @Option(
        name: .customLong("case"),
        help: ArgumentHelp("A case of yours, with its findings.", valueName: "id")
    )
    var caseID: Int64?
    @Option(help: "The first day, of the site's zone.") var from: String?
    @Option(help: "The last day.") var to: String?
    @Flag(help: "Put the documents into it, verbatim. They may hold more of you than the case needs.")
    var documents = false
    @Option(help: ArgumentHelp("The folder to write into (default: here).", valueName: "dir"))
    var output = "."

    func run() throws {
        let lake = try store.snapshot()
        let book = try CaseBook.read(lake)
        let own = try caseID.map { book.cases[try book.index(of: $0)] }
        let site = try lake.site(named: self.site ?? own?.site)
        if let own, own.site != site.name {
            throw CommandError("case \(own.caseID) is of site \(own.site), not \(site.name)")
        }
        let reports = try SiteReports(
            lake: lake,
            site: site,
            configuration: try Configuration.load(lake)
        )
        let numbers = Set(finding + (own?.findings ?? []))
        let interval = try interval(lake, site, reports.zone, numbers, own)
        let analysis = try lake.wholeAnalysis(site, reports.zone)
        let material = try reports.material(.time(interval), analysis)
        let report = CaseReport(material, interval: interval, findings: numbers, ownerCase: own)
        let pack = try EvidencePack(
            report,
            reports,
            sources: material.sources,
            includesDocuments: documents
        )
        let written = try pack.write(into: output)
        Console.print(written.folder)
        Console.print(written.archive)
        Console.error("paste \(written.folder)/summary.md into the ticket and attach the archive")
    }

    /// The time that the evidence covers: as asked for, else that of the findings with a week around.
    private func interval(
        _ lake: some LakeReader,
        _ site: Site,
        _ zone: TimeZoneRules,
        _ numbers: Set<Int64>,
        _ own: OwnerCase?
    ) throws -> Interval {
        let known = try lake.findings(systemID: site.systemID)
        if let odd = numbers.sorted().first(where: { number in !known.contains { $0.findingID == number } }) {
            throw CommandError(
                "there is no finding \(odd) of \(site.name); list them with: sunvigil findings"
            )
        }
        let end = try lake.dataEnd(site, zone)
        if from != nil || to != nil {
            let asked = try TimeText.interval(from: from, to: to, zone)
            let newest = end ?? asked?.endUTCSeconds ?? 0
            let first = try lake.readings(systemID: site.systemID).values.compactMap(\.startUTCSeconds.first)
                .min()
            // Open ends reach to the data's own.
            let start = from == nil ? first ?? newest : asked?.startUTCSeconds ?? newest
            let until = to == nil ? newest : asked?.endUTCSeconds ?? newest
            guard start < until else {
                throw CommandError(
                    "there are no data of that time; the newest end at \(zone.text(atUTCSeconds: newest))"
                )
            }
            return Interval(startUTCSeconds: start, endUTCSeconds: until)
        }
        let about = known.filter { numbers.contains($0.findingID) }
        var starts = about.map(\.start.utcSeconds)
        // What proves a finding may have come after it: a capture that shows what was.
        var ends = about.map {
            max(
                ($0.end ?? Instant(utcSeconds: end ?? $0.start.utcSeconds)).utcSeconds,
                $0.alert.utcSeconds + 1
            )
        }
        if about.isEmpty, let own {
            starts.append(own.openedAt)
            ends.append(own.closedAt ?? max(own.openedAt, end ?? own.openedAt))
        }
        guard let first = starts.min(), let last = ends.max() else {
            throw CommandError(
                "say what the evidence is about: --finding ID (see sunvigil findings), --case ID, or --from DAY --to DAY"
            )
        }
        let around = CaseReport.aroundDays * 86_400
        // Behind the newest data there is nothing to show.
        let until = max(last, min(last + around, end ?? last + around))
        return Interval(startUTCSeconds: first - around, endUTCSeconds: max(first + 1, until))
    }
}
