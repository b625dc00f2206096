// Enlighten CSV reports, all four dialects, in one pass over the bytes. Rules: docs/sources/enlighten-csv.md.
//
// Memory does not grow with the document: bytes come in pieces, rows leave in batches.

import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Reads a report piece by piece.
package struct EnlightenCSVParser {
    /// Takes a batch of rows of the file's step, in ascending order.
    package typealias Sink = (_ stepSeconds: Int32, ReadingColumns) throws -> Void

    private let options: EnlightenOptions
    private let zone: TimeZoneRules
    private var clock: LocalClock
    private var header: EnlightenHeader?
    private var channels: [Channel] = []
    private var partialLine: [UInt8] = []
    private var lineNumber = 0
    private var hasBytes = false
    private var sample: [SampleRow] = []
    private var isSampling = true
    private var tracker: StepTracker?
    private var marker: QualityMarker?
    private var blockSums = [Int64](repeating: 0, count: Channel.count)
    private var summary = EnlightenSummary()
    private var row = ParsedRow()
    private var hasOffsets = false
    private var hasClock = false
    /// The look of the next plain row; nil where the last row says nothing of it.
    private var pattern: PlainRows.Pattern?
    private let takesPlainRows: Bool

    private struct SampleRow {
        let row: ParsedRow
        let line: Int
    }

    /// A row as it stands in the file.
    struct ParsedRow {
        var startUTCSeconds: Int64 = 0
        var energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        var secondOfDay: Int64?
        var marks: Quality = []
        var hasForeignOffset = false
        var hasOffset = false
    }

    /// Begins a document.
    ///
    /// - Parameters:
    ///   - zone: the rules of the zone that the options name.
    ///   - takesPlainRows: reads runs of plain rows at once; the result is the same without, which tests make sure of.
    package init(options: EnlightenOptions, zone: TimeZoneRules, takesPlainRows: Bool = true) {
        self.takesPlainRows = takesPlainRows
        self.options = options
        self.zone = zone
        clock = LocalClock(zone: zone)
    }

    // MARK: Bytes to lines

    /// Takes a piece of the document.
    ///
    /// - Throws: `IngestError`, and what the sink throws.
    package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: Sink) throws {
        try bytes.withUnsafeBufferPointer { buffer in
            var start = 0
            if !hasBytes && !buffer.isEmpty {
                hasBytes = true
                start = try EnlightenCSVParser.checkBeginning(buffer)
            }
            while start < buffer.count {
                if partialLine.isEmpty { start += try takePlainRows(buffer, from: start, sink) }
                guard let base = buffer.baseAddress,
                    let found = memchr(base + start, 10, buffer.count - start)
                else { break }
                let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
                if partialLine.isEmpty {
                    try take(line: UnsafeBufferPointer(rebasing: buffer[start..<end]), sink)
                } else {
                    partialLine.append(contentsOf: buffer[start..<end])
                    try takePartialLine(sink)
                }
                start = end + 1
            }
            partialLine.append(contentsOf: buffer[start...])
            guard partialLine.count <= Limits.lineBytes else {
                throw IngestError.lineTooLong(line: lineNumber + 1, limitBytes: Limits.lineBytes)
            }
        }
    }

    /// Ends the document.
    ///
    /// - Returns: what was found.
    /// - Throws: `IngestError`, and what the sink throws.
    package mutating func finish(_ sink: Sink) throws -> EnlightenSummary {
        guard hasBytes else { throw IngestError.empty }
        if !partialLine.isEmpty {
            do {
                try takePartialLine(sink)
            } catch let error as IngestError where error.isRowError && header != nil {
                throw IngestError.truncated(line: lineNumber)
            }
        }
        guard header != nil else { throw IngestError.empty }
        if isSampling { try endSampling(sink) }
        guard var marker, let tracker else { throw IngestError.noRows }
        try marker.finish { try sink(Int32(tracker.stepSeconds), $0) }
        complete(marker, tracker)
        return summary
    }

    /// Takes plain rows at once where the last row tells how they look.
    ///
    /// - Returns: how many bytes were taken.
    private mutating func takePlainRows(_ buffer: UnsafeBufferPointer<UInt8>, from start: Int, _ sink: Sink)
        throws
        -> Int
    {
        guard let pattern, let header, let tracker else { return 0 }
        self.pattern = nil
        var rows = PlainRows()
        let taken = rows.take(
            UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[start...])),
            pattern,
            channels: header.allChannels,
            stepSeconds: tracker.stepSeconds,
            limitWh: absurdLimit
        )
        guard let first = rows.startUTCSeconds.first, let last = rows.startUTCSeconds.last else { return 0 }
        lineNumber += rows.rowCount
        for channel in channels { blockSums[channel.rawValue] += rows.sums[channel.rawValue] }
        clock.enter(day: (last + clock.offsetSeconds).flooredDivision(by: 86_400))
        clock.accept(last)
        self.tracker?.takeSteps(from: first, to: last)
        summary.rows += rows.rowCount
        summary.lastUTCSeconds = last
        try marker?.take(rows) { try sink(Int32(tracker.stepSeconds), $0) }
        return taken
    }

    private mutating func takePartialLine(_ sink: Sink) throws {
        let line = partialLine
        partialLine = []
        try line.withUnsafeBufferPointer { try take(line: $0, sink) }
    }

    private static func checkBeginning(_ buffer: UnsafeBufferPointer<UInt8>) throws -> Int {
        let kinds: [([UInt8], String)] = [
            ([0x1F, 0x8B], "a gzip file"), ([0x50, 0x4B, 3, 4], "a ZIP or Excel file"),
            ([0x25, 0x50, 0x44, 0x46], "a PDF"),
            ([0xD0, 0xCF, 0x11, 0xE0], "an Excel file"), (Array("PAR1".utf8), "a Parquet file"),
            ([0x89, 0x50, 0x4E, 0x47], "a picture"), (Array("SQLite format".utf8), "an SQLite database"),
        ]
        for (magic, kind) in kinds where buffer.starts(with: magic) { throw IngestError.binary(kind: kind) }
        if buffer.starts(with: [0xFF, 0xFE]) || buffer.starts(with: [0xFE, 0xFF]) {
            throw IngestError.encoding(found: "UTF-16")
        }
        if buffer.prefix(4096).contains(0) { throw IngestError.binary(kind: "binary data") }
        return buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    // MARK: Lines to rows

    private mutating func take(line: UnsafeBufferPointer<UInt8>, _ sink: Sink) throws {
        lineNumber += 1
        guard line.count <= Limits.lineBytes else {
            throw IngestError.lineTooLong(line: lineNumber, limitBytes: Limits.lineBytes)
        }
        // Line ends are decided per line: one file may change from LF to CRLF.
        let line = line.last == 13 ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
        guard !line.isEmpty else { return }
        guard let header else { return try takeHeader(line) }
        if EnlightenHeader.looksLikeHeader(line) {
            // A line that is neither row, total nor header is a damaged row, not a new report.
            if line.first == UInt8(ascii: "\"") || !line.contains(UInt8(ascii: "/")) {
                return try refuseOrThrow(badStamp(line))
            }
            return try takeHeader(line)
        }
        if line.starts(with: "Total".utf8) { return try verifyTotal(line, header) }
        do {
            try parse(line, header)
        } catch let error as IngestError where error.isRowError {
            return try refuseOrThrow(error)
        }
        // What is counted, and the order, come from rows that are taken; one that is left out says nothing.
        clock.accept(row.startUTCSeconds)
        if let day = clock.clockChangeDay { summary.clockChangeDays["\(day)", default: 0] += 1 }
        if row.hasForeignOffset { summary.foreignOffsets += 1 }
        if isSampling {
            sample.append(SampleRow(row: row, line: lineNumber))
            let isClear = sample.count == Limits.clearSampleRows && hasOneStep
            if isClear || sample.count >= Limits.stepSampleRows { try endSampling(sink) }
        } else {
            try deliver(row, line: lineNumber, sink)
            notePattern(line)
        }
    }

    /// Remembers how a plain row behind this one looks; on a day on which the clock changes none is plain.
    private mutating func notePattern(_ line: UnsafeBufferPointer<UInt8>) {
        guard takesPlainRows, let second = row.secondOfDay, !row.hasForeignOffset,
            clock.clockChangeDay == nil,
            header?.allChannels.isEmpty == false
        else {
            pattern = nil
            return
        }
        pattern = PlainRows.Pattern(
            line: line,
            dayDigits: row.hasOffset ? 8 : options.dateOrder == .mdy ? 3 : 0,
            hasOffset: row.hasOffset,
            secondOfDay: second,
            startUTCSeconds: row.startUTCSeconds,
            daysLeft: clock.daysLikeThis
        )
    }

    private func badStamp(_ line: UnsafeBufferPointer<UInt8>) -> IngestError {
        .badStamp(
            line: lineNumber,
            found: EnlightenHeader.quoted(String(decoding: line.prefix(40), as: UTF8.self))
        )
    }

    private mutating func refuseOrThrow(_ error: IngestError) throws {
        guard options.skipsBadRows else { throw error }
        summary.refusedRows += 1
        if summary.refusals.count < Limits.keptErrors { summary.refusals.append("\(error)") }
    }

    private mutating func takeHeader(_ line: UnsafeBufferPointer<UInt8>) throws {
        let header = try EnlightenHeader(line, lineNumber: lineNumber)
        summary.headers += 1
        if self.header == nil {
            channels = header.channels.compactMap { $0 }.sorted { $0.rawValue < $1.rawValue }
        } else {
            // A block may hold more channels than the first: marks and totals count them from here on.
            let strange = header.channels.compactMap { $0 }.filter { !channels.contains($0) }
            channels = (channels + strange).sorted { $0.rawValue < $1.rawValue }
            marker?.adopt(channels)
        }
        for name in header.unknown where !summary.unknownColumns.contains(name) {
            summary.unknownColumns.append(name)
        }
        self.header = header
        pattern = nil
        row.energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        blockSums = [Int64](repeating: 0, count: Channel.count)
    }

    private mutating func parse(_ line: UnsafeBufferPointer<UInt8>, _ header: EnlightenHeader) throws {
        row.marks = []
        row.hasForeignOffset = false
        row.hasOffset = false
        var scanner = RowScanner(line)
        try parseStamp(&scanner)
        var field = 1
        while field < header.fieldCount {
            guard scanner.comma() else { throw fieldCount(line, header) }
            guard let channel = header.channels[field - 1] else {
                guard scanner.skipField() else { throw fieldCount(line, header) }
                field += 1
                continue
            }
            let start = scanner.position
            switch scanner.number() {
            case .whole(let value): try store(value, channel, scanner, start)
            case .rounded(let value):
                row.marks.insert(.rounded)
                try store(value, channel, scanner, start)
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
        guard scanner.isAtEnd else { throw fieldCount(line, header) }
        for channel in channels {
            let value = row.energyWh[channel.rawValue]
            if value != ReadingColumns.missingWh { blockSums[channel.rawValue] += Int64(value) }
        }
    }

    private var absurdLimit: Int64 { Limits.absurdWhPerQuarter * (hasClock ? 4 : 96) }

    private mutating func store(_ value: Int64, _ channel: Channel, _ scanner: RowScanner, _ start: Int)
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

    private func fieldCount(_ line: UnsafeBufferPointer<UInt8>, _ header: EnlightenHeader) -> IngestError {
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

    private mutating func verifyTotal(_ line: UnsafeBufferPointer<UInt8>, _ header: EnlightenHeader) throws {
        var scanner = RowScanner(line)
        _ = scanner.skipField()
        for channel in header.channels {
            guard scanner.comma() else { throw fieldCount(line, header) }
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
                    summary.totalsIgnored += 1
                } else {
                    summary.totalsVerified += 1
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

    // MARK: Rows to batches

    /// Tells whether all distances of the sample are equal.
    private var hasOneStep: Bool {
        let distance = sample[1].row.startUTCSeconds - sample[0].row.startUTCSeconds
        return zip(sample, sample.dropFirst()).allSatisfy {
            $1.row.startUTCSeconds - $0.row.startUTCSeconds == distance
        }
    }

    private mutating func endSampling(_ sink: Sink) throws {
        isSampling = false
        guard !sample.isEmpty else { throw IngestError.noRows }
        let step =
            try options.stepSeconds
            ?? (hasClock ? nil : Int64(SeriesKey.day))
            ?? StepTracker.tell(from: sample.map(\.row.startUTCSeconds))
        tracker = StepTracker(stepSeconds: step, zone: zone)
        marker = QualityMarker(stepSeconds: step, channels: channels, options: options)
        let rows = sample
        sample = []
        for entry in rows { try deliver(entry.row, line: entry.line, sink) }
    }

    private mutating func deliver(_ row: ParsedRow, line: Int, _ sink: Sink) throws {
        guard let step = tracker?.stepSeconds else { preconditionFailure("a row before the step is known") }
        summary.absentRows += try tracker?.take(row.startUTCSeconds, line: line) ?? 0
        summary.rows += 1
        if summary.firstUTCSeconds == nil { summary.firstUTCSeconds = row.startUTCSeconds }
        summary.lastUTCSeconds = row.startUTCSeconds
        try marker?.take(
            startUTCSeconds: row.startUTCSeconds,
            energyWh: row.energyWh,
            marks: row.marks,
            isMidnight: row.secondOfDay == 0
        ) { try sink(Int32(step), $0) }
    }

    private mutating func complete(_ marker: QualityMarker, _ tracker: StepTracker) {
        summary.stepSeconds = tracker.stepSeconds
        summary.dialect = hasOffsets ? "B" : !hasClock ? "C" : header?.isFrench == true ? "D" : "A"
        summary.channels = channels.map(\.name)
        for channel in channels { summary.totalWh[channel.name] = marker.totals[channel.rawValue] }
        for (residual, count) in marker.residuals {
            let name = residual <= -3 ? "≤-3" : residual >= 3 ? "≥3" : "\(residual)"
            summary.residuals[name] = count
        }
        for (bits, count) in marker.marks {
            for name in Quality(rawValue: Int32(bits)).names { summary.marks[name, default: 0] += count }
        }
        summary.futureRowsWithEnergy = marker.futureRowsWithEnergy
        if channels.contains(.exported) && channels.contains(.imported) {
            // Rounding can leave a stray pair; a tenth of the exporting rows is a regime.
            summary.regime =
                marker.bothWaysRows == 0
                ? "netted" : marker.bothWaysRows * 10 >= marker.exportRows ? "gross" : "mixed"
        }
    }
}
