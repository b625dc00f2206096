// A summary of a billing period, as far as the document gives it.

/// A bill inside Green Button: the resource UsageSummary.
struct GreenButtonSummary {
    var start: Int64?
    var duration: Int64?
    /// The amount in 1e-5 of the currency's units.
    var amount: Int64?
    var currency: Int?
    var value: Int64?
    var powerOfTen = 0
    var unit: Int?
    var quality: Int?
    var links: [String] = []
}
