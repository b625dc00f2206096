// Files of bills that the owner keeps. The billing history that a utility offers is among the utility's files.

extension FormatFamily {
    /// The owner's files of bills.
    static let bills = FormatFamily(
        formats: [
            FormatFacts(
                .billFile,
                title: "bills.csv",
                source: .owner,
                page: "bills.md",
                makeParser: { options, _ in BillFileParser(options: options) }
            ),
            FormatFacts(
                .billLines,
                title: "bill_lines.csv",
                source: .owner,
                page: "bills.md",
                makeParser: { options, _ in BillFileParser(options: options) }
            ),
        ],
        recogniseHeader: recogniseHeader
    )

    /// Tells which of the files a header is of.
    @Sendable private static func recogniseHeader(_ fields: [String]) -> Recognition {
        let names = fields.map { $0.lowercased() }
        if names.contains("bill_start") && names.contains("kind") { return .yes(.billLines) }
        guard names.contains("start"), names.contains("end") || names.contains("end_inclusive") else {
            return .no
        }
        if names.contains(where: { $0.hasSuffix("_kwh") || $0.hasSuffix("_read") }) { return .yes(.billFile) }
        return .near(
            .billFile,
            missing: "it lacks import_kwh, export_kwh, net_kwh or import_read",
            score: 3
        )
    }
}
