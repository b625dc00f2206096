// What the owner told about the documents of an import, and what becomes of it in the options of a reader.

import Ingest
import Readings

/// What the owner told about documents.
package struct ImportSettings {
    /// When the documents were captured, seconds UTC; nil for the time of each file.
    package var capturedUTCSeconds: Int64?
    /// The order of day and month in dates with slashes; nil for the month first in reports, and what other files tell.
    package var dateOrder: EnlightenOptions.DateOrder?
    /// The step of reports, seconds; nil to tell it from the rows.
    package var stepSeconds: Int64?
    /// Leaves out rows that cannot be read instead of refusing the document.
    package var skipsBadRows = false
    /// Takes totals of reports that do not add up.
    package var ignoresTotals = false
    /// What the single column of a utility's file is, where the file does not say.
    package var side: DocumentOptions.Side?
    /// Takes times that a utility's file calls UTC as local wall time.
    package var takesUTCAsLocal = false
    /// What the times of a utility's file are; nil for what its format says.
    package var times: DocumentOptions.Times?
    /// Takes a utility's times although the clock check fails.
    package var acceptsClock = false
    /// Digits of the registers on bills, after which they begin anew.
    package var registerDigits = 5

    /// Makes settings that say nothing.
    package init() {}

    /// Returns what the reader of a document is told.
    ///
    /// - Parameter capturedUTCSeconds: when the document was captured, where the owner does not say.
    func options(
        _ format: DocumentFormat,
        name: String,
        site: Site,
        capturedUTCSeconds: Int64
    ) -> DocumentOptions {
        var options = DocumentOptions(
            format: format,
            timeZone: site.timeZone,
            capturedUTCSeconds: self.capturedUTCSeconds ?? capturedUTCSeconds,
            latitude: site.place.latitude,
            longitude: site.place.longitude
        )
        if self.capturedUTCSeconds != nil { options.isCaptureTold = true }
        options.side = side
        options.takesUTCAsLocal = takesUTCAsLocal
        options.times = times
        options.dateOrder = dateOrder
        options.name = name
        options.skipsBadRows = skipsBadRows
        options.registerDigits = registerDigits
        return options
    }

    /// Returns what the reader of a report is told besides.
    ///
    /// - Parameter operatingSince: the first instant at which the site is known to have had data, seconds UTC.
    func reportOptions(_ options: DocumentOptions, site: Site, operatingSince: Int64?) -> EnlightenOptions {
        var own = EnlightenOptions(
            timeZone: options.timeZone,
            capturedUTCSeconds: options.capturedUTCSeconds
        )
        own.dateOrder = dateOrder ?? .mdy
        own.stepSeconds = stepSeconds
        own.skipsBadRows = skipsBadRows
        own.ignoresTotals = ignoresTotals
        own.installedW = site.installed?.value
        own.operatingSinceUTCSeconds = operatingSince
        return own
    }
}
