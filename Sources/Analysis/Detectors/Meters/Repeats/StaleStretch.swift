// A run of repeated values, as its watch tells it. The finding is made by StaleDetector.

/// A run of repeated values that alarmed.
struct StaleStretch: Equatable {
    /// From the row whose value is repeated to the last that repeats it.
    var slots: Range<Int>
    /// The slot with which it became an alarm.
    var alert: Int
    /// Rows with the value.
    var rows: Int
    /// Its surprise.
    var nats: Double
    /// By how much values may differ, Wh.
    var tolerance: Int32
}
