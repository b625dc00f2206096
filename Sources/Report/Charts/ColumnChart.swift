// A column for each day or month, with a mark for a second quantity.

/// Columns.
package struct ColumnChart: Equatable, Sendable {
    /// One column.
    package struct Column: Equatable, Sendable {
        /// What it stands for, in words.
        package let name: String
        /// The height; nil where there are no data, or none are expected.
        package let value: Double?
        /// A mark in the same unit; nil for none.
        package let mark: Double?
        /// The share of its time in which data were expected and are missing, 0 to 1.
        package let missingShare: Double

        /// Makes a column.
        package init(name: String, value: Double?, mark: Double? = nil, missingShare: Double = 0) {
            self.name = name
            self.value = value
            self.mark = mark
            self.missingShare = missingShare
        }
    }

    /// The columns.
    package let columns: [Column]
    /// The unit of the heights.
    package let unit: String
    /// What the columns are, and their colour.
    package let valueName: String
    package let tone: ChartTone
    /// What the marks are; empty for none.
    package let markName: String
    /// The marks under the columns.
    package let ticks: [ChartTick]

    /// Makes a chart.
    package init(
        _ columns: [Column],
        unit: String,
        valueName: String,
        tone: ChartTone,
        markName: String = "",
        ticks: [ChartTick]
    ) {
        self.columns = columns
        self.unit = unit
        self.valueName = valueName
        self.tone = tone
        self.markName = markName
        self.ticks = ticks
    }

    /// The share of missing time from which on it is drawn.
    private static let toldShare = 0.035

    func canvas(_ id: String) -> SVGCanvas {
        let (left, right, top, bottom) = (58.0, SVGCanvas.width - 8, 34.0, 210.0)
        var canvas = SVGCanvas(id: id, height: 236)
        let highest = max(columns.compactMap(\.value).max() ?? 0, columns.compactMap(\.mark).max() ?? 0)
        let step = NiceScale.step(max(highest, 1e-9), count: 4)
        let ceiling = max(step, (highest / step).rounded(.up) * step)
        func y(_ value: Double) -> Double { bottom - max(0, value) / ceiling * (bottom - top) }
        var level = 0.0
        while level <= ceiling * 1.001 {
            canvas.line(left, y(level), right, y(level), level == 0 ? "axis" : "rule")
            canvas.text(NiceScale.text(level, step: step), left - 6, y(level) + 4, .end)
            level += step
        }
        let width = (right - left) / Double(max(1, columns.count))
        for (index, column) in columns.enumerated() {
            let x = left + Double(index) * width
            // Lost single reports are named in the table; a hatch says that a good part is missing.
            if column.missingShare > ColumnChart.toldShare {
                let share = min(1, column.missingShare)
                canvas.hatched(
                    x,
                    bottom - share * (bottom - top),
                    width,
                    share * (bottom - top),
                    title: "\(column.name): data are missing"
                )
            }
            if let value = column.value {
                canvas.rectangle(
                    x + width * 0.14,
                    y(value),
                    width * 0.72,
                    bottom - y(value),
                    "tone-\(tone.rawValue)",
                    title: "\(column.name): \(NiceScale.text(value, step: 0.1)) \(unit)"
                )
            }
            if let mark = column.mark {
                canvas.line(x + width * 0.05, y(mark), x + width * 0.95, y(mark), "mark")
            }
        }
        canvas.ticks(ticks, from: left, to: right, y: bottom)
        var entries = [("\(valueName), \(unit)", "tone-\(tone.rawValue)")]
        if columns.contains(where: { $0.mark != nil }) { entries.append((markName, "line mark")) }
        if columns.contains(where: { $0.missingShare > ColumnChart.toldShare }) {
            entries.append(("no data", "hatch"))
        }
        canvas.legend(entries, x: left, y: 16)
        return canvas
    }
}
