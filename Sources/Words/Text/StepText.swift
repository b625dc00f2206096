// Steps of rows in words.

/// Steps in words.
package enum StepText {
    /// Returns `15 minutes`, `1 hour`, `1 day`.
    package static func words(_ seconds: Int32) -> String {
        switch seconds {
        case 86_400: "1 day"
        case 3600: "1 hour"
        default: "\(seconds / 60) minutes"
        }
    }
}
