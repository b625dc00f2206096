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
        "estimated", "import_read", "export_read", "import_first_read", "export_first_read", "amount",
        "currency", "note",
    ]

    private struct Row {
        let line: Int
        var bill: Bill
        let dates: BillDates.Pair
        let isLastDayNamed: Bool
        var end: CivilDate
        var netImportWh: Int64?
        /// The first reads of a meter that was put in at the bill's start.
        var importFirstRead: Double?
        var exportFirstRead: Double?
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
        try settleDates()
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
        func day(_ name: String) throws -> DateText? {
            guard let text = cells[name] else { return nil }
            guard let date = DateText(text) else {
                throw wrong(
                    line: line,
                    found: "has \(text.prefix(20)) as \(name), which is no date",
                    remedy: "write it as 2025-03-11"
                )
            }
            return date
        }
        func energy(_ name: String) throws -> Int64? {
            guard let text = cells[name] else { return nil }
            guard let energy = NumberCell.plain(text).flatMap({ EnergyText($0, powerOfTen: 3) }) else {
                throw IngestError.badNumber(line: line, column: name, found: String(text.prefix(20)))
            }
            return energy.wattHours
        }
        func number(_ name: String) throws -> Double? {
            guard let text = cells[name] else { return nil }
            guard let number = NumberCell.value(text) else {
                throw IngestError.badNumber(line: line, column: name, found: String(text.prefix(20)))
            }
            return number
        }
        guard let start = try day("start") else {
            throw wrong(line: line, found: "has no start", remedy: "write the day of the opening read")
        }
        let inclusive = try day("end_inclusive")
        guard let end = try inclusive ?? day("end") else {
            throw wrong(line: line, found: "has no end", remedy: "write the day of the closing read")
        }
        let unsettled = CivilDate(daysSince1970: 0)
        var bill = Bill(start: unsettled, end: unsettled)
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
        return Row(
            line: line,
            bill: bill,
            dates: BillDates.Pair(start: start, end: end),
            isLastDayNamed: inclusive != nil,
            end: unsettled,
            netImportWh: try energy("net_kwh"),
            importFirstRead: try number("import_first_read"),
            exportFirstRead: try number("export_first_read")
        )
    }

    private func wrong(line: Int, found: String, remedy: String) -> IngestError {
        .content(format: .billFile, place: "line \(line)", found: found, remedy: .plain(remedy))
    }

    // MARK: Dates

    /// Tells whether the day or the month comes first, from all bills.
    private mutating func settleDates() throws {
        var order = options.dateOrder
        switch BillDates.order(rows.map(\.dates)) {
        case .plain: break
        case .told(let told, let reason):
            if order == nil {
                summary.notes.append("dates were read \(told.words): \(reason)")
                order = told
            }
        case .impossible:
            if order == nil { throw dates("give no bills, neither with the day nor with the month first") }
        case .open:
            if order == nil {
                let example = rows.first { $0.dates.start.dependsOnOrder || $0.dates.end.dependsOnOrder }
                let place = example.map { " (line \($0.line))" } ?? ""
                throw dates("can be read with the day or with the month first\(place), and nothing decides")
            }
        }
        for index in rows.indices {
            let pair = rows[index].dates
            guard let start = pair.start.day(order ?? .mdy), let end = pair.end.day(order ?? .mdy) else {
                throw wrong(
                    line: rows[index].line,
                    found: "has a date that is none \((order ?? .mdy).words)",
                    remedy: "write it as 2025-03-11"
                )
            }
            rows[index].bill.start = CivilDate(daysSince1970: start)
            rows[index].end = CivilDate(daysSince1970: end + (rows[index].isLastDayNamed ? 1 : 0))
        }
    }

    private func dates(_ found: String) -> IngestError {
        .content(format: .billFile, place: "the dates", found: found, remedy: .tellDateOrder)
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
        for index in rows.indices {
            let sides = [
                Side(name: "import", read: \.importRead, first: \.importFirstRead, energy: \.importWh),
                Side(name: "export", read: \.exportRead, first: \.exportFirstRead, energy: \.exportWh),
            ]
            let steps = sides.map { step(index, $0) }
            // A meter has both registers: where one began anew so did the other, though its number may have risen.
            let isOther = steps.contains { $0?.isBack ?? false }
            for (side, step) in zip(sides, steps) {
                guard let step else { continue }
                rows[index].bill[keyPath: side.energy] = settled(
                    rows[index],
                    step,
                    of: side,
                    isOther: isOther
                )
            }
        }
    }

    private struct Side {
        let name: String
        let read: KeyPath<Bill, Double?>
        let first: KeyPath<Row, Double?>
        let energy: WritableKeyPath<Bill, Int64?>
    }

    /// What lies between two reads.
    private struct ReadStep {
        let opening: Double
        let closing: Double
        let step: BillRegisters.Step
        /// Tells whether the opening read is that of a meter put in at the bill's start.
        let isFirst: Bool
        var isBack: Bool { step == .unknown && closing < opening }
    }

    /// The bill before one, of the same meter and without a hole between; nil where there is none.
    private func before(_ index: Int) -> Bill? {
        guard index > 0, rows[index - 1].bill.meter == rows[index].bill.meter,
            rows[index - 1].bill.end == rows[index].bill.start
        else { return nil }
        return rows[index - 1].bill
    }

    private func step(_ index: Int, _ side: Side) -> ReadStep? {
        let (row, before) = (rows[index], before(index))
        let first = row[keyPath: side.first]
        guard let closing = row.bill[keyPath: side.read], let opening = first ?? before?[keyPath: side.read]
        else { return nil }
        let largest = rows.filter { $0.bill.meter == row.bill.meter }
            .flatMap { [$0.bill.importRead ?? 0, $0.bill.exportRead ?? 0] }.max()
        let isEstimate = first == nil && before?.isEstimated ?? false
        // The standard is not what the owner says: his registers may have more digits.
        let registers = BillRegisters(
            digits: options.registerDigits == 5 ? nil : options.registerDigits,
            largestRead: largest ?? 0
        )
        return ReadStep(
            opening: opening,
            closing: closing,
            step: registers.step(
                from: opening,
                to: closing,
                days: row.bill.end.daysSince1970 - row.bill.start.daysSince1970,
                isOpeningEstimated: isEstimate,
                before: isEstimate ? self.before(index - 1)?[keyPath: side.read] : nil
            ),
            isFirst: first != nil
        )
    }

    /// The energy of a bill by its registers, or as it is printed; nil where neither tells it.
    private mutating func settled(_ row: Row, _ found: ReadStep, of side: Side, isOther: Bool) -> Int64? {
        let printed = row.bill[keyPath: side.energy]
        let place = "line \(row.line): "
        let difference: Double
        var note: String?
        switch found.step {
        case .energy(let energy):
            if isOther, !found.isFirst {
                if printed == nil { summary.warn(place + RegisterWords.otherMeter(side.name)) }
                return printed
            }
            difference = energy
            if energy < 0 {
                note =
                    "the \(side.name) read lies below the estimated one before; what that was too high is taken back"
            }
        case .rolledOver(let energy, let digits):
            difference = energy
            note = "the \(side.name) register began anew after \(digits) digits"
        case .unknown:
            if printed == nil {
                let (opening, closing) = (found.opening, found.closing)
                summary.warn(place + RegisterWords.unknown(side.name, from: opening, to: closing))
            }
            return printed
        }
        let energy = Int64((difference * 1000).rounded())
        guard let printed else {
            if let note { summary.notes.append(place + note) }
            return energy
        }
        if abs(printed - energy) > BillFileParser.slackWh {
            summary.warn(
                place
                    + "the \(side.name) registers differ by \(energy / 1000) kWh, the bill prints \(printed / 1000) kWh; the printed energy is used"
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
