// The step of a file: told from its first rows, then held against every row. A step is never mixed with another.

import Readings

/// Checks that the distance of successive starts is a multiple of the file's step.
struct StepTracker {
    /// The step in seconds; `SeriesKey.day` stands for calendar days.
    let stepSeconds: Int64
    private let zone: TimeZoneRules
    private var lastUTCSeconds: Int64?
    private var coarseMultiple: Int64 = 0
    private var coarseCount = 0
    /// How often days lay a month apart.
    private(set) var monthJumps = 0

    /// Steps that reports have.
    static let known: [Int64] = [300, 900, 1800, 3600, 86_400]

    init(stepSeconds: Int64, zone: TimeZoneRules) {
        self.stepSeconds = stepSeconds
        self.zone = zone
    }

    /// Tells the step from starts: the most frequent distance.
    ///
    /// - Throws: `IngestError.stepUnknown`, `.unknownStep`.
    static func tell(from starts: some Collection<Int64>) throws -> Int64 {
        var counts: [Int64: Int] = [:]
        for (first, second) in zip(starts, starts.dropFirst()) {
            let distance = second - first
            // Calendar days of 23 and 25 hours count as days.
            counts[(82_800...90_000).contains(distance) ? 86_400 : distance, default: 0] += 1
        }
        let mode = counts.max { ($0.value, -$0.key) < ($1.value, -$1.key) }
        guard let step = mode?.key else { throw IngestError.stepUnknown }
        guard known.contains(step) else { throw IngestError.unknownStep(seconds: step) }
        return step
    }

    /// Takes the next start and returns how many steps are absent before it.
    ///
    /// - Throws: `IngestError.mixedSteps`, `.monthJumps`.
    mutating func take(_ utcSeconds: Int64, line: Int) throws -> Int {
        defer { lastUTCSeconds = utcSeconds }
        try countMonthJump(utcSeconds, line: line)
        if stepSeconds == Int64(SeriesKey.day) {
            let day = zone.wallClock(atUTCSeconds: utcSeconds).day
            guard zone.startOfDay(day) == utcSeconds else {
                throw IngestError.mixedSteps(
                    line: line,
                    foundSeconds: utcSeconds - (lastUTCSeconds ?? utcSeconds),
                    stepSeconds: stepSeconds
                )
            }
            guard let lastUTCSeconds else { return 0 }
            return Int(day.daysSince1970 - zone.wallClock(atUTCSeconds: lastUTCSeconds).day.daysSince1970) - 1
        }
        guard let lastUTCSeconds else { return 0 }
        let distance = utcSeconds - lastUTCSeconds
        if distance == stepSeconds {
            coarseCount = 0
            return 0
        }
        let multiple = distance / stepSeconds
        guard distance % stepSeconds == 0 else {
            throw IngestError.mixedSteps(line: line, foundSeconds: distance, stepSeconds: stepSeconds)
        }
        coarseCount = multiple == coarseMultiple ? coarseCount + 1 : 1
        coarseMultiple = multiple
        if coarseCount >= Limits.coarseRun {
            throw IngestError.mixedSteps(line: line, foundSeconds: distance, stepSeconds: stepSeconds)
        }
        return Int(multiple) - 1
    }

    /// Takes starts that follow the last one and each other at the step.
    mutating func takeSteps(from first: Int64, to last: Int64) {
        precondition(lastUTCSeconds == first - stepSeconds, "rows from \(first) do not follow the last one")
        lastUTCSeconds = last
        coarseCount = 0
    }

    /// Days read as months lie a month apart, one after the other.
    private mutating func countMonthJump(_ utcSeconds: Int64, line: Int) throws {
        guard let lastUTCSeconds else { return }
        let distance = utcSeconds - lastUTCSeconds
        guard distance > 27 * 86_400, distance < 32 * 86_400 else { return }
        monthJumps += 1
        if monthJumps >= 2 { throw IngestError.monthJumps(line: line) }
    }
}
