// What the reader of Enlighten reports found in a document. Kept in the journal and printed by `--json` in the place of the
// common summary: names and values are a contract.

/// Facts about a report.
package struct ReportFacts: Codable, Equatable, Sendable {
    /// `A` custom report, `B` monthly report with offsets, `C` daily production, `D` custom report in French.
    package var dialect = ""
    /// The step in seconds; 86,400 for calendar days.
    package var stepSeconds: Int64 = 0
    /// Rows that were read.
    package var rows = 0
    /// Headers, the first included.
    package var headers = 0
    /// The first interval's start, seconds UTC.
    package var firstUTCSeconds: Int64?
    /// The last interval's start, seconds UTC.
    package var lastUTCSeconds: Int64?
    /// Names of the channels that the document holds.
    package var channels: [String] = []
    /// Columns whose numbers are only in the kept document.
    package var unknownColumns: [String] = []
    /// Energy of each channel over all rows, unfiltered, in Wh; of a `generator`, too.
    package var totalWh: [String: Int64] = [:]
    /// Rows per local day on which the clock was changed.
    package var clockChangeDays: [String: Int] = [:]
    /// Rows by their residual P + I + D - C - E - S in Wh; `≤-3` and `≥3` gather the rest.
    package var residuals: [String: Int] = [:]
    /// `netted`, `gross`, `mixed` or `unknown`.
    package var regime = "unknown"
    /// Rows by mark.
    package var marks: [String: Int] = [:]
    /// Steps for which there is no row between the first and the last.
    package var absentRows = 0
    /// Totals that were checked against their rows.
    package var totalsVerified = 0
    /// Totals that differ and were taken on request.
    package var totalsIgnored = 0
    /// Rows whose offset is not that of the site's zone.
    package var foreignOffsets = 0
    /// Rows with energy that start at or after the capture.
    package var futureRowsWithEnergy = 0
    /// Rows left out because they could not be read.
    package var refusedRows = 0
    /// The first of them in words.
    package var refusals: [String] = []

    /// Makes empty facts.
    package init() {}
}
