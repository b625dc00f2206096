// A column for each day or month, with a mark for a second quantity. What the columns stand for the figures know.

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
    /// What the columns are.
    package let valueName: String
    /// Their colour.
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

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let highest = max(columns.compactMap(\.value).max() ?? 0, columns.compactMap(\.mark).max() ?? 0)
        let step = NiceScale.step(max(highest, 1e-9), count: 4)
        let plot = Plot(
            left: Plot.axisRoom,
            right: SVGCanvas.width - Plot.margin,
            top: 34,
            bottom: 210,
            upward: 0...NiceScale.end(highest, step: step)
        )
        var canvas = SVGCanvas(id: id, height: plot.bottom + Plot.tickRoom)
        drawLevels(step: step, in: plot, on: &canvas)
        for (index, column) in columns.enumerated() {
            draw(column, at: index, in: plot, on: &canvas)
        }
        canvas.ticks(ticks, under: plot)
        canvas.legend(legend, over: plot)
        return canvas
    }

    private func drawLevels(step: Double, in plot: Plot, on canvas: inout SVGCanvas) {
        var level = 0.0
        // A sum of steps may miss the end by its rounding.
        while level <= plot.upward.upperBound * 1.001 {
            canvas.line(x: plot.left...plot.right, y: plot.y(level), level == 0 ? .axis : .rule)
            let text = NiceScale.text(level, step: step)
            canvas.text(text, x: plot.left - 6, y: plot.y(level) + 4, anchor: .end)
            level += step
        }
    }

    private func draw(_ column: Column, at index: Int, in plot: Plot, on canvas: inout SVGCanvas) {
        let width = plot.columnWidth(of: columns.count)
        let x = plot.x(column: Double(index), of: columns.count)
        // Lost single reports are named in the table; a hatch says that a good part is missing.
        if column.missingShare > ColumnChart.toldShare {
            let height = min(1, column.missingShare) * plot.height
            canvas.hatched(
                Box(x: x, y: plot.bottom - height, width: width, height: height),
                title: "\(column.name): data are missing"
            )
        }
        if let value = column.value {
            let y = plot.y(max(0, value))
            canvas.rectangle(
                Box(x: x + width * 0.14, y: y, width: width * 0.72, height: plot.bottom - y),
                .tone(tone),
                title: "\(column.name): \(NiceScale.text(value, step: 0.1)) \(unit)"
            )
        }
        if let mark = column.mark {
            canvas.line(x: x + width * 0.05...x + width * 0.95, y: plot.y(max(0, mark)), .mark)
        }
    }

    private var legend: [SVGCanvas.LegendEntry] {
        var entries: [SVGCanvas.LegendEntry] = [("\(valueName), \(unit)", .tone(tone))]
        if columns.contains(where: { $0.mark != nil }) { entries.append((markName, .markEntry)) }
        if columns.contains(where: { $0.missingShare > ColumnChart.toldShare }) {
            entries.append(("no data", .noData))
        }
        return entries
    }
}
