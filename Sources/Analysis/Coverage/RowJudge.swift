// Which rows of a series or a home stand for data, one after the other, each by what it shows and by the rows before it.

import Readings

/// Judges rows in the order of time.
struct RowJudge {
    /// What was made of a row.
    enum Judgement: UInt8 {
        case data
        /// No row, or zeros of a house that uses energy.
        case none
        /// Zeros at a time at which production and import never rest, import never does, or production never does.
        case noneByBoth, noneByImport, noneByProduction
        /// Zeros of a whole day, at a site that exchanges energy all day.
        case noneByWholeDay
        /// Zeros between such ones.
        case between
        /// Zeros that may be an exchange at rest: data until told otherwise.
        case resting

        var isData: Bool { self == .data || self == .resting }
    }

    /// No night without energy is longer, seconds.
    private static let nightSeconds: Int64 = 86_400
    /// Rows with energy before which nothing is said of a day without any, and time for which a rest is remembered.
    private static let dayLearningSeconds: Int64 = 7 * 86_400
    private static let restMemorySeconds: Int64 = 28 * 86_400

    private let channels: [[Int32]]
    private let stepSeconds: Int64
    private let hasBattery: Bool
    private var resting: RestingChannels
    private let hasProduction: Bool
    private let hasExport: Bool

    /// Prepares for rows.
    ///
    /// - Parameter channels: six arrays, empty for a channel that is not reported.
    init(_ channels: [[Int32]], stepSeconds: Int64, hasBattery: Bool) {
        self.channels = channels
        hasProduction = !channels[Channel.produced.rawValue].isEmpty
        hasExport = !channels[Channel.exported.rawValue].isEmpty
        let battery = [Channel.charged, .discharged].contains { channel in
            channels[channel.rawValue].contains { $0 > 0 }
        }
        self.stepSeconds = max(1, min(86_400, stepSeconds))
        self.hasBattery = hasBattery || battery
        resting = RestingChannels(stepSeconds: stepSeconds, hasBattery: self.hasBattery)
    }

    /// Judges all rows. Costs time in proportion to the rows and channels.
    ///
    /// - Parameters:
    ///   - start: the start of a row, seconds UTC, rising.
    ///   - othersReport: whether a device reported in the time of a row.
    mutating func judgements(_ count: Int, start: (Int) -> Int64, othersReport: (Int) -> Bool) -> [Judgement]
    {
        var signs = [RowSigns](repeating: [], count: count)
        for channel in Channel.allCases where !channels[channel.rawValue].isEmpty {
            channels[channel.rawValue].withUnsafeBufferPointer { values in
                for row in 0..<count { signs[row].add(values[row], of: channel) }
            }
        }
        // A row whose load is told asks no other: such series need no memory.
        let needsMemory = signs.contains { $0.contains(.reports(.imported)) && !$0.tellsLoad }
        var result = [Judgement](repeating: .data, count: count)
        let wholeDays =
            needsMemory ? self.wholeDays(signs, start: start, othersReport: othersReport) : IndexRuns()
        for row in 0..<count {
            switch AbsenceRule.row.verdict(signs[row], othersReport: othersReport(row)) {
            case .data:
                if needsMemory, signs[row].contains(.reports(.imported)) { learn(row, start(row)) }
            case .noData: result[row] = .none
            case .open:
                result[row] = judged(start(row))
                guard result[row] == .resting else { continue }
                if wholeDays.contains(row) {
                    result[row] = .noneByWholeDay
                } else {
                    learn(row, start(row))
                }
            }
        }
        guard needsMemory else { return result }
        RowJudge.fill(&result)
        // Zeros before the first energy are a night, or a site that was not yet built.
        if let first = signs.firstIndex(where: { $0.contains(.energy) }), first > 0,
            start(first) - start(0) >= RowJudge.nightSeconds
        {
            for row in 0..<first where result[row] == .resting { result[row] = .none }
        }
        return result
    }

    private func judged(_ start: Int64) -> Judgement {
        switch resting.witness(start: start, hasProduction: hasProduction, hasExport: hasExport) {
        case .both: .noneByBoth
        case .imported: .noneByImport
        case .production: .noneByProduction
        case nil: .resting
        }
    }

    /// Rows of zeros that last a day or more at a site without a battery whose exchange never rested for long before. The array
    /// gives by day and the house draws at night: both at once do not fail, and no day goes without both.
    private func wholeDays(
        _ signs: [RowSigns],
        start: (Int) -> Int64,
        othersReport: (Int) -> Bool
    ) -> IndexRuns {
        var runs = IndexRuns()
        guard !hasBattery, hasProduction || hasExport else { return runs }
        let needed = RowJudge.dayLearningSeconds / stepSeconds
        var known: Int64 = 0
        var lastRest = Int64.min / 2
        var row = 0
        while row < signs.count {
            let first = row
            while row < signs.count,
                AbsenceRule.row.verdict(signs[row], othersReport: othersReport(row)) == .open
            {
                row += 1
            }
            guard row > first else {
                if signs[row].contains(.energy) { known += 1 }
                row += 1
                continue
            }
            let seconds = start(row - 1) + stepSeconds - start(first)
            let isUsual = start(first) - lastRest < RowJudge.restMemorySeconds
            if seconds >= RowJudge.nightSeconds, known >= needed, !isUsual {
                runs.append(first..<row)
            } else if seconds >= GapConstants.silentSeconds {
                lastRest = start(row - 1)
            }
        }
        return runs
    }

    private mutating func learn(_ row: Int, _ start: Int64) {
        func value(_ channel: Channel) -> Int32? {
            let values = channels[channel.rawValue]
            return values.isEmpty || values[row] == ReadingColumns.missingWh ? nil : values[row]
        }
        resting.learn(
            start: start,
            produced: value(.produced),
            imported: value(.imported),
            exported: value(.exported)
        )
    }

    /// Zeros between two that stand for no data, without energy between them, stand for none either: a night in a silence.
    private static func fill(_ result: inout [Judgement]) {
        var last: Int?
        for row in result.indices {
            switch result[row] {
            case .data: last = nil
            case .resting: continue
            default:
                if let last { for inner in (last + 1)..<row { result[inner] = .between } }
                last = row
            }
        }
    }
}

/// Runs of indices in order.
private struct IndexRuns {
    private var runs: [Range<Int>] = []

    mutating func append(_ run: Range<Int>) { runs.append(run) }

    func contains(_ index: Int) -> Bool { runs.contains { $0.contains(index) } }
}
