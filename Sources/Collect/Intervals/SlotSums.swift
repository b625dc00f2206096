// Energies of one device by quarter-hours, which are whole only where every second of them is covered.

/// Sums by quarter-hours.
struct SlotSums: Sendable {
    private var open: [Int64: Slot] = [:]
    /// The start of the last quarter-hour that was whole: what comes again counts no more.
    private var done: Int64 = .min

    private struct Slot {
        /// Seconds covered from the start on without a hole; nil behind one.
        var seconds: Int64? = 0
        var above = 0.0
        var below = 0.0
    }

    /// Adds a stretch of time that continues what came before, or begins anew.
    ///
    /// - Parameter energies: returns the energies of a part of it, Wh.
    /// - Returns: the quarter-hours that are whole now, by their starts.
    mutating func add(
        from start: Int64,
        to end: Int64,
        _ energies: (Int64, Int64) -> (above: Double, below: Double)
    ) -> [(start: Int64, sums: (above: Double, below: Double))] {
        var whole: [(start: Int64, sums: (above: Double, below: Double))] = []
        // A quarter-hour that lies before the stretch gets nothing more.
        let first = MarkTime.floor(start, MarkTime.quarter)
        if open.contains(where: { $0.key != first }) { open = open.filter { $0.key == first } }
        var from = start
        while from < end {
            let slot = MarkTime.floor(from, MarkTime.quarter)
            let to = min(end, slot + MarkTime.quarter)
            let part = energies(from, to)
            var sums = open[slot] ?? Slot()
            // A stretch that begins elsewhere than the last one ended leaves a hole, or tells the same again.
            sums.seconds = sums.seconds == from - slot ? to - slot : nil
            sums.above += part.above
            sums.below += part.below
            open[slot] = sums
            if to == slot + MarkTime.quarter {
                open[slot] = nil
                if sums.seconds == MarkTime.quarter, slot > done {
                    whole.append((slot, (sums.above, sums.below)))
                    done = slot
                }
            }
            from = to
        }
        return whole
    }

    /// Forgets what is not whole.
    mutating func beginAnew() { open = [:] }

    /// Returns a value in whole thousandths: sums of the same parts are the same text.
    static func thousandths(_ value: Double) -> Double { (value * 1000).rounded() / 1000 }
}

/// The samples of one device with the rounds that brought them, as far back as what is to come depends on them.
struct SampleRounds: Sendable {
    private var samples: [(utcSeconds: Int64, fetched: Int64, isStep: Bool)] = []

    private static let most = 64

    /// Takes a sample.
    ///
    /// - Parameter isStep: its distance from the one before tells something of those to come.
    mutating func add(_ utcSeconds: Int64, _ fetched: Int64, isStep: Bool = false) {
        samples.append((utcSeconds, fetched, isStep))
        if samples.count > SampleRounds.most { samples.removeFirst() }
    }

    /// Returns the time of fetching from which on samples are needed.
    ///
    /// - Parameters:
    ///   - quarter: a time in the quarter-hour that is not finished.
    ///   - stepsBefore: how many distances of samples before it matter.
    func from(quarter utcSeconds: Int64, stepsBefore: Int = 0) -> Int64? {
        let start = MarkTime.floor(utcSeconds, MarkTime.quarter)
        guard var index = samples.lastIndex(where: { $0.utcSeconds <= start }) else {
            return samples.first?.fetched
        }
        var steps = 0
        while index > 0, steps < stepsBefore {
            if samples[index].isStep { steps += 1 }
            index -= 1
        }
        return samples[index].fetched
    }
}
