// Finds where rising numbers jump, as they come. Where the numbers come from is known to ParquetReader+Jumps and
// DeltaBinaryPacked.

/// Takes values in order, one by one or as runs of one step.
struct JumpFinder {
    /// The parts that are complete.
    private(set) var parts: [ColumnJumps] = []
    private let steps: [(step: Int64, count: Int)]
    /// The part being taken, its step, and how many of its values are to come.
    private var part = ColumnJumps(first: 0, last: 0)
    private var step: Int64 = 0
    private var left = 0

    /// Begins in front of the first part.
    init(steps: [(step: Int64, count: Int)]) { self.steps = steps }

    /// Takes a value.
    mutating func take(_ value: Int64) {
        if left == 0 {
            guard parts.count < steps.count else { return }
            (step, left) = steps[parts.count]
            part = ColumnJumps(first: value, last: value)
        } else {
            if value &- part.last > step { part.jumps.append((part.last, value)) }
            part.last = value
        }
        advance(1)
    }

    /// Takes values that follow each other at a distance; false where they must be taken one by one.
    mutating func take(run count: Int, distance: Int64) -> Bool {
        guard count <= left, distance <= step, distance >= 0 else { return false }
        part.last = part.last &+ distance &* Int64(count)
        advance(count)
        return true
    }

    private mutating func advance(_ count: Int) {
        left -= count
        if left == 0 { parts.append(part) }
    }
}
