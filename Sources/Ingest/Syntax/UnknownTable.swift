// A document that no family knows, looked at once more as a table: by which separator, with which columns, and whether it holds
// times and energies. Only for what is said of it; nothing is read from it.

import Readings

/// A table that no family knows.
struct UnknownTable {
    /// The fields of the header.
    let header: [String]
    /// The header's line, from 1.
    let line: Int
    private let separator: UInt8
    private let rows: [[String]]

    private static let separators: [(byte: UInt8, name: String)] = [
        (UInt8(ascii: ","), "commas"), (UInt8(ascii: ";"), "semicolons"), (9, "tabs"),
        (UInt8(ascii: "|"), "vertical bars"),
    ]
    private static let mostLines = 200
    private static let leastRegisterRows = 5
    private static let leastBillDays: Int64 = 5

    /// Finds the table in the first bytes of a document; nil where there is none.
    init?(_ prefix: ArraySlice<UInt8>) {
        let lines = prefix.withoutByteOrderMark.split(
            maxSplits: UnknownTable.mostLines,
            omittingEmptySubsequences: false,
            whereSeparator: { $0 == 10 }
        ).prefix(UnknownTable.mostLines).map { $0.filter { $0 != 13 }[...] }
        var best: UnknownTable?
        for separator in UnknownTable.separators {
            guard let table = UnknownTable(lines, separator.byte) else { continue }
            if table.header.count > best?.header.count ?? 1 { best = table }
        }
        guard let best else { return nil }
        self = best
    }

    private init?(_ lines: [ArraySlice<UInt8>], _ separator: UInt8) {
        // What stands between commas in a table of semicolons is kept whole: the mark is put in the comma's place.
        let fields = lines.map { line -> [String] in
            guard separator != UInt8(ascii: ","), line.contains(separator) else {
                return (try? CSVFields.split(line)) ?? []
            }
            return line.split(separator: separator, omittingEmptySubsequences: false).map {
                String(decoding: $0, as: UTF8.self).filter { $0 != "\"" }.split(
                    whereSeparator: \.isWhitespace
                )
                .joined(separator: " ")
            }
        }
        for index in fields.indices.dropLast() where fields[index].count >= 2 {
            let count = fields[index].count
            let next = fields[index + 1]
            guard next.count >= 2, next.count <= count, !fields[index].contains(where: UnknownTable.isTime),
                next.contains(where: UnknownTable.isTime),
                next.contains(where: { !UnknownTable.isTime($0) && NumberCell.value($0) != nil })
            else { continue }
            header = fields[index]
            line = index + 1
            self.separator = separator
            rows = fields[(index + 1)...].filter { $0.count >= 2 && $0.count <= count }
            return
        }
        return nil
    }

    /// Tells whether a field holds a date, or a date with a time.
    private static func isTime(_ field: String) -> Bool {
        if DateText(field) != nil { return true }
        let parts = field.split(maxSplits: 1) { $0 == " " || $0 == "T" }
        guard parts.count == 2, let first = parts.first, DateText(String(first)) != nil else { return false }
        return parts[1].first?.isNumber ?? false
    }

    /// The error that tells what the document looks like.
    ///
    /// - Parameter known: what families say of a header.
    func refusal(known: ([String]) -> DocumentFormat?) -> IngestError {
        let name = UnknownTable.separators.first { $0.byte == separator }?.name ?? ""
        let isOther = separator != UInt8(ascii: ",")
        if isOther, known(header) != nil {
            return .delimiter(
                line: line,
                found: name + (hasDecimalCommas ? " (and its decimals by commas)" : "")
            )
        }
        var remarks: [String] = []
        if isOther { remarks.append("it is separated by \(name): save it as comma-separated values") }
        if hasDecimalCommas { remarks.append("write its decimals with a point") }
        if isOfRegisters {
            remarks.append("its numbers only rise, as registers do: write what each interval adds")
        }
        let energies = header.filter { UtilityTable.isEnergy($0) }
        if energies.isEmpty {
            remarks.append("none of its columns is named as an energy in kWh")
        }
        let help = UtilityTable.help(header, remarks: remarks)
        return .unsupported(what: help.what, remedy: isOfBills ? UnknownTable.asBills : help.remedy)
    }

    private static let asBills =
        "its rows are periods of days, as bills are: rename its columns to start, end, import_kwh, export_kwh (or end_inclusive); see docs/sources/bills.md"

    /// Tells whether rows have two dates that lie days apart.
    private var isOfBills: Bool {
        let periods = rows.map { row in
            let dates = row.compactMap { DateText($0) }
            guard dates.count == 2 else { return false }
            return [DateText.Order.mdy, .dmy].contains { order in
                guard let start = dates[0].day(order), let end = dates[1].day(order) else { return false }
                return end - start >= UnknownTable.leastBillDays
            }
        }
        return !periods.isEmpty && periods.allSatisfy { $0 }
    }

    private var hasDecimalCommas: Bool {
        rows.contains { row in
            row.contains { field in
                let parts = field.split(separator: ",", omittingEmptySubsequences: false)
                return parts.count == 2 && !field.contains(".")
                    && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isNumber) }
                    && NumberCell.plain(field)?.contains(".") ?? false
            }
        }
    }

    /// Tells whether some column of energy never falls, and stands high above its own steps.
    private var isOfRegisters: Bool {
        header.indices.contains { column in
            let values = rows.compactMap { $0.indices.contains(column) ? NumberCell.value($0[column]) : nil }
            guard UtilityTable.isEnergy(header[column]), values.count >= UnknownTable.leastRegisterRows,
                let first = values.first, let last = values.last, last > first
            else { return false }
            let steps = zip(values.dropFirst(), values).map { $0 - $1 }
            let isEven = (steps.max() ?? 0) - (steps.min() ?? 0) < 1e-6 * last
            return steps.allSatisfy { $0 >= 0 } && !isEven && first > 5 * (steps.max() ?? 0)
        }
    }
}
