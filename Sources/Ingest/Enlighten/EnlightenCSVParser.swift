// Enlighten CSV reports, all four dialects, in one pass over the bytes. Rules: docs/sources/enlighten-csv.md.
//
// Memory does not grow with the document: bytes come in pieces, rows leave in batches.
//
// For those who change it. Bytes become lines here; EnlightenLineReader makes rows of lines; EnlightenRowDelivery holds rows
// against the step, marks them and hands them on. What is known of a document is its Phase, and nothing that belongs to a later
// phase exists in an earlier one: no header before the first line, no step before enough rows. A new state of a document is a
// new case there, and the compiler then names every switch that must know it. While a phase is at work it is moved out of
// `phase` and put back, once for a piece of bytes and not for each line: a copy would copy the rows that are held back.
// PlainRows reads runs of ordinary rows without making lines of them. Its slow twin is this same parser with `takesPlainRows`
// off, and the tests of plain rows hold the two against each other on random reports cut anywhere: a rule for rows goes into the line
// reader first, and into PlainRows only where plain rows can break it. What is plain is narrow on purpose; widen it with both
// figures, processor time over a large report before and after.

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
    private let takesPlainRows: Bool
    private var phase = Phase.untouched
    /// The beginning of a line whose end has not come.
    private var partialLine: [UInt8] = []
    /// The number of the last line, from 1.
    private var lineNumber = 0
    /// Tells that lines end as on old Macs, with CR alone.
    private var hasMacLines = false
    /// What a generator gave, once the document has ended.
    private var generator: GeneratorRecords?

    /// How much of the document is known.
    private enum Phase {
        /// No byte has come.
        case untouched
        /// No header has come.
        case beginning
        /// Rows are gathered until their distances tell the step.
        case sampling(EnlightenLineReader, [SampleRow])
        /// The step is known, and rows are handed on.
        case reading(EnlightenRowDelivery)
    }

    private struct SampleRow {
        let row: EnlightenLineReader.Row
        let line: Int
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
    }

    /// Takes a piece of the document.
    ///
    /// - Throws: `IngestError`, and what the sink throws.
    package mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: Sink) throws {
        guard !hasMacLines else { return try take(bytes.map { $0 == 13 ? 10 : $0 }[...], sink) }
        try take(bytes, sink)
        // The header tells how lines end: CR with anything but LF behind it ends a line by itself.
        guard !hasHeader, let end = partialLine.firstIndex(of: 13), end + 1 < partialLine.count else {
            return
        }
        hasMacLines = true
        let held = partialLine.map { $0 == 13 ? 10 : $0 }
        partialLine = []
        try take(held[...], sink)
    }

    private mutating func take(_ bytes: ArraySlice<UInt8>, _ sink: Sink) throws {
        try bytes.withUnsafeBufferPointer { buffer in
            var start = try begin(buffer)
            while !isReading {
                guard try takeLine(of: buffer, from: &start, { try $0.take($1, sink) }) else { break }
            }
            try read(buffer, from: &start, sink)
            partialLine.append(contentsOf: buffer[start...])
            guard partialLine.count <= Limits.lineBytes || !hasHeader && partialLine.contains(13) else {
                throw IngestError.lineTooLong(line: lineNumber + 1, limitBytes: Limits.lineBytes)
            }
        }
    }

    /// Ends the document.
    ///
    /// - Returns: what was found.
    /// - Throws: `IngestError`, and what the sink throws.
    package mutating func finish(_ sink: Sink) throws -> ReportFacts {
        if !partialLine.isEmpty {
            let badRows = badRowCount
            try takePartialLine { try $0.take($1, sink) }
            // The only row that cannot be read is the last, which has no end.
            if badRows == 0, badRowCount == 1, !options.skipsBadRows {
                throw IngestError.truncated(line: lineNumber)
            }
        }
        switch phase {
        case .untouched, .beginning: throw IngestError.empty
        case .sampling(var lines, let sample):
            if sample.isEmpty { try lines.finish() }
            var delivery = try delivery(of: sample, by: lines, sink)
            return try finish(&delivery, sink)
        case .reading(var delivery): return try finish(&delivery, sink)
        }
    }

    private mutating func finish(_ delivery: inout EnlightenRowDelivery, _ sink: Sink) throws -> ReportFacts {
        let facts = try delivery.finish(sink)
        generator = delivery.generator
        return facts
    }

    /// Hands out the readings of a generator that came since.
    mutating func takeGeneratorReadings() -> [DeviceReading] {
        if generator != nil { return generator?.takeReadings() ?? [] }
        guard case .reading(var delivery) = phase else { return [] }
        phase = .beginning
        defer { phase = .reading(delivery) }
        return delivery.generator.takeReadings()
    }

    /// The times on a generator, once the document has ended.
    var generatorEvents: [SiteEvent] { generator?.events ?? [] }

    /// How many rows could not be read so far.
    private var badRowCount: Int {
        switch phase {
        case .untouched, .beginning: 0
        case .sampling(let lines, _): lines.bad.count
        case .reading(let delivery): delivery.badRowCount
        }
    }

    private var isReading: Bool {
        if case .reading = phase { true } else { false }
    }

    private var hasHeader: Bool {
        switch phase {
        case .untouched, .beginning: false
        case .sampling, .reading: true
        }
    }

    // MARK: Bytes to lines

    /// Looks at the first bytes.
    ///
    /// - Returns: how many of them are no part of the first line.
    private mutating func begin(_ buffer: UnsafeBufferPointer<UInt8>) throws -> Int {
        guard case .untouched = phase, !buffer.isEmpty else { return 0 }
        phase = .beginning
        try BinaryFile.refuse(buffer, in: .report, textBytes: 4096)
        return buffer.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Takes the next line; false where its end has not come.
    @inline(__always)
    private mutating func takeLine(
        of buffer: UnsafeBufferPointer<UInt8>,
        from start: inout Int,
        _ take: (inout EnlightenCSVParser, UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws -> Bool {
        guard start < buffer.count, let base = buffer.baseAddress,
            let found = memchr(base + start, 10, buffer.count - start)
        else { return false }
        let end = UnsafeRawPointer(found) - UnsafeRawPointer(base)
        if partialLine.isEmpty {
            try handOn(UnsafeBufferPointer(rebasing: buffer[start..<end]), take)
        } else {
            partialLine.append(contentsOf: buffer[start..<end])
            try takePartialLine(take)
        }
        start = end + 1
        return true
    }

    private mutating func takePartialLine(
        _ take: (inout EnlightenCSVParser, UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        let line = partialLine
        partialLine = []
        try line.withUnsafeBufferPointer { try handOn($0, take) }
    }

    /// Counts a line and hands it on without its end, unless there is nothing in it.
    @inline(__always)
    private mutating func handOn(
        _ line: UnsafeBufferPointer<UInt8>,
        _ take: (inout EnlightenCSVParser, UnsafeBufferPointer<UInt8>) throws -> Void
    ) throws {
        lineNumber += 1
        guard line.count <= Limits.lineBytes else {
            throw IngestError.lineTooLong(line: lineNumber, limitBytes: Limits.lineBytes)
        }
        // Line ends are decided per line: one file may change from LF to CRLF.
        let line = line.last == 13 ? UnsafeBufferPointer(rebasing: line.dropLast()) : line
        if !line.isEmpty { try take(&self, line) }
    }

    // MARK: Lines by phase

    /// Takes all whole lines of a piece once the step is known.
    private mutating func read(_ buffer: UnsafeBufferPointer<UInt8>, from start: inout Int, _ sink: Sink)
        throws
    {
        guard case .reading(var delivery) = phase else { return }
        phase = .beginning
        defer { phase = .reading(delivery) }
        while start < buffer.count {
            if partialLine.isEmpty {
                start += try delivery.takePlainRows(of: buffer, from: start, lineNumber: &lineNumber, sink)
            }
            let isWhole = try takeLine(of: buffer, from: &start) {
                try delivery.take($1, number: $0.lineNumber, sink)
            }
            guard isWhole else { return }
        }
    }

    /// Takes a line in any phase.
    private mutating func take(_ line: UnsafeBufferPointer<UInt8>, _ sink: Sink) throws {
        switch phase {
        case .untouched, .beginning:
            if LineForm.isEmpty(line) || LineForm.isSeparatorLine(line) { return }
            let header = try EnlightenHeader(line, lineNumber: lineNumber)
            phase = .sampling(EnlightenLineReader(header: header, options: options, zone: zone), [])
        case .sampling(var lines, var sample):
            phase = .beginning
            defer { if !isReading { phase = .sampling(lines, sample) } }
            guard try lines.take(line, number: lineNumber) == .row else { return }
            sample.append(SampleRow(row: lines.row, line: lineNumber))
            let isClear = sample.count == Limits.clearSampleRows && hasOneStep(sample)
            if isClear || sample.count >= Limits.stepSampleRows {
                phase = .reading(try delivery(of: sample, by: lines, sink))
            }
        case .reading(var delivery):
            phase = .beginning
            defer { phase = .reading(delivery) }
            try delivery.take(line, number: lineNumber, sink)
        }
    }

    // MARK: The step

    /// Tells whether all distances of the sample are equal.
    private func hasOneStep(_ sample: [SampleRow]) -> Bool {
        let distance = sample[1].row.startUTCSeconds - sample[0].row.startUTCSeconds
        return zip(sample, sample.dropFirst()).allSatisfy {
            $1.row.startUTCSeconds - $0.row.startUTCSeconds == distance
        }
    }

    /// Tells the step by a sample of rows, and hands them on.
    ///
    /// - Throws: `IngestError.noRows`, `.stepUnknown`, `.unknownStep`; what handing on throws.
    private func delivery(of sample: [SampleRow], by lines: EnlightenLineReader, _ sink: Sink) throws
        -> EnlightenRowDelivery
    {
        guard !sample.isEmpty else { throw IngestError.noRows }
        if sample.count == 1, let first = lines.bad.first {
            // No step can be told because of rows that cannot be read: those are what is wrong.
            if case .outOfOrder(let line, let found) = first, lines.bad.count > 1 {
                throw IngestError.rewritten(line: line, found: "\(found) below what is later", .order)
            }
            throw IngestError.badRows(first: first, count: lines.bad.count, of: lines.bad.count + 1)
        }
        let step =
            try options.stepSeconds
            ?? (lines.hasClock ? nil : Int64(SeriesKey.day))
            ?? StepTracker.tell(from: sample.map(\.row.startUTCSeconds))
        var delivery = EnlightenRowDelivery(
            lines,
            tracker: StepTracker(stepSeconds: step, zone: zone),
            marking: options.marking,
            zone: zone,
            takesPlainRows: takesPlainRows
        )
        for entry in sample { try delivery.deliver(entry.row, line: entry.line, sink) }
        return delivery
    }
}
