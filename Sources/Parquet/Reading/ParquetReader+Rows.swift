// Some rows of a column, of which only the pages that hold them are fetched, by the page indices. Page indices are read in
// ParquetReader+Groups.

extension ParquetReader {
    /// Returns the rows of a row group whose pages may hold a value inside bounds, by the page indices; all rows where the
    /// file does not tell.
    ///
    /// - Parameter bounds: of an integer column.
    package func rows(of columnIndex: Int, rowGroup: Int, overlapping bounds: ClosedRange<Int64>) throws
        -> Range<Int>
    {
        let rowCount = rowGroups[rowGroup].rowCount
        let chunk = try metadata.chunk(columnIndex, rowGroup: rowGroup)
        guard let pages = try? pageIndex(of: chunk), pages.count > 1 else { return 0..<rowCount }
        var found: Range<Int>?
        for (index, page) in pages.enumerated() {
            guard let own = page.statistics.integerBounds else { return 0..<rowCount }
            guard own.overlaps(bounds) else { continue }
            let end = index + 1 < pages.count ? pages[index + 1].firstRow : rowCount
            guard page.firstRow < end, end <= rowCount else { return 0..<rowCount }
            found = (found?.lowerBound ?? page.firstRow)..<end
        }
        return found ?? 0..<0
    }

    /// Reads some rows of a column of one row group, of which only the pages that hold them are fetched where the file tells
    /// where they lie.
    ///
    /// - Parameter rows: not empty, inside the row group.
    /// - Throws: `ParquetError`.
    package func column(_ columnIndex: Int, rowGroup: Int, rows: Range<Int>) throws -> ColumnData {
        let rowCount = rowGroups[rowGroup].rowCount
        precondition(!rows.isEmpty && rows.upperBound <= rowCount, "rows \(rows) of \(rowCount)")
        let chunk = try metadata.chunk(columnIndex, rowGroup: rowGroup)
        guard rows.count < rowCount, let pages = try? pageIndex(of: chunk),
            let first = pages.lastIndex(where: { $0.firstRow <= rows.lowerBound }),
            let last = pages.lastIndex(where: { $0.firstRow < rows.upperBound }), first <= last
        else {
            return try column(columnIndex, rowGroup: rowGroup).rows(rows)
        }
        let start = pages[first].offset
        let end = pages[last].offset + pages[last].byteCount
        guard start < end else {
            throw ParquetError.damaged(
                .badStructure(field: "offset index"),
                ParquetError.Place(rowGroup: rowGroup, column: columns[columnIndex].name)
            )
        }
        // What lies in front of the first page is a dictionary, whatever the footer says of one.
        let dictionaryBytes = pages[0].offset
        let firstRow = pages[first].firstRow
        return try decode(columnIndex, rowGroup: rowGroup) { decoder in
            try decoder.decode(
                pagesAt: start..<end,
                firstPage: first + (dictionaryBytes > 0 ? 1 : 0),
                dictionaryBytes: dictionaryBytes,
                rows: (rows.lowerBound - firstRow)..<(rows.upperBound - firstRow)
            )
        }
    }

    /// Returns the rows of a page, counted in its row group; nil where the file does not tell, or it is a dictionary.
    package func rows(ofPage page: Int, columnIndex: Int, rowGroup: Int) -> Range<Int>? {
        guard let chunk = try? metadata.chunk(columnIndex, rowGroup: rowGroup),
            let pages = try? pageIndex(of: chunk)
        else { return nil }
        let index = page - (chunk.hasDictionary ? 1 : 0)
        guard pages.indices.contains(index) else { return nil }
        let end =
            index + 1 < pages.count ? pages[index + 1].firstRow : rowGroups[rowGroup].rowCount
        let start = pages[index].firstRow
        return start < end ? start..<end : nil
    }
}
