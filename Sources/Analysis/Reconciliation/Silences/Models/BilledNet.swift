// What the utility leaves for a silence: its net, and its import where that is known.

/// What bills, or the utility's intervals, say of a silence.
struct BilledNet {
    /// Export less import.
    var net: Estimate
    /// Import of the silence, kWh; nil where a bill has none.
    var imported: Double?
    /// The bills that touch it; none where intervals tell.
    var periods: [BillPeriod]
    /// Days of the silence that no bill covers.
    var unbilledDays: Double
}
