// Curves over time, one panel for each device, with the time of a finding marked.

/// Curves of devices over one stretch of time.
package struct CurvePanels: Equatable, Sendable {
    /// One device's curve.
    package struct Panel: Equatable, Sendable {
        /// The device's name.
        package let name: String
        /// Values at equal distances; nil without data.
        package let values: [Double?]
        /// Stretches that are marked, from 0, left, to 1, right, each with a word.
        package let marks: [Mark]

        /// Makes a panel.
        package init(name: String, values: [Double?], marks: [Mark] = []) {
            self.name = name
            self.values = values
            self.marks = marks
        }
    }

    /// A marked stretch.
    package struct Mark: Equatable, Sendable {
        package let from: Double
        package let to: Double
        package let text: String

        /// Marks a stretch.
        package init(from: Double, to: Double, text: String) {
            self.from = from
            self.to = to
            self.text = text
        }
    }

    /// The panels, from the top.
    package let panels: [Panel]
    /// The part of the time, from 0 to 1, in which data are expected: only there a missing value is a gap.
    package let expected: ClosedRange<Double>
    /// The greatest value of the axis; the least is 0.
    package let ceiling: Double
    /// The unit of the values.
    package let unit: String
    package let tone: ChartTone
    /// The marks under the panels.
    package let ticks: [ChartTick]

    /// Makes a chart.
    package init(
        _ panels: [Panel],
        expected: ClosedRange<Double>,
        ceiling: Double,
        unit: String,
        tone: ChartTone,
        ticks: [ChartTick]
    ) {
        self.panels = panels
        self.expected = expected
        self.ceiling = ceiling
        self.unit = unit
        self.tone = tone
        self.ticks = ticks
    }

    private static let panelHeight = 74.0

    func canvas(_ id: String) -> SVGCanvas {
        let (left, right) = (58.0, SVGCanvas.width - 8)
        let bottom = 8 + Double(panels.count) * CurvePanels.panelHeight
        var canvas = SVGCanvas(id: id, height: bottom + 26)
        for (index, panel) in panels.enumerated() {
            let top = 8 + Double(index) * CurvePanels.panelHeight + 20
            draw(panel, &canvas, left: left, right: right, top: top, bottom: top + 46)
        }
        canvas.ticks(ticks, from: left, to: right, y: bottom)
        return canvas
    }

    private func draw(
        _ panel: Panel,
        _ canvas: inout SVGCanvas,
        left: Double,
        right: Double,
        top: Double,
        bottom: Double
    ) {
        canvas.text(panel.name, left, top - 5, .start, "name")
        canvas.rectangle(left, top, right - left, bottom - top, "field")
        for mark in panel.marks {
            canvas.rectangle(
                left + mark.from * (right - left),
                top,
                max(1.5, (mark.to - mark.from) * (right - left)),
                bottom - top,
                "marked",
                title: mark.text
            )
        }
        if let text = panel.marks.first?.text { canvas.text(text, right, top - 5, .end, "alarm-text") }
        canvas.text("\(NiceScale.text(ceiling, step: 1))\(unit == "%" ? " %" : "")", left - 6, top + 6, .end)
        canvas.text("0", left - 6, bottom + 2, .end)
        // Stretches without data are hatched, the others are one curve each.
        let width = (right - left) / Double(max(1, panel.values.count))
        var path = ""
        var gaps: [(Double, Double, Double, Double)] = []
        var isDrawing = false
        for (index, value) in panel.values.enumerated() {
            let x = left + (Double(index) + 0.5) * width
            guard let value else {
                guard expected.contains((Double(index) + 0.5) / Double(panel.values.count)) else {
                    isDrawing = false
                    continue
                }
                if !isDrawing, let last = gaps.last, abs(last.0 + last.2 - (x - width / 2)) < 0.01 {
                    gaps[gaps.count - 1].2 += width
                } else {
                    gaps.append((x - width / 2, top, width, bottom - top))
                }
                isDrawing = false
                continue
            }
            let y = bottom - min(1, max(0, value / ceiling)) * (bottom - top)
            path += "\(isDrawing ? "L" : "M")\(SVGNumber.text(x)) \(SVGNumber.text(y))"
            if !isDrawing { path += "h0.1" }
            isDrawing = true
        }
        canvas.hatched(gaps)
        canvas.path(path, "curve curve-\(tone.rawValue)")
    }
}
