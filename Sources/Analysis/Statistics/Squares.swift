// Squares by name.

/// Returns the square of a value.
func squared(_ value: Double) -> Double { value * value }
