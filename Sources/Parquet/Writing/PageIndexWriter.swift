// Writes the page indices of a file: what pages hold, and where they lie. Reading them is in ParquetReader+Groups; where
// they lie themselves is told by FooterWriter.
// Source: https://parquet.apache.org/docs/file-format/pageindex/

/// Writes page indices.
enum PageIndexWriter {
    /// Where the indices of a chunk lie in the file.
    struct Place {
        /// The index of bounds; empty where there is none.
        var columnIndex: Range<Int>
        /// The index of places.
        var offsetIndex: Range<Int>
    }

    /// Writes the indices of all chunks: first those of bounds, then those of places.
    ///
    /// - Parameter start: where the first of them will lie in the file.
    /// - Returns: the bytes, and where in the file the indices of each chunk of each group lie.
    static func write(_ groups: [PlacedRowGroup], from start: Int) -> (bytes: [UInt8], places: [[Place]]) {
        var bytes: [UInt8] = []
        var places = groups.map { $0.chunks.map { _ in Place(columnIndex: 0..<0, offsetIndex: 0..<0) } }
        for (groupIndex, group) in groups.enumerated() {
            for (chunkIndex, chunk) in group.chunks.enumerated() {
                let begin = start + bytes.count
                bytes += columnIndex(chunk.encoded)
                places[groupIndex][chunkIndex].columnIndex = begin..<(start + bytes.count)
            }
        }
        for (groupIndex, group) in groups.enumerated() {
            for (chunkIndex, chunk) in group.chunks.enumerated() {
                let begin = start + bytes.count
                bytes += offsetIndex(chunk)
                places[groupIndex][chunkIndex].offsetIndex = begin..<(start + bytes.count)
            }
        }
        return (bytes, places)
    }

    private static func columnIndex(_ chunk: EncodedChunk) -> [UInt8] {
        // Without bounds on every page that has values there is no index to give.
        guard chunk.pages.allSatisfy({ $0.isAllNull || $0.statistics.minimum != nil }) else { return [] }
        return ThriftWriter<ColumnIndexField>.bytes {
            $0.list(.nullPages, kind: .booleanTrue, elements: chunk.pages) { $0.element($1.isAllNull) }
            $0.list(.minValues, kind: .binary, elements: chunk.pages) {
                $0.element($1.statistics.minimum ?? [])
            }
            $0.list(.maxValues, kind: .binary, elements: chunk.pages) {
                $0.element($1.statistics.maximum ?? [])
            }
            $0.integer32(.boundaryOrder, BoundaryOrder.unordered.rawValue)
            $0.list(.nullCounts, kind: .int64, elements: chunk.pages) {
                $0.element($1.statistics.nullCount ?? 0)
            }
        }
    }

    private static func offsetIndex(_ chunk: PlacedRowGroup.Chunk) -> [UInt8] {
        ThriftWriter<OffsetIndexField>.bytes {
            $0.list(.pageLocations, kind: .structure, elements: chunk.encoded.pages) { list, page in
                list.element(of: PageLocationField.self) {
                    $0.integer64(.offset, Int64(chunk.start + page.offset))
                    $0.integer32(.compressedPageSize, Int64(page.byteCount))
                    $0.integer64(.firstRowIndex, Int64(page.firstRow))
                }
            }
        }
    }
}
