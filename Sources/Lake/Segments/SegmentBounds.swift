// The bounds of a segment's rows, as the catalogue keeps them.

/// Bounds by which readers skip segments.
struct SegmentBounds: Equatable {
    /// The first start, microseconds UTC.
    let firstMicroseconds: Int64
    /// The last start, microseconds UTC.
    let lastMicroseconds: Int64
    /// Bounds in the catalogue's text, of the columns that have any.
    let columns: [Column]

    /// The bounds of a column.
    struct Column: Equatable {
        let columnID: Int64
        let minimum: String
        let maximum: String
    }

    /// Takes the bounds of rows.
    init(_ rows: SegmentRows) {
        let series = rows.filter { !$0.value.isEmpty }
        let starts = series.values.flatMap {
            [$0.startUTCSeconds.first, $0.startUTCSeconds.last].compactMap { $0 }
        }
        self.init(systems: series.keys.map(\.systemID), startMicroseconds: starts.map { $0 * 1_000_000 })
    }

    /// Takes the bounds of records.
    init(_ rows: RecordRows) {
        self.init(
            systems: (0..<rows.rowCount).map { rows.systemID($0) },
            startMicroseconds: rows.startMicroseconds
        )
    }

    private init(systems: [Int64], startMicroseconds: [Int64]) {
        firstMicroseconds = startMicroseconds.min() ?? 0
        lastMicroseconds = startMicroseconds.max() ?? 0
        let range = (systems.min() ?? 0)...(systems.max() ?? 0)
        columns = SegmentBounds.columns(systems: range, first: firstMicroseconds, last: lastMicroseconds)
    }

    /// Returns the bounds of system_id and start_at; `first` and `last` in microseconds UTC.
    static func columns(systems: ClosedRange<Int64>, first: Int64, last: Int64) -> [Column] {
        [
            Column(columnID: 1, minimum: "\(systems.lowerBound)", maximum: "\(systems.upperBound)"),
            Column(
                columnID: 2,
                minimum: CatalogueTime.text(microseconds: first),
                maximum: CatalogueTime.text(microseconds: last)
            ),
        ]
    }
}
