// Small columns side by side, one panel for each device, all on one scale. Which device needs a look is told, not judged
// here.

/// Daily columns of many devices.
package struct ColumnPanels: Equatable, Sendable {
    /// One device.
    package struct Panel: Equatable, Sendable {
        /// The device's name.
        package let name: String
        /// The number under the name.
        package let number: String
        /// The heights; nil without data.
        package let values: [Double?]
        /// Tells whether it needs a look.
        package let isMarked: Bool

        /// Makes a panel.
        package init(name: String, number: String, values: [Double?], isMarked: Bool) {
            self.name = name
            self.number = number
            self.values = values
            self.isMarked = isMarked
        }
    }

    /// The panels.
    package let panels: [Panel]
    /// The part of the time, from 0 to 1, in which data are expected: only there a missing value is a gap.
    package let expected: ClosedRange<Double>
    /// What the others usually give, for each place; nil where it is not known.
    package let usual: [Double?]

    /// Makes a chart.
    package init(_ panels: [Panel], expected: ClosedRange<Double>, usual: [Double?]) {
        self.panels = panels
        self.expected = expected
        self.usual = usual
    }

    /// Panels beside each other.
    private static let perRow = 4
    /// The height of a panel with its texts.
    private static let rowHeight = 92.0
    /// The height of its columns.
    private static let columnHeight = 44.0

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let rows = (panels.count + ColumnPanels.perRow - 1) / ColumnPanels.perRow
        var canvas = SVGCanvas(id: id, height: Double(rows) * ColumnPanels.rowHeight + 8)
        let all = panels.flatMap { $0.values.compactMap { $0 } } + usual.compactMap { $0 }
        let ceiling = max(all.max() ?? 0, 1e-9)
        let space = SVGCanvas.width / Double(ColumnPanels.perRow)
        for (index, panel) in panels.enumerated() {
            let left = Double(index % ColumnPanels.perRow) * space + 6
            let top = Double(index / ColumnPanels.perRow) * ColumnPanels.rowHeight + 42
            let plot = Plot(
                left: left,
                right: left + space - 14,
                top: top,
                bottom: top + ColumnPanels.columnHeight,
                upward: 0...ceiling
            )
            draw(panel, in: plot, on: &canvas)
        }
        return canvas
    }

    private func draw(_ panel: Panel, in plot: Plot, on canvas: inout SVGCanvas) {
        // The end of a serial number tells devices apart.
        let name = panel.name.count > 12 ? "…\(panel.name.suffix(8))" : panel.name
        canvas.text(name, x: plot.left, y: plot.top - 22, style: .name)
        canvas.text(
            panel.number,
            x: plot.left,
            y: plot.top - 6,
            style: panel.isMarked ? .alarmText : .plain
        )
        canvas.rectangle(plot.box, panel.isMarked ? .markedField : .field)
        let count = panel.values.count
        let width = plot.columnWidth(of: count)
        var gaps: [Box] = []
        var columns = ""
        var outline = ""
        for (index, value) in panel.values.enumerated() {
            let x = plot.x(column: Double(index), of: count)
            if index < usual.count, let usual = usual[index] {
                outline += "M\(SVGNumber.text(x)) \(SVGNumber.text(plot.y(usual)))h\(SVGNumber.text(width))"
            }
            if let value {
                columns += path(left: x + width * 0.1, width: width * 0.8, value: max(0, value), in: plot)
            } else if expected.contains((Double(index) + 0.5) / Double(count)) {
                gaps.append(Box(x: x, y: plot.top, width: width, height: plot.height))
            }
        }
        canvas.hatched(gaps)
        canvas.path(columns, .tone(.sun))
        canvas.path(outline, .mark)
    }

    /// Returns a column as a part of a path; empty for one without height.
    private func path(left: Double, width: Double, value: Double, in plot: Plot) -> String {
        let height = plot.length(value)
        guard height > 0 else { return "" }
        let corner = "M\(SVGNumber.text(left)) \(SVGNumber.text(plot.bottom - height))"
        let sides = "h\(SVGNumber.text(width))v\(SVGNumber.text(height))h\(SVGNumber.text(-width))z"
        return corner + sides
    }
}
