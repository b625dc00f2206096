// The order of rows that a writer states. Sorting them is the caller's business; nothing is checked here.

/// A column by which rows are sorted, ascending with nulls last.
package struct SortingColumn: Equatable, Sendable {
    /// Position of the column in the schema.
    package let columnIndex: Int

    /// Makes a sorting column.
    package init(columnIndex: Int) { self.columnIndex = columnIndex }
}
