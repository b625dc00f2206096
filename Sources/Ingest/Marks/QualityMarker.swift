// Marks rows by what is seen in them and around them. Numbers are never changed.
//
// Source of the rules: measured on real reports; see docs/sources/enlighten-csv.md, "Quality".

import Readings

/// Takes rows in order, marks them, and hands them on in batches; holds back only what the next rows may change.
struct QualityMarker {
    private let stepSeconds: Int64
    private var channels: [Channel] = []
    private var hasBalance = false
    private let rules: MarkingRules
    private let productionCapWh: Int64
    private let capWh: Int64
    private var buffer = ReadingColumns()
    private var isLocalMidnight: [Bool] = []
    /// The energies of a generator, Wh; as many as rows where the document has one, else none.
    private var generatorWh: [Int32] = []
    private var hasGenerator = false
    /// The first row of the zeros at the end, none of which is held back for longer than a day.
    private var zeroStart: Int?
    private var runStart = 0
    private var runLength = 0
    private var hasSeenEnergy = false
    private(set) var marks: [Int: Int] = [:]
    private var residualCounts = [Int](repeating: 0, count: 2 * residualLimit + 1)
    private(set) var bothWaysRows = 0
    private(set) var exportRows = 0
    private(set) var totals = [Int64](repeating: 0, count: Channel.count)
    private(set) var futureRowsWithEnergy = 0

    /// Rows of a batch.
    private static let batchRows = 8_192
    /// Larger residuals are counted as this one.
    private static let residualLimit = 3
    /// Channels that must be reported before equal rows mean anything.
    private static let smearChannels = 3
    /// Rows of the longest day: 25 hours of five minutes.
    private static let dayRows = 300

    /// How many rows have each residual, Wh; -3 and 3 stand for all beyond.
    var residuals: [Int: Int] {
        var result: [Int: Int] = [:]
        for (index, count) in residualCounts.enumerated() where count > 0 {
            result[index - QualityMarker.residualLimit] = count
        }
        return result
    }

    init(stepSeconds: Int64, channels: [Channel], rules: MarkingRules) {
        self.stepSeconds = stepSeconds
        self.rules = rules
        capWh = Limits.implausibleWhPerQuarter * max(stepSeconds, 900) / 900
        productionCapWh =
            rules.installedW.map {
                Int64(Double($0) * Limits.ratingFactor * Double(stepSeconds) / 3600) + 1
            } ?? capWh
        adopt(channels)
    }

    /// Takes the channels that the document is known to hold.
    mutating func adopt(_ channels: [Channel]) {
        self.channels = channels
        hasBalance = [Channel.produced, .consumed, .imported, .exported].allSatisfy(channels.contains)
    }

    /// Takes note that the document gives the energy of a generator.
    mutating func adoptGenerator() {
        guard !hasGenerator else { return }
        hasGenerator = true
        generatorWh = Array(repeating: ReadingColumns.missingWh, count: buffer.rowCount)
    }

    /// Takes a row and hands on what is ready.
    ///
    /// - Parameters:
    ///   - generatorWh: energy of a generator, which the balance of the row needs.
    ///   - marks: what the parser saw itself.
    ///   - isMidnight: the row begins a local day.
    mutating func take(
        startUTCSeconds start: Int64,
        energyWh: EnergyRow,
        generatorWh: Int32 = ReadingColumns.missingWh,
        marks parserMarks: Quality,
        isMidnight: Bool,
        _ sink: (ReadingColumns) throws -> Void
    ) throws {
        buffer.startUTCSeconds.append(start)
        for channel in 0..<Channel.count { buffer.energyWh[channel].append(energyWh[channel]) }
        buffer.socPercent.append(ReadingColumns.missingSoC)
        buffer.quality.append(parserMarks.rawValue)
        isLocalMidnight.append(isMidnight)
        if hasGenerator { self.generatorWh.append(generatorWh) }
        for channel in channels where energyWh[channel.rawValue] != ReadingColumns.missingWh {
            totals[channel.rawValue] += Int64(energyWh[channel.rawValue])
        }
        if energyWh[Channel.exported.rawValue] > 0 { exportRows += 1 }
        mark(row: buffer.rowCount - 1)
        if buffer.rowCount >= QualityMarker.batchRows { try flush(holding: true, sink) }
    }

