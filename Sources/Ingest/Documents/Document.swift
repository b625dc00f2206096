// What every reader of documents takes and gives. The formats themselves have files of their own.

import Readings

/// Rows that a reader hands on.
package typealias Batch = RowBatch

/// Takes what a reader hands on.
package typealias BatchSink = (Batch) throws -> Void

/// A reader of one document, fed piece by piece.
package protocol DocumentParser {
    /// Takes the next piece.
    ///
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func feed(_ bytes: ArraySlice<UInt8>, _ sink: BatchSink) throws

    /// Ends the document.
    ///
    /// - Returns: what was found in it.
    /// - Throws: `IngestError`, and what the sink throws.
    mutating func finish(_ sink: BatchSink) throws -> DocumentSummary
}

/// What a reader is told. Kept in the journal, so that a document can be read again in the same way.
package struct DocumentOptions: Codable, Equatable, Sendable {
    /// The document's format.
    package var format: DocumentFormat
    /// The identifier of the site's time zone.
    package var timeZone: String
    /// When the document was captured, seconds UTC.
    package var capturedUTCSeconds: Int64
    /// Degrees north and east of the site.
    package var latitude: Double
    package var longitude: Double
    /// What the single column of a file is, where the file does not say: import, export or net.
    package var side: Side?
    /// Takes times that the file calls UTC as local wall time.
    package var takesUTCAsLocal = false
    /// The document's path inside what the owner gave, by which an export of one direction can be told.
    package var name = ""
    /// Leaves out rows that cannot be read instead of refusing the document.
    package var skipsBadRows = false
    /// Digits of the registers on bills, after which they begin anew.
    package var registerDigits = 5
    /// The power multiplier and other facts of readings whose description is in another document of the same import.
    package var readingType: String?
    /// The options of the reader of Enlighten reports; nil for other formats.
    package var enlighten: EnlightenOptions?

    /// A direction of energy through the utility's meter.
    package enum Side: String, Codable, CaseIterable, Sendable {
        case `import`
        case export
        case net
    }

    /// Makes options.
    package init(
        format: DocumentFormat,
        timeZone: String,
        capturedUTCSeconds: Int64,
        latitude: Double,
        longitude: Double
    ) {
        self.format = format
        self.timeZone = timeZone
        self.capturedUTCSeconds = capturedUTCSeconds
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// What a reader found in a document; kept in the journal as JSON.
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

/// The formats that are read.
package enum DocumentFormat: String, Codable, CaseIterable, Sendable {
    case enlightenCSV = "enlighten_csv"
    case webDailyEnergy = "web_daily_energy"
    case webToday = "web_today"
    case webLifetimeEnergy = "web_lifetime_energy"
    case webBatteryStatus = "web_battery_status"
    case webDevices = "web_devices"
    case webInverters = "web_inverters"
    case webEvents = "web_events"
    case webBackupHistory = "web_backup_history"
    case webInverterEnergy = "web_inverter_energy"
    case webInverterStatus = "web_inverter_status"
    case webInverterSeries = "web_inverter_series"
    case apiV4 = "api_v4"
    case apiLegacy = "api_legacy"
    case apiError = "api_error"
    case gatewayCapture = "gateway_capture"
    case greenButton = "green_button"
    case utilityCSV = "utility_csv"
    case nem12
    case billFile = "bill_file"
    case billingCSV = "billing_csv"
    case billLines = "bill_lines"
    case deviceCSV = "device_csv"
    case siteDescription = "site_description"
    case temperatureCSV = "temperature_csv"

    /// The name for people.
    package var title: String {
        switch self {
        case .enlightenCSV: "Enlighten CSV report"
        case .webDailyEnergy: "Enlighten web daily_energy"
        case .webToday: "Enlighten web today"
        case .webLifetimeEnergy: "Enlighten web lifetime_energy"
        case .webBatteryStatus: "Enlighten web battery_status"
        case .webDevices: "Enlighten web devices"
        case .webInverters: "Enlighten web inverters"
        case .webEvents: "Enlighten web events"
        case .webBackupHistory: "Enlighten web battery_backup_history"
        case .webInverterEnergy: "Enlighten web inverter energy"
        case .webInverterStatus: "Enlighten web inverter status"
        case .webInverterSeries: "Enlighten web inverter time series"
        case .apiV4: "API v4 body"
        case .apiLegacy: "API v2 or v1 body"
        case .apiError: "API error body"
        case .gatewayCapture: "gateway capture"
        case .greenButton: "Green Button (ESPI XML)"
        case .utilityCSV: "utility interval CSV"
        case .nem12: "NEM12"
        case .billFile: "bills.csv"
        case .billingCSV: "utility billing CSV"
        case .billLines: "bill_lines.csv"
        case .deviceCSV: "device readings CSV"
        case .siteDescription: "site description"
        case .temperatureCSV: "daily temperatures"
        }
    }
}

/// What the first bytes of a document say about a family of formats.
package enum Recognition: Equatable, Sendable {
    /// It is of this format.
    case yes(DocumentFormat)
    /// It is like this format, but lacks something; `score` is the number of features that fit.
    case near(DocumentFormat, missing: String, score: Int)
    /// It is nothing like the family's formats.
    case no
}
