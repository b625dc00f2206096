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
    /// What was found so far.
    var facts = ReportFacts()
    private let options: EnlightenOptions
    private let zone: TimeZoneRules
    private var blockSums = [Int64](repeating: 0, count: Channel.count)
    private var lineNumber = 0

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
    }

    /// Begins behind the first header.
    init(header: EnlightenHeader, options: EnlightenOptions, zone: TimeZoneRules) {
        self.header = header
        self.options = options
        self.zone = zone
        clock = LocalClock(zone: zone)
        channels = []
        adopt(header)
    }

    /// The greatest energy that is no nonsense, Wh.
    var absurdLimit: Int64 { Limits.absurdWhPerQuarter * (hasClock ? 4 : 96) }

    /// Where the day of the month stands in a stamp of the last row's form.
    var dayDigits: Int { row.hasOffset ? 8 : options.dateOrder == .mdy ? 3 : 0 }

    // MARK: Lines

    /// Takes a line.
    ///
    /// - Parameter line: not empty, without its end.
    /// - Throws: `IngestError`.
    mutating func take(_ line: UnsafeBufferPointer<UInt8>, number: Int) throws -> Outcome {
        lineNumber = number
        if EnlightenHeader.looksLikeHeader(line) {
            // A line that is neither row, total nor header is a damaged row, not a new report.
            if line.first == UInt8(ascii: "\"") || !line.contains(UInt8(ascii: "/")) {
                try refuseOrThrow(badStamp(line))
                return .nothing
            }
            adopt(try EnlightenHeader(line, lineNumber: lineNumber))
            return .header
        }
        if line.starts(with: "Total".utf8) {
            try verifyTotal(line)
            return .nothing
        }
        do {
            try parse(line)
        } catch let error as IngestError where error.isRowError {
            try refuseOrThrow(error)
            return .nothing
        }
        // What is counted, and the order, come from rows that are taken; one that is left out says nothing.
        clock.accept(row.startUTCSeconds)
        if let day = clock.clockChangeDay { facts.clockChangeDays["\(day)", default: 0] += 1 }
        if row.hasForeignOffset { facts.foreignOffsets += 1 }
        return .row
    }

    /// Takes plain rows, which follow each other and the last row.
    mutating func take(_ rows: PlainRows, through last: Int64) {
        for channel in channels { blockSums[channel.rawValue] += rows.sums[channel.rawValue] }
        clock.enter(day: (last + clock.offsetSeconds).flooredDivision(by: 86_400))
        clock.accept(last)
    }

    private func badStamp(_ line: UnsafeBufferPointer<UInt8>) -> IngestError {
        .badStamp(
            line: lineNumber,
            found: EnlightenHeader.quoted(String(decoding: line.prefix(40), as: UTF8.self))
        )
    }

    private mutating func refuseOrThrow(_ error: IngestError) throws {
        guard options.skipsBadRows else { throw error }
        facts.refusedRows += 1
        if facts.refusals.count < Limits.keptErrors { facts.refusals.append("\(error)") }
    }

    /// Takes a header over. A block may hold more channels than the first: marks and totals count them from here on.
    private mutating func adopt(_ header: EnlightenHeader) {
        facts.headers += 1
        let strange = header.channels.compactMap { $0 }.filter { !channels.contains($0) }
        channels = (channels + strange).sorted { $0.rawValue < $1.rawValue }
        for name in header.unknown where !facts.unknownColumns.contains(name) {
            facts.unknownColumns.append(name)
        }
        self.header = header
        row.energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        blockSums = [Int64](repeating: 0, count: Channel.count)
    }

    // MARK: Rows

    private mutating func parse(_ line: UnsafeBufferPointer<UInt8>) throws {
        let header = header
        row.marks = []
        row.hasForeignOffset = false
        row.hasOffset = false
        var scanner = RowScanner(line)
        try parseStamp(&scanner)
        var field = 1
        while field < header.fieldCount {
            guard scanner.comma() else { throw fieldCount(of: line) }
            guard let channel = header.channels[field - 1] else {
                guard scanner.skipField() else { throw fieldCount(of: line) }
                field += 1
                continue
            }
            let start = scanner.position
            switch scanner.number() {
            case .whole(let value): try store(value, channel, from: start, scanner: scanner)
            case .rounded(let value):
                row.marks.insert(.rounded)
                try store(value, channel, from: start, scanner: scanner)
            case .missing: row.energyWh[channel.rawValue] = ReadingColumns.missingWh
            case .tooLarge:
                throw IngestError.absurd(
                    line: lineNumber,
                    column: channel.name,
                    found: scanner.text(from: start),
                    limitWh: absurdLimit
                )
            case .none:
                throw IngestError.badNumber(
                    line: lineNumber,
                    column: channel.name,
                    found: scanner.text(from: start)
                )
            }
            field += 1
        }
        guard scanner.isAtEnd else { throw fieldCount(of: line) }
        for channel in channels {
            let value = row.energyWh[channel.rawValue]
            if value != ReadingColumns.missingWh { blockSums[channel.rawValue] += Int64(value) }
        }
    }

    private mutating func store(_ value: Int64, _ channel: Channel, from start: Int, scanner: RowScanner)
        throws
    {
        guard value.magnitude <= UInt64(absurdLimit) else {
            throw IngestError.absurd(
                line: lineNumber,
                column: channel.name,
                found: scanner.text(from: start),
                limitWh: absurdLimit
            )
        }
        row.energyWh[channel.rawValue] = Int32(value)
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
            throw IngestError.badStamp(line: lineNumber, found: "\"\(scanner.text(from: start))\"")
        }
        guard let dayNumber = stamp.dayNumber else {
            throw IngestError.badDate(line: lineNumber, found: scanner.text(from: start))
        }
        clock.enter(day: dayNumber)
        do {
            if let offset = stamp.offsetSeconds {
                hasOffsets = true
                row.hasOffset = true
                row.startUTCSeconds = try clock.instant(
                    secondOfDay: stamp.secondOfDay ?? 0,
                    offsetSeconds: offset
                )
                row.hasForeignOffset = !clock.hasOffset(offset, atUTCSeconds: row.startUTCSeconds)
            } else if let second = stamp.secondOfDay {
                row.startUTCSeconds = try clock.instant(secondOfDay: second)
            } else {
                row.startUTCSeconds = try clock.startOfDay()
            }
        } catch .noSuchLocalTime {
            throw IngestError.noSuchLocalTime(
                line: lineNumber,
                found: scanner.text(from: start),
                zone: zone.identifier
            )
        } catch .outOfOrder {
            throw IngestError.outOfOrder(line: lineNumber, found: scanner.text(from: start))
        }
        if stamp.secondOfDay != nil { hasClock = true }
        row.secondOfDay = stamp.secondOfDay
    }

    // MARK: Totals

    private mutating func verifyTotal(_ line: UnsafeBufferPointer<UInt8>) throws {
        var scanner = RowScanner(line)
        _ = scanner.skipField()
        for channel in header.channels {
            guard scanner.comma() else { throw fieldCount(of: line) }
            let start = scanner.position
            guard let channel else {
                _ = scanner.skipField()
                continue
            }
            switch scanner.number() {
            case .whole(let stated), .rounded(let stated):
                let sum = blockSums[channel.rawValue]
                if stated != sum {
                    guard options.ignoresTotals else {
                        throw IngestError.totalMismatch(
                            line: lineNumber,
                            column: channel.name,
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
                    column: channel.name,
                    found: scanner.text(from: start)
                )
            }
        }
    }
}
