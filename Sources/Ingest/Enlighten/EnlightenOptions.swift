// What the owner can tell the reader of Enlighten reports. Kept in the journal, so that a document can be read again: of the
// first version's journals it is all there is, which is why it repeats the zone and the capture.

/// Options of the reader.
package struct EnlightenOptions: Codable, Equatable, Sendable {
    /// The order of day and month in stamps with slashes.
    package enum DateOrder: String, Codable, CaseIterable, Sendable {
        case mdy
        case dmy
    }

    /// The identifier of the site's time zone.
    package var timeZone: String
    /// When the document was captured, seconds UTC; rows at or after it are of the future.
    package var capturedUTCSeconds: Int64
    /// The order of day and month.
    package var dateOrder = DateOrder.mdy
    /// The step in seconds; nil to tell it from the rows.
    package var stepSeconds: Int64?
    /// Leaves out rows that cannot be read instead of refusing the document.
    package var skipsBadRows = false
    /// Takes totals that do not add up.
    package var ignoresTotals = false
    /// The first instant at which the site is known to have had data; nil before the first.
    package var operatingSinceUTCSeconds: Int64?
    /// The array's rating in W.
    package var installedW: Int64?

    /// What marks depend on besides the rows.
    var marking: MarkingRules {
        MarkingRules(
            capturedUTCSeconds: capturedUTCSeconds,
            installedW: installedW,
            operatingSinceUTCSeconds: operatingSinceUTCSeconds
        )
    }

    /// Makes options.
    package init(timeZone: String, capturedUTCSeconds: Int64) {
        self.timeZone = timeZone
        self.capturedUTCSeconds = capturedUTCSeconds
    }
}
