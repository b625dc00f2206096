// Bills held against the monitor: each difference as a dot, with the band that is allowed.

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

    func canvas(_ id: String) -> SVGCanvas {
        let (left, right, top) = (216.0, SVGCanvas.width - 20, 30.0)
        let bottom = top + Double(max(1, rows.count)) * BandChart.rowHeight
        var canvas = SVGCanvas(id: id, height: bottom + 26)
        let judged = rows.filter { $0.value != nil }
        let widest = judged.map { max(abs($0.value ?? 0), $0.allowed) }.max() ?? 1
        let step = NiceScale.step(max(widest, 1e-6), count: 2)
        let edge = max(step, (widest / step).rounded(.up) * step)
        func x(_ value: Double) -> Double { left + (value + edge) / (2 * edge) * (right - left) }
        canvas.rectangle(left, top, right - left, bottom - top, "field")
        for (index, row) in rows.enumerated() {
            let middle = top + (Double(index) + 0.5) * BandChart.rowHeight
            canvas.text(row.name, left - 8, middle + 4, .end)
            guard let value = row.value else {
                canvas.text("cannot be told", x(0), middle + 4, .middle)
                continue
            }
            canvas.rectangle(x(-row.allowed), middle - 7, x(row.allowed) - x(-row.allowed), 14, "band")
            canvas.circle(x(value), middle, 4.5, row.isMarked ? "tone-alarm" : "tone-calm")
        }
        canvas.line(x(0), top, x(0), bottom, "axis")
        for level in [-edge, 0, edge] {
            let anchor: SVGCanvas.Anchor = level > 0 ? .end : level < 0 ? .start : .middle
            let text = NiceScale.text(level, step: step)
            canvas.text(level == 0 ? "0" : "\(text) \(unit)", x(level), bottom + SVGCanvas.line, anchor)
        }
        canvas.legend([("difference", "tone-calm"), ("allowed", "band")], x: left, y: 16)
        return canvas
    }
}
