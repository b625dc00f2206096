// The bills of a site that count, and what is odd about them.

import Analysis
import Ingest
import Lake
import Readings

/// The bills of a site that count.
package struct BillBook {
    /// The bills by first day.
    package let bills: [Bill]
    /// What is odd about them.
    package let messages: [String]
    private let own: Set<String>

    /// Reads the bills of a site.
    package init(_ lake: some LakeReader, _ site: Site) throws {
        let (bills, owner) = try BillBook.read(lake, site)
        self.bills = bills
        own = Set(owner.map { "\($0.meter)|\($0.start)" })
        let zone = try ZoneFiles.load(site.timeZone)
        let gaps = try lake.wholeAnalysis(site, zone).findings.filter {
            $0.kind == .siteSilent
        }.map { finding in
            (
                start: zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day,
                end: zone.wallClock(atUTCSeconds: finding.knownEnd.utcSeconds).day.advanced(by: 1)
            )
        }
        messages = BillChecks.messages(bills, gaps: gaps)
    }

    /// Returns the bills of a site that count, and those that the owner gave.
    package static func read(_ lake: some LakeReader, _ site: Site) throws -> (bills: [Bill], owner: [Bill]) {
        let all = try lake.bills(systemID: site.systemID)
        let owner = all.filter { $0.source == .owner }.map(\.record)
        let utility = all.filter { $0.source != .owner }.map(\.record)
        return (BillChecks.current(owner: owner, utility: utility), owner)
    }

    private func source(_ bill: Bill) -> String {
        own.contains("\(bill.meter)|\(bill.start)") ? "you" : "utility"
    }

    /// A bill as a line of the table.
    package func line(_ bill: Bill) -> String {
        func column(_ wattHours: Int64?, _ width: Int) -> String {
            let text = wattHours.map { JSONValue.fixed(Double($0) / 1000, decimals: 3) } ?? "–"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let days = "\(bill.end.daysSince1970 - bill.start.daysSince1970)"
        let net = bill.netExportWh.map { -$0 }
        let remarks = [
            source(bill), bill.isEstimated ? "estimated" : nil,
            bill.unknownSideWh.map {
                "total \(JSONValue.fixed(Double($0) / 1000, decimals: 3)) kWh of unknown side"
            },
            bill.amount.map { "\(JSONValue.fixed($0, decimals: 2)) \(bill.currency)" },
            bill.note.isEmpty ? nil : bill.note,
        ].compactMap { $0 }
        let pad = String(repeating: " ", count: max(0, 4 - days.count))
        return
            "\(bill.start)  \(bill.end)   \(pad)\(days)\(column(bill.importWh, 12))\(column(bill.exportWh, 12))\(column(net, 12))  \(remarks.joined(separator: ", "))"
    }

    /// A bill as JSON.
    package func json(_ bill: Bill) -> JSONValue {
        .object([
            ("start", .text("\(bill.start)")), ("end", .text("\(bill.end)")), ("meter", .text(bill.meter)),
            ("import_wh", .optional(bill.importWh)), ("export_wh", .optional(bill.exportWh)),
            ("net_export_wh", .optional(bill.netExportWh)),
            ("unknown_side_wh", .optional(bill.unknownSideWh)), ("estimated", .boolean(bill.isEstimated)),
            ("import_read_kwh", bill.importRead.map { .plain($0) } ?? .null),
            ("export_read_kwh", bill.exportRead.map { .plain($0) } ?? .null),
            ("amount", bill.amount.map { .plain($0) } ?? .null), ("currency", .text(bill.currency)),
            ("note", .text(bill.note)), ("from", .text(source(bill))),
        ])
    }

    /// Imports bills from a text in the owner's form.
    ///
    /// - Parameter name: what the document is called.
    package static func take(_ text: String, name: String, _ station: Station<LakeWriter>, _ site: Site)
        throws
        -> ImportReport
    {
        let bytes = Array(text.utf8)
        let document = InputDocument(
            path: name,
            modifiedUTCSeconds: nil,
            isNamed: true,
            read: { try $0(bytes[...]) },
            capture: nil
        )
        let resolver = SiteResolver(lake: station.lake, named: site.name, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        job.wanted = [.billFile]
        return try job.run(document)
    }
}
