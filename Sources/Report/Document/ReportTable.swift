// A table as a value. How it is written stands in the renderers.

/// A table with one heading a column.
package struct ReportTable: Equatable, Sendable {
    /// A column.
    package struct Column: Equatable, Sendable {
        /// Its heading.
        package let title: String
        /// Tells whether numbers stand in it.
        package let isNumber: Bool

        /// A column of text.
        package static func text(_ title: String) -> Column { Column(title: title, isNumber: false) }
        /// A column of numbers.
        package static func number(_ title: String) -> Column { Column(title: title, isNumber: true) }
    }

    /// What the table shows.
    package let caption: String
    /// The columns.
    package let columns: [Column]
    /// The rows, each as wide as the columns.
    package let rows: [[ReportText]]

    /// Makes a table.
    ///
    /// - Parameter rows: rows, each as wide as the columns.
    package init(_ caption: String, columns: [Column], rows: [[ReportText]]) {
        precondition(rows.allSatisfy { $0.count == columns.count }, "a row of \(caption) has other columns")
        self.caption = caption
        self.columns = columns
        self.rows = rows
    }
}
