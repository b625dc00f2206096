// What a reader found in a document. Kept in the journal and printed by `--json`: names and values are a contract.

import Readings

/// What a reader found in a document.
package struct DocumentSummary: Codable, Equatable, Sendable {
    /// The format in words, with the layout where there are several: `utility CSV (PG&E net metering)`.
    package var format = ""
    /// Rows handed on, by table: `site_interval`, `device_reading`, `device_state`, `site_event`,
    /// `utility_interval`, `bill`.
    package var rows: [String: Int] = [:]
    /// The first row's start, seconds UTC.
    package var firstUTCSeconds: Int64?
    /// The last row's start, seconds UTC.
    package var lastUTCSeconds: Int64?
    /// Energy over all rows in Wh, by channel: `produced`, `import`, …
    package var totalWh: [String: Int64] = [:]
    /// Other counts worth telling: `gaps`, `missing intervals`, `superseded readings`, …
    package var counts: [String: Int] = [:]
    /// What the owner should know, each in one line.
    package var notes: [String] = []
    /// Warnings, each in one line, with the number of times it occurred.
    package var warnings: [String: Int] = [:]
    /// Identifiers by which the site can be told: `system_id`, `gateway`, `meter`.
    package var identifiers: [String: String] = [:]
    /// The facts of the site, where the document is its description.
    package var site: SiteDescription?
    /// Rows left out because they could not be read.
    package var refusedRows = 0
    /// The first of them in words.
    package var refusals: [String] = []
    /// What the reader of Enlighten reports found besides; nil for other formats.
    package var report: ReportFacts?
    /// A description of readings that the document holds for others; nil while it holds none, or several. Not kept.
    package var readingType: String?
    /// Meters whose registers are not the sum of their phases: their rows are as the gateway gave them. Not kept.
    package var doubtedMeters: Set<Device> = []

    /// What is kept and printed as JSON: the names of the members are those of the properties.
    private enum CodingKeys: CodingKey {
        case format, rows, firstUTCSeconds, lastUTCSeconds, totalWh, counts, notes, warnings, identifiers,
            site
        case refusedRows, refusals
    }

    /// What is kept in the journal: of a report its own facts, as ever since reports were all that was read.
    package var kept: any Encodable { if let report { report } else { self } }

    /// Makes an empty summary.
    package init() {}

    /// Counts rows and widens the span.
    package mutating func note(_ count: Int, in table: String, from first: Int64?, to last: Int64?) {
        guard count > 0 else { return }
        rows[table, default: 0] += count
        if let first { firstUTCSeconds = min(firstUTCSeconds ?? first, first) }
        if let last { lastUTCSeconds = max(lastUTCSeconds ?? last, last) }
    }

    /// Counts a warning.
    package mutating func warn(_ text: String) { warnings[text, default: 0] += 1 }
}
