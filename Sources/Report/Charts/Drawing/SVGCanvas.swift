// An SVG element in the making. Colours are classes; the page's style gives them, in light and in dark. Where numbers lie
// on it stands in Plot.

/// A drawing of a fixed width, which a page scales.
struct SVGCanvas {
    /// The width in units of the drawing.
    static let width = 640.0
    /// The height of a line of text.
    static let line = 16.0

    /// The height in units of the drawing.
    let height: Double
    private var body = ""
    private var usesHatch = false
    private let id: String

    /// How a text stands to its place.
    enum Anchor: String {
        case start, middle, end
    }

    /// An entry of a legend: what it is, and how it looks.
    typealias LegendEntry = (text: String, style: ChartStyle)

    /// Begins a drawing.
    ///
    /// - Parameter id: the figure's name: patterns are named after it.
    init(id: String, height: Double) {
        self.id = id
        self.height = height
    }

    // MARK: Shapes

    /// Draws a rectangle; one without a surface is left out.
    mutating func rectangle(_ box: Box, _ style: ChartStyle, title: String? = nil) {
        guard box.width > 0, box.height > 0 else { return }
        body += "\(start(box)) class=\"\(style.classes)\"\(end(title))"
    }

    /// Draws a surface for time without data.
    mutating func hatched(_ box: Box, title: String? = nil) {
        guard box.width > 0, box.height > 0 else { return }
        usesHatch = true
        body += "\(start(box)) fill=\"url(#\(id)-hatch)\"\(end(title))"
    }

    private func start(_ box: Box) -> String {
        "<rect x=\"\(number(box.x))\" y=\"\(number(box.y))\" width=\"\(number(box.width))\" height=\"\(number(box.height))\""
    }

    private func end(_ title: String?) -> String {
        title.map { "><title>\(HTMLText.escaped($0))</title></rect>" } ?? "/>"
    }

    /// Draws surfaces for time without data as one shape.
    mutating func hatched(_ boxes: [Box]) {
        guard !boxes.isEmpty else { return }
        usesHatch = true
        body += "<path fill=\"url(#\(id)-hatch)\" d=\""
        for box in boxes {
            body +=
                "M\(number(box.x)) \(number(box.y))h\(number(box.width))v\(number(box.height))h\(number(-box.width))z"
        }
        body += "\"/>"
    }

    /// Draws a line from left to right.
    mutating func line(x: ClosedRange<Double>, y: Double, _ style: ChartStyle) {
        line("M\(number(x.lowerBound)) \(number(y))L\(number(x.upperBound)) \(number(y))", style)
    }

    /// Draws a line from top to bottom.
    mutating func line(x: Double, y: ClosedRange<Double>, _ style: ChartStyle) {
        line("M\(number(x)) \(number(y.lowerBound))L\(number(x)) \(number(y.upperBound))", style)
    }

    private mutating func line(_ data: String, _ style: ChartStyle) {
        body += "<path d=\"\(data)\" class=\"\(style.classes)\"/>"
    }

    /// Draws a path; one without data is left out.
    mutating func path(_ data: String, _ style: ChartStyle, strokeWidth: Double? = nil) {
        guard !data.isEmpty else { return }
        let width = strokeWidth.map { " stroke-width=\"\(number($0))\"" } ?? ""
        body += "<path d=\"\(data)\" class=\"\(style.classes)\"\(width)/>"
    }

    /// Draws a dot.
    mutating func circle(x: Double, y: Double, radius: Double, _ style: ChartStyle) {
        body +=
            "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" class=\"\(style.classes)\"/>"
    }

    /// Writes a line of text, whose foot stands at `y`.
    mutating func text(
        _ text: String,
        x: Double,
        y: Double,
        anchor: Anchor = .start,
        style: ChartStyle = .plain
    ) {
        let own = style == .plain ? "" : " class=\"\(style.classes)\""
        let place = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        body += "<text x=\"\(number(x))\" y=\"\(number(y))\"\(place)\(own)>\(HTMLText.escaped(text))</text>"
    }

    // MARK: Parts of charts

    /// Draws marks under a field.
    mutating func ticks(_ ticks: [ChartTick], under plot: Plot) {
        for tick in ticks {
            let x = plot.x(tick.place)
            line(x: x, y: plot.bottom...plot.bottom + 4, .axis)
            let anchor: Anchor = tick.place > 0.96 ? .end : tick.place < 0.02 ? .start : .middle
            text(
                tick.text,
                x: x,
                y: plot.bottom + SVGCanvas.line,
                anchor: anchor,
                style: tick.isMinor ? .minor : .plain
            )
        }
    }

    /// Draws what the colours mean, from the left edge of a field.
    mutating func legend(_ entries: [LegendEntry], over plot: Plot) {
        let y = SVGCanvas.line
        var x = plot.left
        for (text, style) in entries {
            let box = Box(x: x, y: y - 9, width: 12, height: 10)
            switch style {
            case .noData: hatched(box)
            case .markEntry: line(x: x...x + 12, y: y - 4, style)
            default: rectangle(box, style)
            }
            self.text(text, x: x + 16, y: y)
            // Wide enough for the larger letters of a narrow page.
            x += 34 + Double(text.count) * 9.4
        }
    }

    // MARK: The element

    /// Returns the drawing as an element, with what those read who do not see it.
    func element(id: String, title: String, description: String) -> String {
        var text =
            "<svg viewBox=\"0 0 \(number(SVGCanvas.width)) \(number(height))\" role=\"img\" aria-labelledby=\"\(id)-t \(id)-d\">"
        text += "<title id=\"\(id)-t\">\(HTMLText.escaped(title))</title>"
        text += "<desc id=\"\(id)-d\">\(HTMLText.escaped(description))</desc>"
        if usesHatch {
            text +=
                "<defs><pattern id=\"\(id)-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" class=\"hatch-base\"/><rect width=\"2\" height=\"6\" class=\"hatch\"/></pattern></defs>"
        }
        return text + body + "</svg>"
    }

    /// Returns a coordinate with at most one decimal.
    private func number(_ value: Double) -> String { SVGNumber.text(value) }
}
