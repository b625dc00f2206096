// Where a column of rising integers jumps, from the headers of its delta blocks. The finding itself is JumpFinder's
// business, what a jump means the caller's.

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
            case .delta(let bytes, let range, let count):
                var cursor = ByteCursor(bytes, range)
                try DeltaBinaryPacked.walk(&cursor, count: count, finder: &finder)
            case .values(let values): for value in values { finder.take(value) }
            }
        }
        return finder.parts
    }
}
