// The rows of an Enlighten report once their step is known: held against it, marked, and handed on in batches.

import Readings

/// Hands rows on.
struct EnlightenRowDelivery {
    private var lines: EnlightenLineReader
    private var tracker: StepTracker
    private var marker: QualityMarker
    private let takesPlainRows: Bool
    private let zone: TimeZoneRules
    /// What a generator gave.
    var generator: GeneratorRecords
    /// The row behind the last jump over a month.
    private var jumpLine: Int?
    /// The look of the next plain row; nil where the last row says nothing of it.
    private var pattern: PlainRows.Pattern?

    /// Goes on where the rows of the sample ended.
    ///
    /// - Parameter takesPlainRows: reads runs of plain rows at once.
    init(
        _ lines: EnlightenLineReader,
        tracker: StepTracker,
        marking: MarkingRules,
        zone: TimeZoneRules,
        takesPlainRows: Bool
    ) {
        self.zone = zone
        generator = GeneratorRecords(origin: "report", stepSeconds: tracker.stepSeconds, zone: zone)
        self.lines = lines
        self.tracker = tracker
        self.takesPlainRows = takesPlainRows
        marker = QualityMarker(stepSeconds: tracker.stepSeconds, channels: lines.channels, rules: marking)
        if lines.hasGenerator { marker.adoptGenerator() }
    }

    /// How many rows could not be read.
    var badRowCount: Int { lines.bad.count }

    /// Takes a line.
    ///
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func take(
        _ line: UnsafeBufferPointer<UInt8>,
        number: Int,
        _ sink: EnlightenCSVParser.Sink
    ) throws {
        switch try lines.take(line, number: number) {
        case .nothing: break
        case .header:
            marker.adopt(lines.channels)
            if lines.hasGenerator { marker.adoptGenerator() }
            pattern = nil
        case .row:
            try deliver(lines.row, line: number, sink)
            notePattern(line)
        }
    }

    /// Takes a row.
    ///
    /// - Throws: `IngestError.mixedSteps`, `.monthJumps`, `.rewritten`, and what the sink throws.
    mutating func deliver(
        _ row: EnlightenLineReader.Row,
        line: Int,
        _ sink: EnlightenCSVParser.Sink
    ) throws {
        let step = Int32(tracker.stepSeconds)
        if row.isPassedOver, step != SeriesKey.day {
            lines.refusePassedOver(line: line)
            return
        }
        lines.facts.absentRows += try absentRows(before: row, line: line)
        lines.facts.rows += 1
        if lines.facts.firstUTCSeconds == nil { lines.facts.firstUTCSeconds = row.startUTCSeconds }
        lines.facts.lastUTCSeconds = row.startUTCSeconds
        try marker.take(
            startUTCSeconds: row.startUTCSeconds,
            energyWh: row.energyWh,
            generatorWh: row.generatorWh,
            marks: row.marks,
            isMidnight: lines.beginsDay(row)
        ) { try sink(step, $0) }
        if row.generatorWh != ReadingColumns.missingWh {
            generator.take(startUTCSeconds: row.startUTCSeconds, wattHours: Int64(row.generatorWh))
        }
    }

    /// Holds a row against the step.
    ///
    /// - Returns: how many rows are absent before it.
    private mutating func absentRows(before row: EnlightenLineReader.Row, line: Int) throws -> Int {
        let jumps = tracker.monthJumps
        do {
            let absent = try tracker.take(row.startUTCSeconds, line: line)
            if tracker.monthJumps > jumps { jumpLine = line }
            // Two digits may be a year, a month or a day: read wrongly, days lie far apart.
            if row.form?.isYearShort ?? false, Int64(absent) * tracker.stepSeconds > 2 * 86_400 {
                throw IngestError.rewritten(line: line, found: "a jump over \(absent) rows", .times)
            }
            return absent
        } catch IngestError.monthJumps where row.form?.hasOwnOrder ?? false {
            throw IngestError.rewritten(line: line, found: "a jump over a month", .times)
        }
    }

    // MARK: Plain rows

