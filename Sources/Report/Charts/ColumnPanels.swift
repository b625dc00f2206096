// Small columns side by side, one panel for each device, all on one scale.

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

    private static let perRow = 4
    private static let rowHeight = 92.0

    func canvas(_ id: String) -> SVGCanvas {
        let rows = (panels.count + ColumnPanels.perRow - 1) / ColumnPanels.perRow
        var canvas = SVGCanvas(id: id, height: Double(rows) * ColumnPanels.rowHeight + 8)
        let all = panels.flatMap { $0.values.compactMap { $0 } } + usual.compactMap { $0 }
        let ceiling = max(all.max() ?? 0, 1e-9)
        let space = SVGCanvas.width / Double(ColumnPanels.perRow)
        for (index, panel) in panels.enumerated() {
            let left = Double(index % ColumnPanels.perRow) * space + 6
            let top = Double(index / ColumnPanels.perRow) * ColumnPanels.rowHeight + 42
            draw(panel, &canvas, left: left, width: space - 14, top: top, height: 44, ceiling: ceiling)
        }
        return canvas
    }

    private func draw(
        _ panel: Panel,
        _ canvas: inout SVGCanvas,
        left: Double,
        width: Double,
        top: Double,
        height: Double,
        ceiling: Double
    ) {
        // The end of a serial number tells devices apart.
        let name = panel.name.count > 12 ? "…\(panel.name.suffix(8))" : panel.name
        canvas.text(name, left, top - 22, .start, "name")
        canvas.text(panel.number, left, top - 6, .start, panel.isMarked ? "alarm-text" : "")
        canvas.rectangle(left, top, width, height, panel.isMarked ? "field marked-field" : "field")
        let step = width / Double(max(1, panel.values.count))
        var gaps: [(Double, Double, Double, Double)] = []
        var columns = ""
        var outline = ""
        for (index, value) in panel.values.enumerated() {
            let x = left + Double(index) * step
            if index < usual.count, let usual = usual[index] {
                let y = SVGNumber.text(top + height - usual / ceiling * height)
                outline += "M\(SVGNumber.text(x)) \(y)h\(SVGNumber.text(step))"
            }
            guard let value else {
                guard expected.contains((Double(index) + 0.5) / Double(panel.values.count)) else { continue }
                gaps.append((x, top, step, height))
                continue
            }
            let tall = max(0, value) / ceiling * height
            if tall > 0 {
                columns +=
                    "M\(SVGNumber.text(x + step * 0.1)) \(SVGNumber.text(top + height - tall))h\(SVGNumber.text(step * 0.8))v\(SVGNumber.text(tall))h\(SVGNumber.text(-step * 0.8))z"
            }
        }
        canvas.hatched(gaps)
        canvas.path(columns, "tone-sun")
        canvas.path(outline, "mark")
    }
}
