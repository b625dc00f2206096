// The last quiet days of an inverter: their median and spread, kept in order as days come and go.

import Readings

/// The last days, at most so many and not older than so many calendar days.
struct QuietDays {
    private let mostCount: Int
    private let calendarDays: Int
    private var days: [DayValue] = []
    /// The values of the days, ascending.
    private var sorted: [Double] = []

    init(count: Int, calendarDays: Int) {
        mostCount = count
        self.calendarDays = calendarDays
    }

    /// The number of days.
    var count: Int { days.count }

    /// The median; nil of nothing.
    var median: Double? {
        guard !sorted.isEmpty else { return nil }
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }

    /// The median absolute deviation, scaled to the standard deviation of a normal distribution; 0 of nothing.
    var deviation: Double {
        guard let middle = median else { return 0 }
        // From the middle outwards the deviations come in order.
        var low = (sorted.count - 1) / 2
        var high = low + 1
        var (before, last) = (0.0, 0.0)
        for _ in 0...(sorted.count / 2) {
            before = last
            let below = low >= 0 ? middle - sorted[low] : .infinity
            let above = high < sorted.count ? sorted[high] - middle : .infinity
            last = min(below, above)
            if below <= above { low -= 1 } else { high += 1 }
        }
        return (sorted.count % 2 == 1 ? last : (before + last) / 2) * 1.4826
    }

    /// Returns the newest days.
    func last(_ count: Int) -> [DayValue] { Array(days.suffix(count)) }

    /// Adds a day behind the others.
    mutating func append(_ day: DayValue) {
        days.append(day)
        sorted.insert(day.value, at: place(of: day.value))
        while days.count > mostCount { removeFirst() }
    }

    /// Forgets what lies too far back.
    mutating func forget(before day: Int) {
        while let first = days.first, day - first.day > calendarDays { removeFirst() }
    }

    private mutating func removeFirst() {
        let value = days.removeFirst().value
        sorted.remove(at: place(of: value))
    }

    /// Returns the first place whose value is not smaller.
    private func place(of value: Double) -> Int {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
