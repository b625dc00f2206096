// What a reader is told of a document. Kept in the journal: a name or a type that changes here makes old journals unreadable.

/// What a reader is told. Kept in the journal, so that a document can be read again in the same way.
package struct DocumentOptions: Codable, Equatable, Sendable {
    /// The document's format.
    package var format: DocumentFormat
    /// The identifier of the site's time zone.
    package var timeZone: String
    /// When the document was captured, seconds UTC.
    package var capturedUTCSeconds: Int64
    /// Degrees north of the site.
    package var latitude: Double
    /// Degrees east of the site.
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
    /// The order of day and month in dates that have none of their own, where the owner says it; nil to tell it from the file.
    package var dateOrder: EnlightenOptions.DateOrder?
    /// What the times of a utility's file are, where the owner says it; nil for what the format says.
    package var times: Times?
    /// The power multiplier and other facts of readings whose description is in another document of the same import.
    package var readingType: String?
    /// Tells that the owner said when the document was captured; nil or false where its file's time stands for it.
    package var isCaptureTold: Bool?
    /// The options of the reader of Enlighten reports; nil for other formats.
    package var enlighten: EnlightenOptions?

    /// What marks depend on besides the rows.
    var marking: MarkingRules {
        MarkingRules(capturedUTCSeconds: capturedUTCSeconds, installedW: enlighten?.installedW)
    }

    /// What the reader of Enlighten reports is told; where nothing is said, what all formats are told.
    var report: EnlightenOptions {
        var own = enlighten ?? EnlightenOptions(timeZone: timeZone, capturedUTCSeconds: capturedUTCSeconds)
        own.skipsBadRows = own.skipsBadRows || skipsBadRows
        return own
    }

    /// What times of a utility's file mean.
    package enum Times: String, Codable, CaseIterable, Sendable {
        /// The wall clock of the site, with its changes.
        case local
        /// The standard time of the site all year.
        case standard
        case utc
    }

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
