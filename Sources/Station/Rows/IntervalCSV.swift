// Interval rows as CSV: what export prints and what the evidence for a case holds.

import Readings

/// Writes interval rows as CSV.
package enum IntervalCSV {
    /// The first line.
    package static let header = Array(
        "source,seconds,start,produced_wh,consumed_wh,imported_wh,exported_wh,charged_wh,discharged_wh,soc_pct,quality\n"
            .utf8
    )
    /// More than a row takes: its series, its stamp and eight numbers.
    package static let lineBytes = 256
    /// Bytes that are written at once.
    package static let pieceBytes = 64 << 10

    /// Appends the rows of a series; a text that has grown to a piece is handed on and begun anew.
    package static func append(
        _ key: SeriesKey,
        _ columns: ReadingColumns,
        to text: inout [UInt8],
        piece: ([UInt8]) -> Void
    ) {
        let head = Array("\(key.source.name),\(key.seconds),".utf8)
        var stamp = StampText()
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: lineBytes) { bytes in
            for row in 0..<columns.rowCount {
                var line = LineBuffer(bytes)
                line.put(head)
                line.put(stamp.text(columns.startUTCSeconds[row]))
                for channel in 0..<Channel.count {
                    line.put(UInt8(ascii: ","))
                    let value = columns.energyWh[channel][row]
                    if value != ReadingColumns.missingWh { line.put(Int64(value)) }
                }
                line.put(UInt8(ascii: ","))
                let state = columns.socPercent[row]
                if state != ReadingColumns.missingSoC { line.put(Int64(state)) }
                line.put(UInt8(ascii: ","))
                line.put(Int64(columns.quality[row]))
                line.put(UInt8(ascii: "\n"))
                text.append(contentsOf: line.bytes)
                if text.count > pieceBytes {
                    piece(text)
                    text.removeAll(keepingCapacity: true)
                }
            }
        }
    }
}
