// What happened when: a bar for each event, under each other in the order of their starts. Which events are told
// TimelineFigure decides.

/// Events over one stretch of time.
package struct TimelineChart: Equatable, Sendable {
    /// One event.
    package struct Row: Equatable, Sendable {
        /// What it is.
        package let name: String
        /// Its start, from 0, left, to 1, right.
        package let from: Double
        /// Its end.
        package let to: Double
        /// The colour of its bar.
        package let tone: ChartTone
        /// When, in words.
        package let title: String

        /// Makes a row.
        package init(name: String, from: Double, to: Double, tone: ChartTone, title: String) {
            self.name = name
            self.from = from
            self.to = to
            self.tone = tone
            self.title = title
        }
    }

    /// The events, from the top.
    package let rows: [Row]
    /// The marks under them.
    package let ticks: [ChartTick]

    /// Makes a chart.
    package init(_ rows: [Row], ticks: [ChartTick]) {
        self.rows = rows
        self.ticks = ticks
    }

    private static let rowHeight = 40.0

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let plot = Plot(
            left: Plot.margin,
            right: SVGCanvas.width - Plot.margin,
            top: 8,
            bottom: 8 + Double(rows.count) * TimelineChart.rowHeight
        )
        var canvas = SVGCanvas(id: id, height: plot.bottom + Plot.tickRoom)
        for tick in ticks {
            canvas.line(x: plot.x(tick.place), y: plot.top...plot.bottom, .rule)
        }
        for (index, row) in rows.enumerated() {
            draw(row, top: plot.y(row: Double(index), of: rows.count), in: plot, on: &canvas)
        }
        canvas.line(x: plot.left...plot.right, y: plot.bottom, .axis)
        canvas.ticks(ticks, under: plot)
        return canvas
    }

    private func draw(_ row: Row, top: Double, in plot: Plot, on canvas: inout SVGCanvas) {
        let start = plot.x(row.from)
        let width = max(4, (row.to - row.from) * plot.width)
        // A text that would leave the drawing ends at its edge.
        let isLate = row.from > 0.5
        canvas.text(
            row.name,
            x: isLate ? min(plot.right, start + width) : start,
            y: top + 15,
            anchor: isLate ? .end : .start
        )
        canvas.rectangle(
            Box(x: min(start, plot.right - 4), y: top + 20, width: width, height: 12),
            .tone(row.tone),
            title: row.title
        )
    }
}
