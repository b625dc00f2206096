// Run surprise: how improbable a run of equal states is, by the home's own history. It calibrates itself: a home whose
// values often repeat needs a longer run. See docs/analysis/run-surprise.md.

import Foundation

/// Counts of transitions by class and previous state over the last days, and the surprise of the run at hand.
struct RunSurprise {
    /// Days of history.
    private let historyDays: Int
    /// Counts of a day: [class][previous state held ? 1 : 0] → (transitions, those into the state).
    private typealias Counts = [(total: Double, held: Double)]
    private var days: [(day: Int64, counts: Counts, rows: Int)] = []
    private var sums: Counts
    private var rows = 0
    private var today: Counts
    private var todayRows = 0
    private var day = Int64.min
    private let classCount: Int
    /// Transitions of the run at hand, kept apart until it has ended without an alarm.
    private var pending: [(cell: Int, held: Bool)] = []
    private(set) var surprise = 0.0
    private(set) var length = 0

    /// The chance that a state follows where no history tells it.
    private static let prior = 0.3
    /// The weight of the prior, in transitions.
    private static let priorWeight = 4.0

    init(classCount: Int, historyDays: Int) {
        self.classCount = classCount
        self.historyDays = historyDays
        sums = Array(repeating: (0, 0), count: classCount * 2)
        today = sums
    }

    /// The surprise from which a run is an alarm: the number of rows in the history over the chance of a false alarm.
    func threshold(alpha: Double) -> Double { log(Double(max(1000, rows)) / alpha) }

    /// Begins another day where the number differs.
    mutating func enter(day newDay: Int64) {
        guard newDay != day else { return }
        if todayRows > 0 {
            days.append((day, today, todayRows))
            for cell in sums.indices {
                sums[cell].total += today[cell].total
                sums[cell].held += today[cell].held
                today[cell] = (0, 0)
            }
            rows += todayRows
            todayRows = 0
        }
        day = newDay
        while let first = days.first, newDay - first.day > Int64(historyDays) {
            for cell in sums.indices {
                sums[cell].total -= first.counts[cell].total
                sums[cell].held -= first.counts[cell].held
            }
            rows -= first.rows
            days.removeFirst()
        }
    }

    /// Takes a transition of a class.
    ///
    /// - Parameters:
    ///   - holds: the state holds now.
    ///   - weight: the share of its surprise that counts.
    mutating func take(class index: Int, holds: Bool, weight: Double = 1) {
        let cell = index * 2 + (length > 0 ? 1 : 0)
        pending.append((cell, holds))
        guard holds else { return }
        let known = sums[cell]
        let chance =
            (known.held + RunSurprise.prior * RunSurprise.priorWeight)
            / (known.total + RunSurprise.priorWeight)
        surprise -= log(max(1e-9, chance)) * weight
        length += 1
    }

    /// Takes a row that repeats for a known reason: the run goes on, and nothing is surprising about it, nor usual.
    mutating func extend() { length += 1 }

    /// Takes a transition out of no run into none; as `take` and `end`, at less cost.
    mutating func miss(class index: Int) {
        today[index * 2].total += 1
        todayRows += 1
    }

    /// Ends the run. The transitions of an alarm are no history.
    mutating func end(isAlarm: Bool) {
        if !isAlarm {
            for (cell, held) in pending {
                today[cell].total += 1
                if held { today[cell].held += 1 }
            }
            todayRows += pending.count
        }
        pending.removeAll(keepingCapacity: true)
        surprise = 0
        length = 0
    }
}