    /// Takes plain rows and hands on what is ready.
    mutating func take(_ rows: PlainRows, _ sink: (ReadingColumns) throws -> Void) throws {
        let count = rows.rowCount
        let first = buffer.rowCount
        buffer.startUTCSeconds += rows.startUTCSeconds
        for channel in 0..<Channel.count {
            if rows.energyWh[channel].isEmpty {
                buffer.energyWh[channel] += repeatElement(ReadingColumns.missingWh, count: count)
            } else {
                buffer.energyWh[channel] += rows.energyWh[channel]
            }
        }
        buffer.socPercent += repeatElement(ReadingColumns.missingSoC, count: count)
        buffer.quality += repeatElement(0, count: count)
        isLocalMidnight += repeatElement(false, count: count)
        if hasGenerator { generatorWh += repeatElement(ReadingColumns.missingWh, count: count) }
        for row in rows.midnightRows { isLocalMidnight[first + row] = true }
        // Whatever its marks are, a row counts.
        for channel in channels { totals[channel.rawValue] += rows.sums[channel.rawValue] }
        exportRows += rows.energyWh[Channel.exported.rawValue].count { $0 > 0 }
        let odd = oddRows(rows)
        var row = first
        while row < buffer.rowCount {
            // The row behind a zero decides whether that was a midnight's.
            if odd[row - first] == 0, !buffer.quality(ofRow: row - 1).contains(.zero) {
                let end = first + (odd[(row - first)...].firstIndex { $0 != 0 } ?? count)
                // Such rows get no mark and change none.
                if hasBalance { residualCounts[QualityMarker.residualLimit] += end - row }
                hasSeenEnergy = true
                zeroStart = nil
                runStart = end - 1
                runLength = 1
                row = end
            } else {
                mark(row: row)
                row += 1
            }
        }
        if buffer.rowCount >= QualityMarker.batchRows { try flush(holding: true, sink) }
    }

    /// Tells which rows must be looked at one by one: not 0 where a row has no energy or too much, is not balanced, equals the
    /// row before, or has marks of its own. The first always is one: what is before it is not known here.
    private func oddRows(_ rows: PlainRows) -> [Int32] {
        let count = rows.rowCount
        guard (rows.startUTCSeconds.last ?? 0) < rules.capturedUTCSeconds,
            channels.allSatisfy({ rows.energyWh[$0.rawValue].count == count })
        else { return Array(repeating: 1, count: count) }
        let exported = rows.energyWh[Channel.exported.rawValue]
        let imported = rows.energyWh[Channel.imported.rawValue]
        let balance: Int32 = hasBalance ? -1 : 0
        return [Int32](unsafeUninitializedCapacity: count) { odd, written in
            withUnsafeTemporaryAllocation(of: Int32.self, capacity: 3 * count) { scratch in
                odd.initialize(repeating: 0)
                scratch.initialize(repeating: 0)
                let energy = UnsafeMutableBufferPointer(rebasing: scratch[..<count])
                let residual = UnsafeMutableBufferPointer(rebasing: scratch[count..<(2 * count)])
                let differs = UnsafeMutableBufferPointer(rebasing: scratch[(2 * count)...])
                for channel in channels {
                    let sign = Int32(channel.balanceSign)
                    let cap = Int32(clamping: channel == .produced ? productionCapWh : capWh)
                    // Plain rows hold no missing and no negative number, and six of the largest fit.
                    rows.energyWh[channel.rawValue].withUnsafeBufferPointer { values in
                        for row in 0..<count {
                            energy[row] |= values[row]
                            residual[row] &+= sign &* values[row]
                            odd[row] |= values[row] > cap ? 1 : 0
                        }
                        for row in 1..<max(1, count) { differs[row] |= values[row] ^ values[row - 1] }
                    }
                }
                if exported.count == count, imported.count == count {
                    for row in 0..<count { odd[row] |= exported[row] > 0 && imported[row] > 0 ? 1 : 0 }
                }
                for row in 0..<count {
                    odd[row] |=
                        (residual[row] & balance) | (energy[row] == 0 ? 1 : 0) | (differs[row] == 0 ? 1 : 0)
                }
                written = count
            }
        }
    }

    /// Marks the row, and those before it on which it decides.
    private mutating func mark(row: Int) {
        var energyWh = EnergyRow(repeating: ReadingColumns.missingWh)
        for channel in 0..<Channel.count { energyWh[channel] = buffer.energyWh[channel][row] }
        let start = buffer.startUTCSeconds[row]
        var found = buffer.quality(ofRow: row)
        var isZero = true
        var isMetered = false
        var residual: Int64 = 0
        for channel in channels {
            let value = energyWh[channel.rawValue]
            guard value != ReadingColumns.missingWh else { continue }
            if value != 0 { isZero = false }
            if channel != .produced { isMetered = true }
            if value < 0 { found.insert(.negative) }
            if Int64(value.magnitude) > (channel == .produced ? productionCapWh : capWh) {
                found.insert(.implausible)
            }
            residual += channel.balanceSign * Int64(value)
        }
        if hasGenerator, generatorWh[row] != ReadingColumns.missingWh {
            residual += Int64(generatorWh[row])
            if generatorWh[row] != 0 { isZero = false }
            if generatorWh[row] < 0 { found.insert(.negative) }
        }
        let isBalanced = residual == 0 || !hasBalance
        if !isBalanced { found.insert(.residual) }
        if hasBalance {
            let limit = Int64(QualityMarker.residualLimit)
            residualCounts[Int(max(-limit, min(limit, residual)) + limit)] += 1
        }
        noteGridFlow(energyWh, &found)
        markAbsence(isZero: isZero, isMetered: isMetered, start: start, &found)
        confirmMidnight(before: row, isZero: isZero)
        zeroStart = found.contains(.zero) ? zeroStart ?? row : nil
        buffer.quality[row] = found.rawValue
        if repeatsRow(before: row) {
            runLength += 1
        } else {
            runStart = row
            runLength = 1
        }
        markSmear(through: row, produced: energyWh[Channel.produced.rawValue], isBalanced: isBalanced)
    }

