// What the first bytes of a utility's file look like.

import Readings

/// Recognises documents of utilities, and files of bills.
package enum UtilityFormats {
    /// Lines within which the header of a CSV file must stand.
    private static let headerLines = 200

    /// Tells which format a document has.
    package static func recognise(prefix: ArraySlice<UInt8>) -> Recognition {
        var bytes = prefix
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
        let first = bytes.drop { $0 <= 32 }
        if first.first == UInt8(ascii: "<") { return recogniseXML(first) }
        if first.starts(with: Array("100,NEM12".utf8)) { return .yes(.nem12) }
        if first.starts(with: Array("200,".utf8)) {
            return .near(.nem12, missing: "its first line must be 100,NEM12", score: 4)
        }
        if first.first == UInt8(ascii: "{") || first.first == UInt8(ascii: "[") { return .no }
        return recogniseCSV(bytes)
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

    private static func recogniseCSV(_ bytes: ArraySlice<UInt8>) -> Recognition {
        var nearest: Recognition = .no
        var best = 0
        let lines = bytes.split(
            maxSplits: headerLines,
            omittingEmptySubsequences: true,
            whereSeparator: { $0 == UInt8(ascii: "\n") }
        )
        for line in lines.prefix(headerLines) where line.first != UInt8(ascii: "#") {
            guard let fields = try? CSVFields.split(line.filter { $0 != 13 }[...]), fields.count >= 2 else {
                continue
            }
            let names = fields.map { $0.lowercased() }
            if UtilityLayout.block(of: fields) != nil || UtilityLayout.matching(fields) != nil {
                return .yes(.utilityCSV)
            }
            if BillingCSVParser.required.allSatisfy(names.contains) { return .yes(.billingCSV) }
            if TemperatureCSVParser.isHeader(names) { return .yes(.temperatureCSV) }
            if DeviceCSVParser.isHeader(names) { return .yes(.deviceCSV) }
            if names.contains("bill_start") && names.contains("kind") { return .yes(.billLines) }
            if names.contains("start"), names.contains("end") || names.contains("end_inclusive"),
                names.contains(where: { $0.hasSuffix("_kwh") || $0.hasSuffix("_read") })
            {
                return .yes(.billFile)
            }
            if names.contains("start"), names.contains("end") || names.contains("end_inclusive"), best < 3 {
                best = 3
                nearest = .near(
                    .billFile,
                    missing: "it lacks import_kwh, export_kwh, net_kwh or import_read",
                    score: 3
                )
            }
            if let near = UtilityLayout.nearest(fields), near.layout.columns.count - near.missing.count > best
            {
                best = near.layout.columns.count - near.missing.count
                nearest = .near(
                    .utilityCSV,
                    missing:
                        "for the layout \(near.layout.name) its header lacks \(near.missing.joined(separator: ", "))",
                    score: best
                )
            }
        }
        return nearest
    }
}
