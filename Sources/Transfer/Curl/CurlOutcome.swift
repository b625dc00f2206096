// What a transfer left, as far as it says why it failed.

/// How a transfer ended.
struct CurlOutcome {
    /// libcurl's number.
    var code: Int32
    /// The host that was asked.
    var host: Substring
    /// Tells whether the request was sent.
    var isSent: Bool
    /// Tells whether anything was answered.
    var hasBegun: Bool
    /// What was allowed.
    var limits: Exchange.Limits
}
