// Slots of equal length on the UTC axis, by which columns of several devices line up.

/// A run of slots; slot 0 starts at `startUTCSeconds`, which is a multiple of the step.
package struct SlotGrid: Hashable, Sendable {
    /// The length of a slot in seconds.
    package let step: Int64
    /// The start of slot 0 in seconds UTC.
    package let startUTCSeconds: Int64
    /// The number of slots.
    package let count: Int

    /// The longest grid, in slots: forty years of five minutes.
    package static let mostSlots = 40 * 366 * 288

    /// Makes the grid that covers a stretch of time; nil where it would be longer than `mostSlots`, or the step is no
    /// divisor of a day.
    package init?(step: Int64, covering interval: Interval) {
        guard step > 0, 86_400 % step == 0 else { return nil }
        let first = interval.startUTCSeconds.flooredDivision(by: step)
        let last = (interval.endUTCSeconds + step - 1).flooredDivision(by: step)
        guard last - first <= Int64(SlotGrid.mostSlots) else { return nil }
        self.step = step
        startUTCSeconds = first * step
        count = Int(last - first)
    }

    /// Returns the start of a slot in seconds UTC.
    @inlinable package func start(_ slot: Int) -> Int64 { startUTCSeconds + Int64(slot) * step }

    /// Returns the end of a slot in seconds UTC.
    @inlinable package func end(_ slot: Int) -> Int64 { start(slot) + step }

    /// Returns the slot in which an instant lies; outside `0..<count` where the grid does not hold it.
    @inlinable package func slot(of utcSeconds: Int64) -> Int {
        Int((utcSeconds - startUTCSeconds).flooredDivision(by: step))
    }

    /// Returns the slots that lie inside a stretch of time, at least in part.
    package func slots(in interval: Interval) -> Range<Int> {
        let low = min(max(0, slot(of: interval.startUTCSeconds)), count)
        let high = min(max(low, slot(of: interval.endUTCSeconds + step - 1)), count)
        return low..<high
    }

    /// The stretch of time that the grid covers.
    package var interval: Interval {
        Interval(startUTCSeconds: startUTCSeconds, endUTCSeconds: startUTCSeconds + Int64(count) * step)
    }

    /// The length of a slot in hours.
    package var hours: Double { Double(step) / 3600 }

    /// Returns the number of slots of a number of hours, at least one.
    package func slots(hours: Double) -> Int { max(1, Int((hours * 3600 / Double(step)).rounded(.up))) }
}
