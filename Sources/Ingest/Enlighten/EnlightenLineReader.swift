// The lines of an Enlighten report: headers, rows, totals. What a row is without the rows around it is known here; steps, marks
// and batches are not.

import Readings

/// Reads lines, one after the other, of one report.
struct EnlightenLineReader {
    /// The last row that was read.
    private(set) var row = Row()
    /// The header above the line.
    private(set) var header: EnlightenHeader
    /// The channels of all headers so far, in their order.
    private(set) var channels: [Channel]
    /// The clock at the last row.
    private(set) var clock: LocalClock
    /// Tells whether any stamp has a time of day.
    private(set) var hasClock = false
    /// Tells whether any stamp has an offset.
    private(set) var hasOffsets = false
    /// Tells whether any header has a column of a generator.
    private(set) var hasGenerator = false
    /// What was found so far.
    var facts = ReportFacts()
    private let options: EnlightenOptions
    private let zone: TimeZoneRules
    /// The rows that cannot be read.
    private(set) var bad: BadRows
    private var blockSums = [Int64](repeating: 0, count: Channel.count)
    private var generatorSum: Int64 = 0
    private var lineNumber = 0
    /// How the date of the first row is written.
    private var firstForm: RowScanner.DateForm?
    /// Tells whether any row begins within a day.
    private var hasTimesOfDay = false
    /// The stamp of the last row as it stands.
    private var stampText = ""

    /// What became of a line.
    enum Outcome {
        /// It says nothing more: a total that was checked, or a row that was left out.
        case nothing
        /// It is a header, which holds from here on.
        case header
        /// It is a row, which is in `row`.
        case row
    }

    /// A row as it stands in the file.
    struct Row {
        /// The start, seconds UTC.
        var startUTCSeconds: Int64 = 0
        /// The energies by channel, Wh.
        var energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        /// The second of the local day; nil where the stamp has no time of day.
        var secondOfDay: Int64?
        /// What is seen in the row itself.
        var marks: Quality = []
        /// Tells whether the stamp's offset is not that of the site's zone.
        var hasForeignOffset = false
        /// Tells whether the stamp has an offset.
        var hasOffset = false
        /// Energy of a generator, Wh.
        var generatorWh = ReadingColumns.missingWh
        /// How the stamp's date is written.
        var form: RowScanner.DateForm?
        /// Tells whether the row stands in the file byte for byte as reports have rows.
        var isNative = false
        /// Tells whether the stamp is a midnight that the clock passed over: right for a day, wrong for any shorter interval.
        var isPassedOver = false
    }

    /// Begins behind the first header.
    init(header: EnlightenHeader, options: EnlightenOptions, zone: TimeZoneRules) {
        self.header = header
        self.options = options
        self.zone = zone
        clock = LocalClock(zone: zone)
        bad = BadRows(areSkipped: options.skipsBadRows)
        channels = []
        adopt(header)
    }

    /// The greatest energy that is no nonsense, Wh.
    var absurdLimit: Int64 { Limits.absurdWhPerQuarter * (hasClock ? 4 : 96) }

    /// Where the day of the month stands in a stamp of the last row's form.
    var dayDigits: Int { row.hasOffset ? 8 : options.dateOrder == .mdy ? 3 : 0 }

    /// Tells whether a row that was taken begins a local day, which 00:00 alone does not tell where the clock changes.
    func beginsDay(_ row: Row) -> Bool {
        clock.clockChangeDay == nil ? row.secondOfDay ?? 0 == 0 : zone.isStartOfDay(row.startUTCSeconds)
    }

    // MARK: Lines

