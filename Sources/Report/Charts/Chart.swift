// Charts as values; how each is drawn stands in a file of its own.

/// A chart.
package enum Chart: Equatable, Sendable {
    /// A column for each day or month.
    case columns(ColumnChart)
    /// Days beside each other, times of the day below each other.
    case heat(HeatMap)
    /// Curves over time, one panel for each device.
    case curves(CurvePanels)
    /// Small columns, one panel for each device.
    case panels(ColumnPanels)
    /// Differences with what is allowed.
    case bands(BandChart)
    /// What happened when.
    case timeline(TimelineChart)

    /// Returns the chart as an SVG element.
    ///
    /// - Parameters:
    ///   - id: a name that is unique on the page.
    ///   - title, description: what those read who do not see it.
    package func svg(id: String, title: String, description: String) -> String {
        var canvas: SVGCanvas
        switch self {
        case .columns(let chart): canvas = chart.canvas(id)
        case .heat(let chart): canvas = chart.canvas(id)
        case .curves(let chart): canvas = chart.canvas(id)
        case .panels(let chart): canvas = chart.canvas(id)
        case .bands(let chart): canvas = chart.canvas(id)
        case .timeline(let chart): canvas = chart.canvas(id)
        }
        return canvas.element(id: id, title: title, description: description)
    }
}
