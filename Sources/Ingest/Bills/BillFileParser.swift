// bills.csv, the owner's own list of bills: header-driven, with the meaning of its end dates checked from bill to bill.
// Rules: docs/sources/bills.md.

import Readings

/// Reads bills.csv, and tells charge lines for what they are.
struct BillFileParser: LineParser {
    private let options: DocumentOptions
    var lines = TextLines()
    private var header: [String] = []
    private var rows: [Row] = []
    private var summary = DocumentSummary()
    private var chargeLines = 0

    /// Most bills of a file.
    private static let mostRows = 10_000
    /// How far printed sums may differ, Wh.
    private static let slackWh: Int64 = 1_000

    /// Columns that a file of bills may have.
    static let columns = [
        "start", "end", "end_inclusive", "meter", "import_kwh", "export_kwh", "net_kwh", "total_kwh",
        "estimated",
        "import_read", "export_read", "amount", "currency", "note",
    ]

    private struct Row {
        let line: Int
        var bill: Bill
        var end: CivilDate
        var netImportWh: Int64?
    }

    /// Makes a reader.
    init(options: DocumentOptions) { self.options = options }

    mutating func summarise(_ sink: RowSink) throws -> DocumentSummary {
        summary.format = options.format.title
        if options.format == .billLines {
            summary.counts["charge lines"] = chargeLines
            summary.notes.append(
                "charge lines are kept in the document and shown; they are never part of the energy"
            )
            return summary
        }
        guard !header.isEmpty, !rows.isEmpty else { throw IngestError.noRows }
        try settleEnds()
        settleReads()
        try settleSums()
        let bills = rows.map(\.bill)
        for bill in bills {
            let start = bill.start.daysSince1970 * 86_400
            summary.note(1, in: "bill", from: start, to: start)
            if let energy = bill.importWh { summary.totalWh["import", default: 0] += energy }
            if let energy = bill.exportWh { summary.totalWh["export", default: 0] += energy }
        }
        try sink(.bills(bills))
        return summary
    }

    // MARK: Rows

    mutating func take(line: ArraySlice<UInt8>, number: Int, _ sink: RowSink) throws {
        if line.isBlankLine || line.isRemark { return }
        let fields = try CSVFields.split(line)
        if header.isEmpty {
            header = fields.map { $0.lowercased() }
            for name in header where !BillFileParser.columns.contains(name) && options.format == .billFile {
                summary.warn("the column \(name.prefix(30)) is not known and was left in the document")
            }
            return
        }
        if options.format == .billLines {
            chargeLines += 1
            return
        }
        guard fields.count <= header.count else {
            throw IngestError.fieldCount(line: number, found: fields.count, expected: header.count)
        }
        guard rows.count < BillFileParser.mostRows else {
            throw IngestError.limit(.rows, found: nil, limit: Int64(BillFileParser.mostRows))
        }
        var cells: [String: String] = [:]
        for (name, field) in zip(header, fields) where !field.isEmpty { cells[name] = field }
        guard !cells.isEmpty else { return }
        rows.append(try row(cells, number))
    }

    private func row(_ cells: [String: String], _ line: Int) throws -> Row {
        func day(_ name: String) throws -> CivilDate? {
            guard let text = cells[name] else { return nil }
            guard let number = UtilityStamp.day(text) else {
                throw wrong(
                    line: line,
                    found: "has \(text.prefix(20)) as \(name), which is no date",
                    remedy: "write it as 2025-03-11"
                )
            }
            return CivilDate(daysSince1970: number)
        }
        func energy(_ name: String) throws -> Int64? {
            guard let text = cells[name] else { return nil }
            guard let energy = EnergyText(text, powerOfTen: 3) else {
                throw IngestError.badNumber(line: line, column: name, found: String(text.prefix(20)))
            }
            return energy.wattHours
        }
        func number(_ name: String) throws -> Double? {
            guard let text = cells[name] else { return nil }
            guard let number = Double(text.filter { $0 != "," && $0 != "$" }), number.isFinite,
                abs(number) < 1e12
            else { throw IngestError.badNumber(line: line, column: name, found: String(text.prefix(20))) }
            return number
        }
        guard let start = try day("start") else {
            throw wrong(line: line, found: "has no start", remedy: "write the day of the opening read")
        }
        let inclusive = try day("end_inclusive").map { $0.advanced(by: 1) }
        guard let end = try inclusive ?? day("end") else {
            throw wrong(line: line, found: "has no end", remedy: "write the day of the closing read")
        }
        var bill = Bill(start: start, end: end)
        bill.meter =
            UtilityInterval.isMeterName(cells["meter"] ?? "")
            ? cells["meter"] ?? "" : UtilityInterval.meterName(cells["meter"] ?? "")
        bill.importWh = try energy("import_kwh")
        bill.exportWh = try energy("export_kwh")
        bill.unknownSideWh = try energy("total_kwh")
        bill.importRead = try number("import_read")
        bill.exportRead = try number("export_read")
        bill.amount = try number("amount")
        bill.currency = String((cells["currency"] ?? "").prefix(3)).uppercased()
        bill.note = String((cells["note"] ?? "").prefix(200))
        bill.isEstimated = ["yes", "true", "1", "y", "estimated"].contains(
            (cells["estimated"] ?? "").lowercased()
        )
        return Row(line: line, bill: bill, end: end, netImportWh: try energy("net_kwh"))
    }

