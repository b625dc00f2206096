// Curves over time, one panel for each device, with the time of a finding marked. What the curves stand for the
// figures know.

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
        /// Its start, from 0, left, to 1, right.
        package let from: Double
        /// Its end.
        package let to: Double
        /// The word.
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
    /// The colour of the curves.
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

    /// The height of a panel with its texts.
    private static let panelHeight = 74.0
    /// About the width of a letter.
    private static let letterWidth = 7.8
    /// The width of the dash that stands for a single moment.
    private static let dashWidth = 6.0
    /// The height of its curve.
    private static let curveHeight = 46.0

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let whole = plot(top: 8, bottom: 8 + Double(panels.count) * CurvePanels.panelHeight)
        var canvas = SVGCanvas(id: id, height: whole.bottom + Plot.tickRoom)
        for (index, panel) in panels.enumerated() {
            let top = whole.y(row: Double(index), of: panels.count) + 20
            draw(panel, in: plot(top: top, bottom: top + CurvePanels.curveHeight), on: &canvas)
        }
        canvas.ticks(ticks, under: whole)
        return canvas
    }

    private func plot(top: Double, bottom: Double) -> Plot {
        Plot(
            left: Plot.axisRoom,
            right: SVGCanvas.width - Plot.margin,
            top: top,
            bottom: bottom,
            upward: 0...ceiling
        )
    }

    private func draw(_ panel: Panel, in plot: Plot, on canvas: inout SVGCanvas) {
        canvas.text(panel.name, x: plot.left, y: plot.top - 5, style: .name)
        canvas.rectangle(plot.box, .field)
        for mark in panel.marks {
            let width = max(1.5, (mark.to - mark.from) * plot.width)
            canvas.rectangle(
                Box(x: plot.x(mark.from), y: plot.top, width: width, height: plot.height),
                .marked,
                title: mark.text
            )
        }
        drawWords(of: panel, in: plot, on: &canvas)
        let highest = "\(NiceScale.text(ceiling, step: 1))\(unit == "%" ? " %" : "")"
        canvas.text(highest, x: plot.left - 6, y: plot.top + 6, anchor: .end)
        canvas.text("0", x: plot.left - 6, y: plot.bottom + 2, anchor: .end)
        drawCurve(panel.values, in: plot, on: &canvas)
    }

    /// Writes the word of each marked stretch over it, as far as there is room beside the panel's name and the words before.
    private func drawWords(of panel: Panel, in plot: Plot, on canvas: inout SVGCanvas) {
        var free = plot.left + Double(panel.name.count + 2) * CurvePanels.letterWidth
        for mark in panel.marks.sorted(by: { $0.from < $1.from }) {
            let width = Double(mark.text.count) * CurvePanels.letterWidth
            let middle = plot.x((mark.from + mark.to) / 2)
            let left = min(max(free, middle - width / 2), plot.right - width)
            guard left >= free else { continue }
            canvas.text(mark.text, x: left, y: plot.top - 5, style: .alarmText)
            free = left + width + CurvePanels.letterWidth
        }
    }

    /// Draws stretches without data as hatches, the others as one curve each.
    private func drawCurve(_ values: [Double?], in plot: Plot, on canvas: inout SVGCanvas) {
        let width = plot.columnWidth(of: values.count)
        var path = ""
        var gaps: [Box] = []
        var isDrawing = false
        for (index, value) in values.enumerated() {
            let x = plot.x(column: Double(index) + 0.5, of: values.count)
            if let value {
                let y = plot.y(min(ceiling, max(0, value)))
                let isAlone = !isDrawing && (index + 1 == values.count || values[index + 1] == nil)
                if isAlone {
                    // A moment between times without data would be too small to see.
                    let dash = CurvePanels.dashWidth
                    path += "M\(SVGNumber.text(x - dash / 2)) \(SVGNumber.text(y))h\(SVGNumber.text(dash))"
                } else {
                    path += "\(isDrawing ? "L" : "M")\(SVGNumber.text(x)) \(SVGNumber.text(y))"
                    if !isDrawing { path += "h0.1" }
                }
                isDrawing = true
                continue
            }
            if expected.contains((Double(index) + 0.5) / Double(values.count)) {
                let left = x - width / 2
                if !isDrawing, let last = gaps.last, abs(last.x + last.width - left) < 0.01 {
                    gaps[gaps.count - 1].width += width
                } else {
                    gaps.append(Box(x: left, y: plot.top, width: width, height: plot.height))
                }
            }
            isDrawing = false
        }
        canvas.hatched(gaps)
        canvas.path(path, .curve(tone))
    }
}
