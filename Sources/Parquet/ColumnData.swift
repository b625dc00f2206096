// A column in memory: its values, and which rows have one. What a column is called and means is ColumnSchema's business.

/// A column: which rows have a value, and the values of those rows without holes.
package struct ColumnData: Equatable, Sendable {
    /// The values of the rows that have one.
    package var values: ColumnValues
    /// One element a row: true where it has a value; nil where every row has.
    package var present: [Bool]?
    /// Where every row has the same value, of which `values` holds one: the number of rows. For writing only.
    package private(set) var repeatCount: Int?

    /// Makes a column; `present` counts as many trues as there are values.
    package init(values: ColumnValues, present: [Bool]? = nil) {
        self.values = values
        self.present = present
    }

    /// Makes a column of one value in every row.
    ///
    /// - Parameter value: one value.
    package init(repeating value: ColumnValues, count: Int) {
        precondition(value.count == 1 && count > 0, "\(value.count) values \(count) times")
        values = value
        repeatCount = count
    }

    /// The number of rows, those without a value included.
    package var rowCount: Int { repeatCount ?? present?.count ?? values.count }
    /// The number of rows without a value.
    package var nullCount: Int { repeatCount == nil ? rowCount - values.count : 0 }

    /// Returns some of the rows.
    func rows(_ range: Range<Int>) -> ColumnData {
        if range == 0..<rowCount { return self }
        guard let present else { return ColumnData(values: values.slice(range)) }
        let before = present[..<range.lowerBound].count { $0 }
        let wanted = Array(present[range])
        return ColumnData(
            values: values.slice(before..<(before + wanted.count { $0 })),
            present: wanted
        )
    }

    /// Appends the rows of another column of the same physical type.
    mutating func append(_ other: ColumnData) {
        if present != nil || other.present != nil {
            var joined = present ?? Array(repeating: true, count: values.count)
            joined += other.present ?? Array(repeating: true, count: other.values.count)
            present = joined
        }
        values.append(other.values)
    }
}
