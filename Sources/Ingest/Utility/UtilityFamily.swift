// Files of utilities: Green Button, NEM12, intervals and billing history in comma-separated values.

extension FormatFamily {
    /// Files of utilities.
    static let utility = FormatFamily(
        formats: [
            FormatFacts(
                .greenButton,
                title: "Green Button (ESPI XML)",
                source: .utility,
                page: "utility.md",
                makeParser: { GreenButtonParser(options: $0, zone: $1) }
            ),
            FormatFacts(
                .utilityCSV,
                title: "utility interval CSV",
                source: .utility,
                page: "utility.md",
                makeParser: { UtilityCSVParser(options: $0, zone: $1) }
            ),
            FormatFacts(
                .nem12,
                title: "NEM12",
                source: .utility,
                page: "utility.md",
                makeParser: { NEM12Parser(options: $0, zone: $1) }
            ),
            FormatFacts(
                .billingCSV,
                title: "utility billing CSV",
                source: .utility,
                page: "bills.md",
                makeParser: { options, _ in BillingCSVParser(options: options) }
            ),
        ],
        recognise: { UtilityFamily.recognise($0) },
        recogniseHeader: { UtilityFamily.recogniseHeader($0) }
    )
}

/// Recognises files of utilities.
private enum UtilityFamily {
    /// Tells what the first bytes say.
    static func recognise(_ prefix: ArraySlice<UInt8>) -> Recognition {
        let first = prefix.withoutByteOrderMark.drop { $0 <= 32 }
        if first.first == UInt8(ascii: "<") { return recogniseXML(first) }
        if first.starts(with: Array("100,NEM12".utf8)) { return .yes(.nem12) }
        if first.starts(with: Array("200,".utf8)) {
            return .near(.nem12, missing: "its first line must be 100,NEM12", score: 4)
        }
        return .no
    }

    private static func recogniseXML(_ bytes: ArraySlice<UInt8>) -> Recognition {
        let text = String(decoding: bytes, as: UTF8.self)
        let names = [
            "IntervalBlock", "ReadingType", "UsageSummary", "ElectricPowerUsageSummary", "UsagePoint",
            "MeterReading", "LocalTimeParameters",
        ]
        if text.contains("http://naesb.org/espi") || names.contains(where: { text.contains("\($0)>") }) {
            return .yes(.greenButton)
        }
        if text.contains("http://www.w3.org/2005/Atom") || text.contains("<feed") {
            return .near(.greenButton, missing: "it names no namespace http://naesb.org/espi", score: 4)
        }
        return .no
    }

    /// Tells what a header says.
    static func recogniseHeader(_ fields: [String]) -> Recognition {
        if UtilityLayout.block(of: fields) != nil || UtilityLayout.matching(fields) != nil {
            return .yes(.utilityCSV)
        }
        let names = fields.map { $0.lowercased() }
        if BillingCSVParser.required.allSatisfy(names.contains) { return .yes(.billingCSV) }
        guard UtilityLayout.nearest(fields) != nil || UtilityTable.isLike(fields) else { return .no }
        return .near(
            .utilityCSV,
            missing: UtilityTable.help(fields).what,
            score: UtilityLayout.nearest(fields).map { $0.layout.columns.count - $0.missing.count } ?? 1
        )
    }
}