    /// Takes plain rows at once where the last row tells how they look.
    ///
    /// - Parameter lineNumber: the number of the last line; moves on by the rows that are taken.
    /// - Returns: how many bytes were taken.
    mutating func takePlainRows(
        of buffer: UnsafeBufferPointer<UInt8>,
        from start: Int,
        lineNumber: inout Int,
        _ sink: EnlightenCSVParser.Sink
    ) throws -> Int {
        guard let pattern else { return 0 }
        self.pattern = nil
        var rows = PlainRows()
        let taken = rows.take(
            UnsafeRawBufferPointer(UnsafeBufferPointer(rebasing: buffer[start...])),
            pattern,
            channels: lines.header.allChannels,
            stepSeconds: tracker.stepSeconds,
            limitWh: lines.absurdLimit
        )
        guard let first = rows.startUTCSeconds.first, let last = rows.startUTCSeconds.last else { return 0 }
        let step = Int32(tracker.stepSeconds)
        lineNumber += rows.rowCount
        lines.take(rows, through: last)
        tracker.takeSteps(from: first, to: last)
        lines.facts.rows += rows.rowCount
        lines.facts.lastUTCSeconds = last
        try marker.take(rows) { try sink(step, $0) }
        return taken
    }

    /// Remembers how a plain row behind this one looks; on a day on which the clock changes none is plain.
    private mutating func notePattern(_ line: UnsafeBufferPointer<UInt8>) {
        let row = lines.row
        guard takesPlainRows, row.isNative, let second = row.secondOfDay, !row.hasForeignOffset,
            lines.clock.clockChangeDay == nil, !lines.header.allChannels.isEmpty
        else {
            pattern = nil
            return
        }
        pattern = PlainRows.Pattern(
            line: line,
            dayDigits: lines.dayDigits,
            hasOffset: row.hasOffset,
            secondOfDay: second,
            startUTCSeconds: row.startUTCSeconds,
            daysLeft: lines.clock.daysLikeThis
        )
    }

    // MARK: The end

    /// Hands on what is held back.
    ///
    /// - Returns: what was found in the report.
    /// - Throws: `IngestError` where rows cannot be read, or lie apart as only exchanged days do; what the sink throws.
    mutating func finish(_ sink: EnlightenCSVParser.Sink) throws -> ReportFacts {
        let step = Int32(tracker.stepSeconds)
        try lines.finish()
        if let jumpLine, isDayOfMonths { throw IngestError.monthJumps(line: jumpLine) }
        let end = (lines.facts.lastUTCSeconds ?? 0) + tracker.stepSeconds
        let endsDay = zone.startOfDay(zone.wallClock(atUTCSeconds: end).day) == end
        try marker.finish(endsDay: endsDay) { try sink(step, $0) }
        return complete()
    }

    /// Tells whether all rows are of one day of two months, as two days are that were read as months.
    private var isDayOfMonths: Bool {
        let facts = lines.facts
        guard let first = facts.firstUTCSeconds, let last = facts.lastUTCSeconds else { return false }
        func day(_ utcSeconds: Int64) -> CivilDate { zone.wallClock(atUTCSeconds: utcSeconds).day }
        let rowsOfTwoDays = 2 * zone.interval(of: day(first)).seconds / tracker.stepSeconds
        return day(first).day == day(last).day && day(first) != day(last) && facts.rows <= rowsOfTwoDays
    }

    private func complete() -> ReportFacts {
        let channels = lines.channels
        var facts = lines.facts
        facts.stepSeconds = tracker.stepSeconds
        facts.dialect = lines.hasOffsets ? "B" : !lines.hasClock ? "C" : lines.header.isFrench ? "D" : "A"
        facts.channels = channels.map(\.name)
        for channel in channels { facts.totalWh[channel.name] = marker.totals[channel.rawValue] }
        if lines.hasGenerator { facts.totalWh[GeneratorRecords.name] = generator.totalWh }
        for (residual, count) in marker.residuals {
            let name = residual <= -3 ? "≤-3" : residual >= 3 ? "≥3" : "\(residual)"
            facts.residuals[name] = count
        }
        for (bits, count) in marker.marks {
            for name in Quality(rawValue: Int32(bits)).names { facts.marks[name, default: 0] += count }
        }
        facts.futureRowsWithEnergy = marker.futureRowsWithEnergy
        if channels.contains(.exported) && channels.contains(.imported) {
            // Rounding can leave a stray pair; a tenth of the exporting rows is a regime.
            facts.regime =
                marker.bothWaysRows == 0
                ? "netted" : marker.bothWaysRows * 10 >= marker.exportRows ? "gross" : "mixed"
        }
        return facts
    }
}
