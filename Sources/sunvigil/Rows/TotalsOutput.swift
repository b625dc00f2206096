// Sums as text or JSON.

import Readings
import Station

/// Sums as text or JSON, a line each, printed as they come.
struct TotalsOutput {
    private let isJSON: Bool
    private var text: [UInt8]
    private var isFirst = true
    private var lastKey: SeriesKey?
    private var head: [UInt8] = []

    init(isJSON: Bool) {
        self.isJSON = isJSON
        let header =
            "site,source,seconds,period,rows,absent_rows,"
            + Channel.allCases.map { "\($0.name)_kwh" }.joined(separator: ",") + "\n"
        text = Array((isJSON ? "[" : header).utf8)
    }

    mutating func add(_ site: String, _ key: SeriesKey, _ sum: Totals.Sum) {
        if lastKey != key {
            lastKey = key
            let name = isJSON ? JSONValue.text(site).compact : CSVField.text(site)
            head = Array(
                (isJSON
                    ? "{\"site\":\(name),\"source\":\"\(key.source.name)\",\"seconds\":\(key.seconds),\"period\":\""
                    : "\(name),\(key.source.name),\(key.seconds),").utf8
            )
        }
        if isJSON { text += isFirst ? [10] : [44, 10] }
        text += head
        text += sum.period.utf8
        text += (isJSON ? "\",\"rows\":" : ",").utf8
        CSVText.append(Int64(sum.rows), to: &text)
        text += (isJSON ? ",\"absent_rows\":" : ",").utf8
        CSVText.append(Int64(sum.absentRows), to: &text)
        for channel in 0..<Channel.count {
            let isKnown = sum.valueCounts[channel] > 0
            if isJSON {
                text += TotalsOutput.names[channel]
                if isKnown { CSVText.append(sum.energyWh[channel], to: &text) } else { text += "null".utf8 }
            } else {
                text.append(44)
                if isKnown { CSVText.appendKilowattHours(sum.energyWh[channel], to: &text) }
            }
        }
        text.append(isJSON ? UInt8(ascii: "}") : 10)
        isFirst = false
        if text.count > 1 << 16 { flush() }
    }

    private static let names = Channel.allCases.map { Array(",\"\($0.name)_wh\":".utf8) }

    private mutating func flush() {
        Console.write(text)
        text.removeAll(keepingCapacity: true)
    }

    mutating func finish() {
        if isJSON { text += "\n]\n".utf8 }
        flush()
    }
}