    private func wrong(line: Int, found: String, remedy: String) -> IngestError {
        .content(format: .billFile, place: "line \(line)", found: found, remedy: .plain(remedy))
    }

    // MARK: Ends

    /// The continuity of bills tells whether their last day counts: next start = end, or end + 1.
    private mutating func settleEnds() throws {
        rows.sort { ($0.bill.meter, $0.bill.start, $0.line) < ($1.bill.meter, $1.bill.start, $1.line) }
        let hasNamedColumn = header.contains("end_inclusive")
        var isInclusive = false
        if !hasNamedColumn {
            let pairs = zip(rows, rows.dropFirst()).filter { $0.bill.meter == $1.bill.meter }
            let touching = pairs.filter { $1.bill.start == $0.end }.count
            let following = pairs.filter { $1.bill.start == $0.end.advanced(by: 1) }.count
            isInclusive = following > 0 && touching == 0
            if rows.count == 1 {
                summary.notes.append("a single bill: its end is taken as the day of the closing read")
            } else if isInclusive {
                summary.notes.append(
                    "each bill starts on the day after the one before ends: the last day counts, ends were moved by a day"
                )
            }
        } else {
            summary.notes.append("the last day counts, as the column end_inclusive says")
        }
        for index in rows.indices {
            let end = isInclusive ? rows[index].end.advanced(by: 1) : rows[index].end
            rows[index].bill.end = end
            guard end > rows[index].bill.start else {
                throw wrong(
                    line: rows[index].line,
                    found: "ends before it starts",
                    remedy: "check its two dates"
                )
            }
            guard index > 0, rows[index - 1].bill.meter == rows[index].bill.meter else { continue }
            let before = rows[index - 1]
            if rows[index].bill.start == before.bill.start && end == before.bill.end {
                throw overlap(before.line, rows[index].line, found: "hold the same period twice")
            }
            if rows[index].bill.start < before.bill.end {
                throw overlap(
                    before.line,
                    rows[index].line,
                    found: "overlap: the second starts before the first ends"
                )
            }
            if rows[index].bill.start > before.bill.end {
                summary.warn("no bill covers \(before.bill.end) to \(rows[index].bill.start)")
            }
        }
    }

    private func overlap(_ first: Int, _ second: Int, found: String) -> IngestError {
        .content(
            format: .billFile,
            place: "lines \(min(first, second)) and \(max(first, second))",
            found: found,
            remedy: "check their dates"
        )
    }

    // MARK: Registers and sums

    /// Differences of registers have no accumulated rounding, and go before the printed energy.
    private mutating func settleReads() {
        for index in rows.indices.dropFirst() {
            let before = rows[index - 1].bill
            guard before.meter == rows[index].bill.meter, before.end == rows[index].bill.start else {
                continue
            }
            let line = rows[index].line
            rows[index].bill.importWh = settled(
                from: before.importRead,
                to: rows[index].bill.importRead,
                printed: rows[index].bill.importWh,
                name: "import",
                line: line
            )
            rows[index].bill.exportWh = settled(
                from: before.exportRead,
                to: rows[index].bill.exportRead,
                printed: rows[index].bill.exportWh,
                name: "export",
                line: line
            )
        }
    }

    private mutating func settled(
        from opening: Double?,
        to closing: Double?,
        printed: Int64?,
        name: String,
        line: Int
    ) -> Int64? {
        guard let opening, let closing else { return printed }
        var difference = closing - opening
        if difference < 0 {
            var whole = 1.0
            for _ in 0..<options.registerDigits { whole *= 10 }
            difference += whole
            summary.notes.append(
                "line \(line): the \(name) register began anew after \(options.registerDigits) digits"
            )
        }
        let energy = Int64((difference * 1000).rounded())
        if let printed, abs(printed - energy) > BillFileParser.slackWh {
            summary.warn(
                "line \(line): the \(name) registers differ by \(energy / 1000) kWh, the bill prints \(printed / 1000) kWh; the printed energy is used"
            )
            return printed
        }
        return energy
    }

    private mutating func settleSums() throws {
        for index in rows.indices {
            let row = rows[index]
            if let imported = row.bill.importWh, let exported = row.bill.exportWh {
                rows[index].bill.netExportWh = exported - imported
                if let net = row.netImportWh, abs(net - (imported - exported)) > BillFileParser.slackWh {
                    summary.warn(
                        "line \(row.line): net_kwh is not import minus export; the two columns are used"
                    )
                }
            } else if let net = row.netImportWh {
                rows[index].bill.netExportWh = -net
            } else if row.bill.importWh == nil, row.bill.unknownSideWh == nil, row.bill.importRead == nil {
                throw wrong(
                    line: row.line,
                    found: "has neither energy nor register",
                    remedy: "write import_kwh and export_kwh, or net_kwh, or import_read"
                )
            }
            if row.bill.isEstimated { summary.counts["estimated bills", default: 0] += 1 }
        }
    }
}

extension UtilityInterval {
    /// Tells whether a text is a name that `meterName` made.
    package static func isMeterName(_ text: String) -> Bool { text.isEmpty || text.hasPrefix("…") }
}
