// Where a column of rising integers jumps, from the headers of its delta blocks.

/// Runs of one step in a column, and where they are broken.
package struct ColumnJumps: Sendable {
    /// The first value.
    package var first: Int64
    /// The last value.
    package var last: Int64
    /// Neighbours that are further apart than the step.
    package var jumps: [(from: Int64, to: Int64)] = []
}

extension ParquetReader {
    /// Finds neighbours of an INT64 column without missing values that are further apart than a step. Blocks whose
    /// differences all equal the step are not decoded.
    ///
    /// - Parameter steps: the parts of the row group in order: the step of each, and its number of values.
    /// - Throws: `ParquetError`, and where the column has missing values.
    package func jumps(_ columnIndex: Int, rowGroup: Int, steps: [(step: Int64, count: Int)]) throws
        -> [ColumnJumps]
    {
        var finder = JumpFinder(steps: steps)
        try forEachPage(columnIndex, rowGroup: rowGroup) { page in
            switch page {
            case .delta(let bytes, let count):
                var cursor = ByteCursor(bytes.bytes, bytes.range)
                try DeltaBinaryPacked.walk(&cursor, count: count, finder: &finder)
            case .values(let values): for value in values { finder.take(value) }
            }
        }
        return finder.parts
    }
}

/// Takes values in order, one by one or as runs of one step.
struct JumpFinder {
    /// The parts that are complete.
    private(set) var parts: [ColumnJumps] = []
    private let steps: [(step: Int64, count: Int)]
    /// The part being taken, its step, and how many of its values are to come.
    private var part = ColumnJumps(first: 0, last: 0)
    private var step: Int64 = 0
    private var left = 0

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
