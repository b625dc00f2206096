// Numbers in sentences about a capture.

/// Numbers of sentences.
enum GatewayText {
    /// Returns a number with at most so many decimals.
    static func number(_ value: Double, decimals: Int) -> String {
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        guard value.isFinite, abs(value * factor) < 9e15 else { return "\(value)" }
        let scaled = Int64((value * factor).rounded())
        guard decimals > 0 else { return "\(scaled)" }
        let digits = "\(scaled.magnitude)"
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(scaled < 0 ? "-" : "")\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    /// Returns a span of seconds as `54.7 days`, `7.2 h` or `12 min`.
    static func span(_ seconds: Int64) -> String {
        let magnitude = Double(seconds.magnitude)
        if magnitude >= 2 * 86_400 { return "\(number(magnitude / 86_400, decimals: 1)) days" }
        if magnitude >= 2 * 3600 { return "\(number(magnitude / 3600, decimals: 1)) h" }
        return "\(number(magnitude / 60, decimals: 0)) min"
    }
}
