// Charts as values; how each is drawn stands in a file of its own.

import Readings

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

/// Colours by meaning; what each looks like in light and dark stands in `PageStyle`.
package enum ChartTone: String, Sendable {
    /// The sun's energy.
    case sun
    /// The house.
    case load
    /// The grid.
    case grid
    /// Batteries.
    case battery
    /// What needs the owner.
    case alarm
    /// What is as it should be.
    case calm
}

/// A horizontal mark of time or category under a chart.
package struct ChartTick: Equatable, Sendable {
    /// Its place from 0, left, to 1, right.
    package let place: Double
    /// Its text.
    package let text: String
    /// Tells whether it is left out on a narrow page.
    package var isMinor = false

    /// Makes a mark.
    package init(_ text: String, at place: Double, isMinor: Bool = false) {
        self.text = text
        self.place = place
        self.isMinor = isMinor
    }
}

/// Round numbers for an axis.
enum NiceScale {
    /// Returns a step of 1, 2 or 5 times a power of ten that divides a height into at most `count` parts.
    static func step(_ height: Double, count: Int) -> Double {
        guard height > 0, height.isFinite else { return 1 }
        let rough = height / Double(count)
        var power = 1.0
        while power > rough { power /= 10 }
        while power * 10 <= rough { power *= 10 }
        for factor in [1.0, 2, 5, 10] where power * factor >= rough * 0.999 { return power * factor }
        return power * 10
    }

    /// Returns the text of a mark: no more decimals than the step has.
    static func text(_ value: Double, step: Double) -> String {
        let decimals = step >= 1 ? 0 : step >= 0.1 ? 1 : 2
        return NumberText.grouped(JSONValue.fixed(value, decimals: decimals))
    }
}
