// A mark under a chart. Which marks a stretch of time has stands in TimeAxis, how they are drawn in SVGCanvas.

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
