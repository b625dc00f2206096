// Bills held against the monitor: each difference as a dot, with the band that is allowed. How much is
// allowed stands in Analysis.

/// Differences with what is allowed.
package struct BandChart: Equatable, Sendable {
    /// One bill.
    package struct Row: Equatable, Sendable {
        /// The bill's time.
        package let name: String
        /// The difference; nil where it cannot be told.
        package let value: Double?
        /// How far from 0 a difference is allowed to lie.
        package let allowed: Double
        /// Tells whether it contradicts.
        package let isMarked: Bool

        /// Makes a row.
        package init(name: String, value: Double?, allowed: Double, isMarked: Bool) {
            self.name = name
            self.value = value
            self.allowed = allowed
            self.isMarked = isMarked
        }
    }

    /// The bills, from the top.
    package let rows: [Row]
    /// The unit of the differences.
    package let unit: String

    /// Makes a chart.
    package init(_ rows: [Row], unit: String) {
        self.rows = rows
        self.unit = unit
    }

    private static let rowHeight = 24.0

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let judged = rows.filter { $0.value != nil }
        let widest = judged.map { max(abs($0.value ?? 0), $0.allowed) }.max() ?? 1
        let step = NiceScale.step(max(widest, 1e-6), count: 2)
        let edge = NiceScale.end(widest, step: step)
        let top = 30.0
        let plot = Plot(
            left: 216,
            right: SVGCanvas.width - 20,
            top: top,
            bottom: top + Double(max(1, rows.count)) * BandChart.rowHeight,
            across: -edge...edge
        )
        var canvas = SVGCanvas(id: id, height: plot.bottom + Plot.tickRoom)
        canvas.rectangle(plot.box, .field)
        for (index, row) in rows.enumerated() {
            draw(row, middle: plot.y(row: Double(index) + 0.5, of: rows.count), in: plot, on: &canvas)
        }
        canvas.line(x: plot.x(0), y: plot.top...plot.bottom, .axis)
        for level in [-edge, 0, edge] {
            let anchor: SVGCanvas.Anchor = level > 0 ? .end : level < 0 ? .start : .middle
            let text = level == 0 ? "0" : "\(NiceScale.text(level, step: step)) \(unit)"
            canvas.text(text, x: plot.x(level), y: plot.bottom + SVGCanvas.line, anchor: anchor)
        }
        canvas.legend([("difference", .tone(.calm)), ("allowed", .band)], over: plot)
        return canvas
    }

    private func draw(_ row: Row, middle: Double, in plot: Plot, on canvas: inout SVGCanvas) {
        canvas.text(row.name, x: plot.left - 8, y: middle + 4, anchor: .end)
        guard let value = row.value else {
            canvas.text("cannot be told", x: plot.x(0), y: middle + 4, anchor: .middle)
            return
        }
        let (least, most) = (plot.x(-row.allowed), plot.x(row.allowed))
        canvas.rectangle(Box(x: least, y: middle - 7, width: most - least, height: 14), .band)
        canvas.circle(x: plot.x(value), y: middle, radius: 4.5, .tone(row.isMarked ? .alarm : .calm))
    }
}
