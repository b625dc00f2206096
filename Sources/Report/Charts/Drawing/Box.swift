// A rectangle of a drawing. What it stands for its drawer knows.

/// A rectangle of a drawing, in its units; y grows downwards.
struct Box: Equatable, Sendable {
    /// The left edge.
    var x: Double
    /// The upper edge.
    var y: Double
    /// Its width.
    var width: Double
    /// Its height.
    var height: Double
}