    /// Takes a line.
    ///
    /// - Parameter line: not empty, without its end.
    /// - Throws: `IngestError`.
    mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int) throws -> Outcome {
        lineNumber = number
        if LineForm.isEmpty(line) { return .nothing }
        if EnlightenHeader.looksLikeHeader(line) { return try takeHeader(line) }
        if header.form.isPlain(line) { return try take(plain: line, LineForm.PlainLine(), isNative: true) }
        guard let plain = header.form.plain(line) else {
            bad.take(fieldCount(of: line))
            return .nothing
        }
        return try plain.bytes.withUnsafeBufferPointer { try take(plain: $0, plain, isNative: false) }
    }

    /// Takes a line that begins like a header.
    private mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) throws -> Outcome {
        // A line that is neither row, total nor header is a damaged row, not a new report.
        if EnlightenHeader.form(of: line) == nil {
            // A column too narrow for its dates is saved as it looks.
            if line.starts(with: "##".utf8) {
                throw IngestError.rewritten(line: lineNumber, found: quoted(line), .times)
            }
            if line.first == UInt8(ascii: "\"") || !line.contains(UInt8(ascii: "/")) {
                bad.take(.badStamp(line: lineNumber, found: quoted(line)))
                return .nothing
            }
        }
        adopt(try EnlightenHeader(line, lineNumber: lineNumber))
        return .header
    }

    /// Takes a row or a total in plain form.
    private mutating func take(
        plain line: UnsafeBufferPointer<UInt8>,
        _ numbers: LineForm.PlainLine,
        isNative: Bool
    ) throws -> Outcome {
        if line.starts(with: "Total".utf8) {
            // Sums of rows that lack some say nothing.
            if bad.isHalted { return .nothing }
            do { try verifyTotal(line) } catch let error as IngestError where error.isRowError {
                bad.take(error)
            }
            return .nothing
        }
        do {
            row.isNative = isNative
            try parse(line)
            if let found = numbers.doubtful ?? (row.secondOfDay == nil ? numbers.decimal : nil),
                header.form.separator != UInt8(ascii: ",") || WrittenNumber.isScientific(found.utf8)
            {
                throw IngestError.rewritten(line: lineNumber, found: EnlightenHeader.quoted(found), .numbers)
            }
        } catch let error as IngestError where error.isRowError {
            if let found = numbers.doubtful {
                throw IngestError.rewritten(line: lineNumber, found: EnlightenHeader.quoted(found), .numbers)
            }
            bad.take(error)
            return .nothing
        }
        // What is counted, and the order, come from rows that are taken; one that is left out says nothing.
        clock.accept(row.startUTCSeconds)
        bad.countRows(1)
        if let form = row.form { firstForm = firstForm ?? form }
        if row.secondOfDay ?? 0 != 0 { hasTimesOfDay = true }
        if let day = clock.clockChangeDay { facts.clockChangeDays["\(day)", default: 0] += 1 }
        if row.hasForeignOffset { facts.foreignOffsets += 1 }
        return bad.isHalted ? .nothing : .row
    }

    /// Refuses a row that was taken: its midnight was passed over, and the report is not one of days.
    mutating func refusePassedOver(line: Int) {
        bad.countRows(-1)
        bad.take(.noSuchLocalTime(line: line, found: stampText, zone: zone.identifier))
    }

    /// Returns what was found, as far as lines show it.
    ///
    /// - Throws: `IngestError` where rows could not be read that may not be left out.
    mutating func finish() throws {
        try bad.judge()
        facts.refusedRows = bad.count
        facts.refusals = bad.texts
    }

    /// Takes plain rows, which follow each other and the last row.
    mutating func take(_ rows: PlainRows, through last: Int64) {
        for channel in channels { blockSums[channel.rawValue] += rows.sums[channel.rawValue] }
        bad.countRows(rows.rowCount)
        clock.enter(day: (last + clock.offsetSeconds).flooredDivision(by: 86_400))
        clock.accept(last)
    }

    private func quoted(_ line: UnsafeBufferPointer<UInt8>) -> String {
        EnlightenHeader.quoted(String(decoding: line.prefix(40), as: UTF8.self))
    }

    /// Takes a header over. A block may hold more channels than the first: marks and totals count them from here on.
    private mutating func adopt(_ header: EnlightenHeader) {
        facts.headers += 1
        let strange = header.channels.filter { !channels.contains($0) }
        channels = (channels + strange).sorted { $0.rawValue < $1.rawValue }
        for name in header.unknown where !facts.unknownColumns.contains(name) {
            facts.unknownColumns.append(name)
        }
        if header.hasGenerator { hasGenerator = true }
        self.header = header
        row.energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        row.generatorWh = ReadingColumns.missingWh
        blockSums = [Int64](repeating: 0, count: Channel.count)
        generatorSum = 0
    }

    // MARK: Rows

    private mutating func parse(_ line: UnsafeBufferPointer<UInt8>) throws {
        let header = header
        row.marks = []
        row.hasForeignOffset = false
        row.hasOffset = false
        row.isPassedOver = false
        var scanner = RowScanner(line)
        try parseStamp(&scanner)
        var field = 1
        while field < header.fieldCount {
            guard scanner.comma() else { throw fieldCount(of: line) }
            let own = header.fields[field - 1]
            field += 1
            if own == .other {
                guard scanner.skipField() else { throw fieldCount(of: line) }
                continue
            }
            let value = try energy(&scanner, of: own)
            if let channel = own.channel {
                row.energyWh[channel.rawValue] = value
            } else {
                row.generatorWh = value
            }
        }
        scanner.skipEmptyFields()
        guard scanner.isAtEnd else { throw fieldCount(of: line) }
        for channel in channels {
            let value = row.energyWh[channel.rawValue]
            if value != ReadingColumns.missingWh { blockSums[channel.rawValue] += Int64(value) }
        }
        if row.generatorWh != ReadingColumns.missingWh { generatorSum += Int64(row.generatorWh) }
    }

    /// Takes an energy, Wh.
    private mutating func energy(_ scanner: inout RowScanner, of field: EnlightenHeader.Field) throws -> Int32
    {
        let start = scanner.position
        let value: Int64
        switch scanner.number() {
        case .whole(let whole): value = whole
        case .rounded(let rounded):
            row.marks.insert(.rounded)
            value = rounded
        case .missing: return ReadingColumns.missingWh
        case .tooLarge: value = .max
        case .none:
            let found = scanner.text(from: start)
            if WrittenNumber.isScientific(found.utf8) {
                throw IngestError.rewritten(line: lineNumber, found: EnlightenHeader.quoted(found), .numbers)
            }
            throw IngestError.badNumber(
                line: lineNumber,
                column: EnlightenColumns.name(of: field),
                found: found
            )
        }
        guard value.magnitude <= UInt64(absurdLimit) else {
            throw IngestError.absurd(
                line: lineNumber,
                column: EnlightenColumns.name(of: field),
                found: scanner.text(from: start),
                limitWh: absurdLimit
            )
        }
        return Int32(value)
    }

    private func fieldCount(of line: UnsafeBufferPointer<UInt8>) -> IngestError {
        var count = 1
        var isQuoted = false
        for byte in line {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == UInt8(ascii: ",") && !isQuoted { count += 1 }
        }
        return .fieldCount(line: lineNumber, found: count, expected: header.fieldCount)
    }

    private mutating func parseStamp(_ scanner: inout RowScanner) throws {
        let start = scanner.position
        guard let stamp = scanner.stamp(order: options.dateOrder) else {
            let found = scanner.text(from: start)
            if RowScanner.isSpreadsheetTime(found) {
                throw IngestError.rewritten(line: lineNumber, found: EnlightenHeader.quoted(found), .times)
            }
            throw IngestError.badStamp(line: lineNumber, found: "\"\(found)\"")
        }
        if let firstForm, stamp.form != firstForm, !stamp.form.isReports || !firstForm.isReports {
            throw IngestError.rewritten(
                line: lineNumber,
                found: EnlightenHeader.quoted(scanner.text(from: start)),
                .times
            )
        }
        guard let dayNumber = stamp.dayNumber else {
            throw IngestError.badDate(line: lineNumber, found: scanner.text(from: start))
        }
        clock.enter(day: dayNumber)
        do {
            try place(stamp)
        } catch .noSuchLocalTime {
            throw IngestError.noSuchLocalTime(
                line: lineNumber,
                found: scanner.text(from: start),
                zone: zone.identifier
            )
        } catch .outOfOrder {
            if stamp.offsetSeconds == nil, clock.repeatsLast(secondOfDay: stamp.secondOfDay ?? 0) {
                throw IngestError.rewritten(
                    line: lineNumber,
                    found:
                        "\(scanner.text(from: start)) twice running, in the hour that the clock showed twice",
                    .order
                )
            }
            throw IngestError.outOfOrder(line: lineNumber, found: scanner.text(from: start))
        }
        if stamp.secondOfDay != nil { hasClock = true }
        row.secondOfDay = stamp.secondOfDay
        row.form = stamp.form
        row.isNative = row.isNative && stamp.isNative
        if row.isPassedOver { stampText = scanner.text(from: start) }
    }

    /// Finds the instant of a stamp.
    private mutating func place(_ stamp: RowScanner.Stamp) throws(LocalClock.Failure) {
        if let offset = stamp.offsetSeconds {
            hasOffsets = true
            row.hasOffset = true
            row.startUTCSeconds = try clock.instant(
                secondOfDay: stamp.secondOfDay ?? 0,
                offsetSeconds: offset
            )
            row.hasForeignOffset = !clock.hasOffset(offset, atUTCSeconds: row.startUTCSeconds)
        } else if let second = stamp.secondOfDay {
            do {
                row.startUTCSeconds = try clock.instant(secondOfDay: second)
            } catch .noSuchLocalTime where second == 0 && !hasTimesOfDay {
                // In a report of days 00:00 stands for the day, also where the clock passed over it.
                row.isPassedOver = true
                row.startUTCSeconds = try clock.startOfDay()
            }
        } else {
            row.startUTCSeconds = try clock.startOfDay()
        }
    }

    // MARK: Totals

    private mutating func verifyTotal(_ line: UnsafeBufferPointer<UInt8>) throws {
        var scanner = RowScanner(line)
        _ = scanner.skipField()
        for field in header.fields {
            guard scanner.comma() else { throw fieldCount(of: line) }
            let start = scanner.position
            guard field != .other else {
                _ = scanner.skipField()
                continue
            }
            switch scanner.number() {
            case .whole(let stated), .rounded(let stated):
                let sum = field.channel.map { blockSums[$0.rawValue] } ?? generatorSum
                if stated != sum {
                    guard options.ignoresTotals else {
                        throw IngestError.totalMismatch(
                            line: lineNumber,
                            column: EnlightenColumns.name(of: field),
                            stated: stated,
                            sum: sum
                        )
                    }
                    facts.totalsIgnored += 1
                } else {
                    facts.totalsVerified += 1
                }
            case .missing: continue
            case .tooLarge, .none:
                throw IngestError.badNumber(
                    line: lineNumber,
                    column: EnlightenColumns.name(of: field),
                    found: scanner.text(from: start)
                )
            }
        }
    }
}
