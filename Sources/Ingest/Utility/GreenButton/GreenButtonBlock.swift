// A block of readings, with what tells its description.

/// A block of readings: where they lie, which links it bears, and when it was updated.
struct GreenButtonBlock {
    /// The readings' place among all.
    var range: Range<Int>
    /// The meter readings that its links name.
    var meterReadings: [String]
    /// The service point that its links name; empty where they name none.
    var usagePoint: String
    /// When the entry was updated, microseconds UTC; the newest of one key counts.
    var updated: Int64
    /// The number of descriptions of readings before it in the document.
    let typesBefore: Int
}
