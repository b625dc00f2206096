// A column for each day or month, with a mark for a second quantity. What the columns stand for the figures know.

/// Columns.
package struct ColumnChart: Equatable, Sendable {
    /// What is missing of a column.
    package enum Missing: Equatable, Sendable {
        /// Nothing that is worth a word.
        case nothing
        /// So much, estimated, in the unit of the heights; it stands on the column.
        case estimated(Double)
        /// Something, nobody knows how much.
        case unknown
        /// So much was not made, in the unit of the heights; it stands on the column.
        case lost(Double)
    }

    /// One column.
    package struct Column: Equatable, Sendable {
        /// What it stands for, in words.
        package let name: String
        /// The height; nil where there are no data, or none are expected.
        package let value: Double?
        /// A mark in the same unit; nil for none.
        package let mark: Double?
        /// What is missing of it.
        package let missing: Missing
        /// Tells whether the height is known to be wrong.
        package let isWrong: Bool

        /// Makes a column.
        package init(
            name: String,
            value: Double?,
            mark: Double? = nil,
            missing: Missing = .nothing,
            isWrong: Bool = false
        ) {
            self.name = name
            self.value = value
            self.mark = mark
            self.missing = missing
            self.isWrong = isWrong
        }

        /// The height with what is missing, as far as it is known.
        fileprivate var whole: Double? {
            switch missing {
            case .estimated(let more), .lost(let more): max(0, value ?? 0) + max(0, more)
            case .nothing, .unknown: value
            }
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

    /// The share of missing time from which on it is drawn: lost single reports are named in the table.
    static let toldShare = 0.035
    /// The height of the mark for what nobody knows.
    private static let unknownHeight = 7.0

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let highest = max(columns.compactMap(\.whole).max() ?? 0, columns.compactMap(\.mark).max() ?? 0)
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
        drawMissing(of: column, at: x, width: width, in: plot, on: &canvas)
        if let value = column.value {
            let y = plot.y(max(0, value))
            canvas.rectangle(
                Box(x: x + width * 0.14, y: y, width: width * 0.72, height: plot.bottom - y),
                .tone(column.isWrong ? .grid : tone),
                title: "\(column.name): \(NiceScale.text(value, step: 0.1)) \(unit)"
            )
        }
        if let mark = column.mark {
            canvas.line(x: x + width * 0.05...x + width * 0.95, y: plot.y(max(0, mark)), .mark)
        }
    }

    /// Draws an estimate on its column, in the unit of the axis; of what nobody knows a mark at the foot, which has no height.
    private func drawMissing(
        of column: Column,
        at x: Double,
        width: Double,
        in plot: Plot,
        on canvas: inout SVGCanvas
    ) {
        let (left, inner) = (x + width * 0.14, width * 0.72)
        switch column.missing {
        case .nothing: return
        case .estimated(let estimate):
            let foot = plot.y(max(0, column.value ?? 0))
            let top = plot.y(column.whole ?? 0)
            canvas.hatched(
                Box(x: left, y: top, width: inner, height: max(0, foot - top)),
                title:
                    "\(column.name): data are missing, about \(NiceScale.text(estimate, step: 0.1)) \(unit) of it"
            )
        case .lost(let lost):
            let foot = plot.y(max(0, column.value ?? 0))
            let top = plot.y(column.whole ?? 0)
            canvas.rectangle(
                Box(x: left, y: top, width: inner, height: max(0, foot - top)),
                .lost,
                title: "\(column.name): about \(NiceScale.text(lost, step: 0.1)) \(unit) lost"
            )
        case .unknown:
            let height = ColumnChart.unknownHeight
            canvas.hatched(
                Box(x: left, y: plot.bottom - height, width: inner, height: height),
                title: "\(column.name): data are missing"
            )
        }
    }

    private var legend: [SVGCanvas.LegendEntry] {
        var entries: [SVGCanvas.LegendEntry] = [("\(valueName), \(unit)", .tone(tone))]
        if columns.contains(where: { $0.mark != nil }) { entries.append((markName, .markEntry)) }
        let isLost = columns.contains { if case .lost = $0.missing { true } else { false } }
        if isLost { entries.append(("lost", .lost)) }
        if columns.contains(where: \.isWrong) { entries.append(("meter wrong", .tone(.grid))) }
        let isEstimated = columns.contains { if case .estimated = $0.missing { true } else { false } }
        if isEstimated { entries.append(("missing, estimated", .noData)) }
        if columns.contains(where: { $0.missing == .unknown }) {
            entries.append(("no data", .noData))
        }
        return entries
    }
}
