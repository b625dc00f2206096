// An SVG element in the making. Colours are classes; the page's style gives them, in light and in dark.

import Readings

/// A drawing of a fixed width, which a page scales.
struct SVGCanvas {
    /// The width in units of the drawing.
    static let width = 640.0
    /// The height of a line of text.
    static let line = 16.0

    let height: Double
    private var body = ""
    private var usesHatch = false
    private let id: String

    /// How a text stands to its place.
    enum Anchor: String {
        case start, middle, end
    }

    /// - Parameter id: the figure's name: patterns are named after it.
    init(id: String, height: Double) {
        self.id = id
        self.height = height
    }

    // MARK: Shapes

    mutating func rectangle(
        _ x: Double,
        _ y: Double,
        _ width: Double,
        _ height: Double,
        _ style: String,
        title: String? = nil
    ) {
        guard width > 0, height > 0 else { return }
        body +=
            "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" class=\"\(style)\""
        if let title {
            body += "><title>\(HTMLText.escaped(title))</title></rect>"
        } else {
            body += "/>"
        }
    }

    /// A surface for time without data.
    mutating func hatched(_ x: Double, _ y: Double, _ width: Double, _ height: Double, title: String? = nil) {
        guard width > 0, height > 0 else { return }
        usesHatch = true
        body +=
            "<rect x=\"\(number(x))\" y=\"\(number(y))\" width=\"\(number(width))\" height=\"\(number(height))\" fill=\"url(#\(id)-hatch)\""
        if let title {
            body += "><title>\(HTMLText.escaped(title))</title></rect>"
        } else {
            body += "/>"
        }
    }

    /// Rectangles of one kind as one shape: `x, y, width, height` each.
    mutating func hatched(_ rectangles: [(Double, Double, Double, Double)]) {
        guard !rectangles.isEmpty else { return }
        usesHatch = true
        body += "<path fill=\"url(#\(id)-hatch)\" d=\""
        for (x, y, width, height) in rectangles {
            body += "M\(number(x)) \(number(y))h\(number(width))v\(number(height))h\(number(-width))z"
        }
        body += "\"/>"
    }

    mutating func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
        body +=
            "<path d=\"M\(number(x1)) \(number(y1))L\(number(x2)) \(number(y2))\" class=\"\(style)\"/>"
    }

    mutating func path(_ data: String, _ style: String, strokeWidth: Double? = nil) {
        guard !data.isEmpty else { return }
        let width = strokeWidth.map { " stroke-width=\"\(number($0))\"" } ?? ""
        body += "<path d=\"\(data)\" class=\"\(style)\"\(width)/>"
    }

    mutating func circle(_ x: Double, _ y: Double, _ radius: Double, _ style: String) {
        body += "<circle cx=\"\(number(x))\" cy=\"\(number(y))\" r=\"\(number(radius))\" class=\"\(style)\"/>"
    }

    mutating func text(_ text: String, _ x: Double, _ y: Double, _ anchor: Anchor, _ style: String = "") {
        let own = style.isEmpty ? "" : " class=\"\(style)\""
        let place = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
        body += "<text x=\"\(number(x))\" y=\"\(number(y))\"\(place)\(own)>\(HTMLText.escaped(text))</text>"
    }

    // MARK: Parts of charts

    /// Draws marks under a field.
    mutating func ticks(_ ticks: [ChartTick], from left: Double, to right: Double, y: Double) {
        for tick in ticks {
            let x = left + tick.place * (right - left)
            line(x, y, x, y + 4, "axis")
            let anchor: Anchor = tick.place > 0.96 ? .end : tick.place < 0.02 ? .start : .middle
            text(tick.text, x, y + SVGCanvas.line, anchor, tick.isMinor ? "minor" : "")
        }
    }

    /// Draws what the colours mean, from the left.
    mutating func legend(_ entries: [(String, String)], x: Double, y: Double) {
        var x = x
        for (text, style) in entries {
            if style == "hatch" {
                hatched(x, y - 9, 12, 10)
            } else if style.hasPrefix("line") {
                line(x, y - 4, x + 12, y - 4, style)
            } else {
                rectangle(x, y - 9, 12, 10, style)
            }
            self.text(text, x + 16, y, .start)
            // Wide enough for the larger letters of a narrow page.
            x += 34 + Double(text.count) * 9.4
        }
    }

    // MARK: The element

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

/// Coordinates as text.
enum SVGNumber {
    /// Returns a number with at most one decimal; one that is not finite as 0.
    static func text(_ value: Double) -> String {
        guard value.isFinite, abs(value) < 1e9 else { return "0" }
        let tenths = Int((value * 10).rounded())
        let whole = tenths / 10
        let rest = abs(tenths % 10)
        if rest == 0 { return String(whole) }
        return (tenths < 0 && whole == 0 ? "-0." : "\(whole).") + String(rest)
    }
}

/// Text in a page.
package enum HTMLText {
    /// Returns text in which nothing is markup and which no page acts on.
    package static func escaped(_ text: String) -> String {
        let text = MarkdownText.visible(text)
        guard text.utf8.contains(where: { [38, 60, 62, 34].contains($0) }) else { return text }
        return text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