    /// Hands on what is left.
    ///
    /// - Parameter endsDay: the last row ends with a local day.
    mutating func finish(endsDay: Bool, _ sink: (ReadingColumns) throws -> Void) throws {
        if endsDay { markNotYet() }
        try flush(holding: false, sink)
    }

    /// Zeros at the end of the last day, of a home that used energy before, are what has not been yet: documents of today
    /// have all slots of the day. What has been lost shows once the next document brings the day whole.
    private mutating func markNotYet() {
        guard let zeroStart, stepSeconds < Int64(SeriesKey.day), totals[Channel.consumed.rawValue] > 0 else {
            return
        }
        let dayStart = isLocalMidnight.lastIndex(of: true) ?? 0
        for row in max(zeroStart, dayStart)..<buffer.rowCount {
            buffer.quality[row] = buffer.quality(ofRow: row).union(.future).rawValue
        }
    }

    private mutating func noteGridFlow(_ energyWh: EnergyRow, _ found: inout Quality) {
        guard energyWh[Channel.exported.rawValue] > 0 else { return }
        if energyWh[Channel.imported.rawValue] > 0 {
            bothWaysRows += 1
            found.insert(.gross)
        }
    }

    private mutating func markAbsence(isZero: Bool, isMetered: Bool, start: Int64, _ found: inout Quality) {
        let isFuture = start >= rules.capturedUTCSeconds
        if isFuture { found.insert(.future) }
        guard isZero else {
            if isFuture { futureRowsWithEnergy += 1 }
            hasSeenEnergy = true
            return
        }
        let rule = AbsenceRule.document(isFuture: isFuture)
        // A mark is what was seen: which zeros are silence the analysis judges, by the rows around them.
        if rule.verdict(isMetered ? .reports(.consumed) : []) == .noData { found.insert(.zero) }
        let isOperating = rules.operatingSinceUTCSeconds.map { start >= $0 } ?? false
        if isMetered && !hasSeenEnergy && !isOperating { found.insert(.beforeCommissioning) }
    }

    /// A zero at midnight is one of its own kind only between rows that are not zero.
    private mutating func confirmMidnight(before row: Int, isZero: Bool) {
        let last = row - 1
        guard !isZero, last >= 1, isLocalMidnight[last], stepSeconds < Int64(SeriesKey.day) else { return }
        let marks = buffer.quality(ofRow: last)
        guard marks.contains(.zero), !marks.contains(.beforeCommissioning),
            !buffer.quality(ofRow: last - 1).contains(.zero)
        else { return }
        buffer.quality[last] = marks.union(.midnightZero).rawValue
    }

    private func repeatsRow(before row: Int) -> Bool {
        guard row > 0, buffer.startUTCSeconds[row - 1] == buffer.startUTCSeconds[row] - stepSeconds else {
            return false
        }
        return channels.allSatisfy {
            buffer.energyWh[$0.rawValue][row - 1] == buffer.energyWh[$0.rawValue][row]
        }
    }

    private mutating func markSmear(through row: Int, produced: Int32, isBalanced: Bool) {
        guard channels.count >= QualityMarker.smearChannels, stepSeconds < Int64(SeriesKey.day) else {
            return
        }
        let needed = isBalanced ? SmearRule.rowsWithProduction : SmearRule.rowsWithResidual
        guard runLength >= needed, produced > 0 || !isBalanced else { return }
        for row in max(0, runStart)...row {
            buffer.quality[row] = buffer.quality(ofRow: row).union(.smear).rawValue
        }
    }

    private mutating func flush(holding: Bool, _ sink: (ReadingColumns) throws -> Void) throws {
        // The last two rows decide on a midnight; a run that may still become a smear must stay whole.
        let undecidedRun = runLength < SmearRule.rowsWithProduction ? runStart : buffer.rowCount
        // So must the zeros of one day, which may be what has not been yet.
        let undecidedZero = max(zeroStart ?? buffer.rowCount, buffer.rowCount - QualityMarker.dayRows)
        let end =
            holding ? max(0, min(buffer.rowCount - 2, undecidedRun, undecidedZero)) : buffer.rowCount
        guard end > 0 else { return }
        var ready = buffer
        buffer = ReadingColumns()
        if end < ready.rowCount { buffer = ready.split(at: end) }
        for bits in ready.quality where bits != 0 { marks[Int(bits), default: 0] += 1 }
        try sink(ready)
        isLocalMidnight.removeFirst(end)
        if hasGenerator { generatorWh.removeFirst(end) }
        zeroStart = zeroStart.map { max(0, $0 - end) }
        runStart -= end
    }
}
