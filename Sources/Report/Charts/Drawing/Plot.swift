// Where numbers lie on a drawing: the field of a chart with its two scales. What is drawn in it each chart knows itself.

/// The field of a chart.
struct Plot: Equatable, Sendable {
    /// The left edge, in units of the drawing.
    let left: Double
    /// The right edge.
    let right: Double
    /// The upper edge.
    let top: Double
    /// The lower edge, a greater number than the upper one.
    let bottom: Double
    /// The numbers that the left and the right edge stand for.
    let across: ClosedRange<Double>
    /// The numbers that the lower and the upper edge stand for.
    let upward: ClosedRange<Double>

    /// Room left of a field for the numbers of its axis.
    static let axisRoom = 58.0
    /// Room between a field and the right edge of the drawing.
    static let margin = 8.0
    /// Room under a field for its marks, with what is left free.
    static let tickRoom = 26.0

    /// Makes a field.
    ///
    /// - Parameters:
    ///   - across, upward: what the edges stand for; places from 0 to 1 unless they are named.
    init(
        left: Double,
        right: Double,
        top: Double,
        bottom: Double,
        across: ClosedRange<Double> = 0...1,
        upward: ClosedRange<Double> = 0...1
    ) {
        self.left = left
        self.right = right
        self.top = top
        self.bottom = bottom
        self.across = across
        self.upward = upward
    }

    /// The distance of the edges from left to right.
    var width: Double { right - left }
    /// The distance of the edges from top to bottom.
    var height: Double { bottom - top }

    /// The whole field.
    var box: Box { Box(x: left, y: top, width: width, height: height) }

    // MARK: Scales

    /// Returns where a number lies from left to right.
    func x(_ value: Double) -> Double {
        left + (value - across.lowerBound) / (across.upperBound - across.lowerBound) * width
    }

    /// Returns where a number lies from bottom to top.
    func y(_ value: Double) -> Double {
        bottom - length(value)
    }

    /// Returns how far above the lower edge a number lies.
    func length(_ value: Double) -> Double {
        (value - upward.lowerBound) / (upward.upperBound - upward.lowerBound) * height
    }

    // MARK: Equal parts

    /// Returns the width of one of so many columns that fill the field.
    func columnWidth(of count: Int) -> Double { width / Double(max(1, count)) }

    /// Returns the height of one of so many rows that fill the field.
    func rowHeight(of count: Int) -> Double { height / Double(max(1, count)) }

    /// Returns where a place among equal columns lies: 0 is the left edge of the first, 0.5 its middle.
    func x(column: Double, of count: Int) -> Double { left + column * columnWidth(of: count) }

    /// Returns where a place among equal rows lies, from the top: 0 is the upper edge of the first, 0.5 its middle.
    func y(row: Double, of count: Int) -> Double { top + row * rowHeight(of: count) }
}
