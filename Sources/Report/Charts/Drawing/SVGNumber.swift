// Numbers as a drawing writes them. How people read them stands in Words.

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
