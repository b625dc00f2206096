// What happened when: a bar for each event, under each other in the order of their starts.

/// Events over one stretch of time.
package struct TimelineChart: Equatable, Sendable {
    /// One event.
    package struct Row: Equatable, Sendable {
        /// What it is.
        package let name: String
        /// Its time, from 0, left, to 1, right.
        package let from: Double
        package let to: Double
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

    func canvas(_ id: String) -> SVGCanvas {
        let (left, right, top) = (8.0, SVGCanvas.width - 8, 8.0)
        let bottom = top + Double(rows.count) * TimelineChart.rowHeight
        var canvas = SVGCanvas(id: id, height: bottom + 26)
        for tick in ticks {
            let x = left + tick.place * (right - left)
            canvas.line(x, top, x, bottom, "rule")
        }
        for (index, row) in rows.enumerated() {
            let y = top + Double(index) * TimelineChart.rowHeight
            let start = left + row.from * (right - left)
            let width = max(4, (row.to - row.from) * (right - left))
            // A text that would leave the drawing ends at its edge.
            let isLate = row.from > 0.5
            canvas.text(
                row.name,
                isLate ? min(right, start + width) : start,
                y + 15,
                isLate ? .end : .start
            )
            canvas.rectangle(
                min(start, right - 4),
                y + 20,
                width,
                12,
                "tone-\(row.tone.rawValue)",
                title: row.title
            )
        }
        canvas.line(left, bottom, right, bottom, "axis")
        canvas.ticks(ticks, from: left, to: right, y: bottom)
        return canvas
    }
}
