// Marks rows by what is seen in them and around them. Numbers are never changed.
//
// Source of the rules: measured on real reports; see docs/sources/enlighten-csv.md, "Quality".

import Readings

/// Takes rows in order, marks them, and hands them on in batches; holds back only what the next rows may change.
struct QualityMarker {
    private let stepSeconds: Int64
    private var channels: [Channel] = []
    private var hasBalance = false
    private let options: EnlightenOptions
    private let productionCapWh: Int64
    private let capWh: Int64
    private var buffer = ReadingColumns()
    private var isLocalMidnight: [Bool] = []
    private var runStart = 0
    private var runLength = 0
    private var hasSeenEnergy = false
    private(set) var marks: [Int: Int] = [:]
    private(set) var residuals: [Int: Int] = [:]
    private(set) var bothWaysRows = 0
    private(set) var exportRows = 0
    private(set) var totals = [Int64](repeating: 0, count: Channel.count)
    private(set) var futureRowsWithEnergy = 0

    /// Rows of a batch.
    private static let batchRows = 4_096
    /// Channels that must be reported before equal rows mean anything.
    private static let smearChannels = 3

    init(stepSeconds: Int64, channels: [Channel], options: EnlightenOptions) {
        self.stepSeconds = stepSeconds
        self.options = options
        capWh = Limits.implausibleWhPerQuarter * max(stepSeconds, 900) / 900
        productionCapWh =
            options.installedW.map {
                Int64(Double($0) * Limits.ratingFactor * Double(stepSeconds) / 3600) + 1
            } ?? capWh
        adopt(channels)
    }

    /// Takes the channels that the document is known to hold.
    mutating func adopt(_ channels: [Channel]) {
        self.channels = channels
        hasBalance = [Channel.produced, .consumed, .imported, .exported].allSatisfy(channels.contains)
    }

    /// Takes a row and hands on what is ready.
    ///
    /// - Parameters:
    ///   - marks: what the parser saw itself.
    ///   - isMidnight: the row begins a local day.
    mutating func take(
        startUTCSeconds start: Int64,
        energyWh: [Int32],
        marks parserMarks: Quality,
        isMidnight: Bool,
        _ sink: (ReadingColumns) throws -> Void
    ) throws {
        var found = parserMarks
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
            totals[channel.rawValue] += Int64(value)
        }
        let isBalanced = residual == 0 || !hasBalance
        if !isBalanced { found.insert(.residual) }
        if hasBalance { residuals[Int(max(-3, min(3, residual))), default: 0] += 1 }
        noteGridFlow(energyWh, &found)
        markAbsence(isZero: isZero, isMetered: isMetered, start: start, &found)
        confirmMidnightBefore(isZero: isZero)
        let extendsRun = repeatsLastRow(start, energyWh)
        buffer.append(startUTCSeconds: start, energyWh: energyWh, quality: found)
        isLocalMidnight.append(isMidnight)
        if extendsRun {
            runLength += 1
        } else {
            runStart = buffer.rowCount - 1
            runLength = 1
        }
        markSmear(energyWh, isBalanced: isBalanced)
        if buffer.rowCount >= QualityMarker.batchRows { try flush(holding: true, sink) }
    }

    /// Hands on what is left.
    mutating func finish(_ sink: (ReadingColumns) throws -> Void) throws { try flush(holding: false, sink) }

    private mutating func noteGridFlow(_ energyWh: [Int32], _ found: inout Quality) {
        guard energyWh[Channel.exported.rawValue] > 0 else { return }
        exportRows += 1
        if energyWh[Channel.imported.rawValue] > 0 {
            bothWaysRows += 1
            found.insert(.gross)
        }
    }

    private mutating func markAbsence(isZero: Bool, isMetered: Bool, start: Int64, _ found: inout Quality) {
        let isFuture = start >= options.capturedUTCSeconds
        if isFuture { found.insert(.future) }
        guard isZero else {
            if isFuture { futureRowsWithEnergy += 1 }
            hasSeenEnergy = true
            return
        }
        if isMetered || isFuture { found.insert(.zero) }
        let isOperating = options.operatingSinceUTCSeconds.map { start >= $0 } ?? false
        if isMetered && !hasSeenEnergy && !isOperating { found.insert(.beforeCommissioning) }
    }

    /// A zero at midnight is one of its own kind only between rows that are not zero.
    private mutating func confirmMidnightBefore(isZero: Bool) {
        let last = buffer.rowCount - 1
        guard !isZero, last >= 1, isLocalMidnight[last], stepSeconds < Int64(SeriesKey.day) else { return }
        let marks = buffer.quality(ofRow: last)
        guard marks.contains(.zero), !marks.contains(.beforeCommissioning),
            !buffer.quality(ofRow: last - 1).contains(.zero)
        else { return }
        buffer.quality[last] = marks.union(.midnightZero).rawValue
    }

    private func repeatsLastRow(_ start: Int64, _ energyWh: [Int32]) -> Bool {
        let last = buffer.rowCount - 1
        guard last >= 0, buffer.startUTCSeconds[last] == start - stepSeconds else { return false }
        return channels.allSatisfy { buffer.energyWh[$0.rawValue][last] == energyWh[$0.rawValue] }
    }

    private mutating func markSmear(_ energyWh: [Int32], isBalanced: Bool) {
        guard channels.count >= QualityMarker.smearChannels, stepSeconds < Int64(SeriesKey.day) else {
            return
        }
        let hasProduction = energyWh[Channel.produced.rawValue] > 0
        let needed = isBalanced ? SmearRule.rowsWithProduction : SmearRule.rowsWithResidual
        guard runLength >= needed, hasProduction || !isBalanced else { return }
        for row in max(0, runStart)..<buffer.rowCount {
            buffer.quality[row] = buffer.quality(ofRow: row).union(.smear).rawValue
        }
    }

    private mutating func flush(holding: Bool, _ sink: (ReadingColumns) throws -> Void) throws {
        // The last two rows decide on a midnight; a run that may still become a smear must stay whole.
        let undecidedRun = runLength < SmearRule.rowsWithProduction ? runStart : buffer.rowCount
        let end = holding ? max(0, min(buffer.rowCount - 2, undecidedRun)) : buffer.rowCount
        guard end > 0 else { return }
        let ready = buffer.slice(0..<end)
        for bits in ready.quality where bits != 0 { marks[Int(bits), default: 0] += 1 }
        try sink(ready)
        buffer = buffer.slice(end..<buffer.rowCount)
        isLocalMidnight.removeFirst(end)
        runStart -= end
    }
}
