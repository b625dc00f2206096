// Rows that repeat a value, one by one: does a run begin, is it an alarm by now, is it over? How rows are held against each
// other is said in StaleDetector, how improbable a run is in RunSurprise. See docs/analysis/stale.md.

/// Watches whether rows repeat a value.
struct RepeatWatch {
    /// What the watch is at.
    enum State: Equatable {
        /// No row was seen yet.
        case nothing
        /// The row before repeats nothing.
        case single(slot: Int)
        /// Rows repeat that of `start`; `alert` is the slot with which they became an alarm.
        case run(start: Int, last: Int, alert: Int?)
    }

    private(set) var state = State.nothing
    private var history: RunSurprise
    private let leastRows: Int
    private let alpha: Double
    private let tolerance: Int32

    /// Makes a watch without history.
    ///
    /// - Parameter rowsAnHour: a few rows of five minutes are soon equal by chance: they must repeat for an hour.
    init(classCount: Int, tolerance: Int32, rowsAnHour: Int = 1, _ parameters: DetectorParameters) {
        history = RunSurprise(classCount: classCount, historyDays: parameters.historyDays)
        leastRows = max(parameters.staleRows, rowsAnHour)
        alpha = parameters.staleAlpha
        self.tolerance = tolerance
    }

    /// The slot whose values the next row is held against: a flicker goes around one value, a drift goes away from it. nil
    /// before the first row.
    var reference: Int? {
        switch state {
        case .nothing: nil
        case .single(let slot): slot
        case .run(let start, _, _): start
        }
    }

    /// Tells whether no run lasts; only then a day may begin.
    var isApart: Bool {
        if case .run = state { false } else { true }
    }

    /// Begins another day.
    mutating func enter(day: Int64) { history.enter(day: day) }

    /// Takes the first row.
    mutating func begin(slot: Int) { state = .single(slot: slot) }

    /// Takes a row; returns a run that it ends, if that alarmed.
    ///
    /// - Parameters:
    ///   - level: the class of its level.
    ///   - holds: it repeats the row of `reference`.
    ///   - isExcused: there is a known reason for that.
    mutating func take(slot: Int, level: Int, holds: Bool, isExcused: Bool = false) -> StaleStretch? {
        switch state {
        case .nothing:
            begin(slot: slot)
            return nil
        case .single(let before):
            if holds {
                if isExcused { history.extend() } else { history.take(class: level, holds: true) }
                state = .run(start: before, last: slot, alert: isAlarm ? slot : nil)
            } else {
                history.miss(class: level)
                state = .single(slot: slot)
            }
            return nil
        case .run(let start, _, let alert):
            if holds && isExcused { history.extend() } else { history.take(class: level, holds: holds) }
            if holds {
                state = .run(start: start, last: slot, alert: alert ?? (isAlarm ? slot : nil))
                return nil
            }
            defer { state = .single(slot: slot) }
            return close()
        }
    }

    /// Ends the watch; returns a run that lasts, if it alarmed.
    mutating func finish() -> StaleStretch? { close() }

    private var isAlarm: Bool {
        history.length + 1 >= leastRows && history.surprise >= history.threshold(alpha: alpha)
    }

    private mutating func close() -> StaleStretch? {
        guard case .run(let start, let last, let alert) = state else { return nil }
        let stretch = alert.map {
            StaleStretch(
                slots: start..<(last + 1),
                alert: $0,
                rows: history.length + 1,
                nats: history.surprise,
                tolerance: tolerance
            )
        }
        history.end(isAlarm: alert != nil)
        return stretch
    }
}
