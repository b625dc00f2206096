// What a report is made of, as it lies in the store. No report reads a file or a clock.

import Analysis
import Readings

/// All that reports of a site are made of.
package struct ReportMaterial: Sendable {
    /// A document from which rows come.
    package struct SourceDocument: Equatable, Sendable {
        /// Its name when it was imported.
        package let name: String
        /// The digest of its bytes, hexadecimal.
        package let sha256: String
        /// The import that brought it.
        package let importID: Int64
        /// When it was captured, as it says itself, seconds UTC; nil where it does not.
        package let capturedUTCSeconds: Int64?

        /// Names a document.
        package init(name: String, sha256: String, importID: Int64, capturedUTCSeconds: Int64? = nil) {
            self.name = name
            self.sha256 = sha256
            self.importID = importID
            self.capturedUTCSeconds = capturedUTCSeconds
        }
    }

    /// The site.
    package var site: Site
    /// The zone's rules.
    package var zone: TimeZoneRules
    /// The series of the site.
    package var analysis: SiteAnalysis
    /// The findings, open and closed, of any time.
    package var findings: [ReportedFinding]
    /// Tells whether they are those of a check; else devices and meters were asked in the rows of `analysed` only.
    package var isChecked: Bool
    /// The rows in which devices and meters were asked without a check; nil for all.
    package var analysed: Interval?
    /// The utility's side; nil where it was not asked for.
    package var reconciliation: Reconciliation?
    /// Interval rows of devices in the report's time.
    package var devices: [DeviceSeries] = []
    /// Interval rows of generators, of the times too with which the report's is compared.
    package var generators: [DeviceSeries] = []
    /// What batteries said of themselves at single moments up to the end of the report's time.
    package var batteryStates: [DeviceReading] = []
    /// What devices said of themselves, of any time.
    package var states: [DeviceState] = []
    /// What happened, as sources report it and states show it, of any time.
    package var events: [SiteEvent] = []
    /// The bills that count.
    package var bills: [Bill] = []
    /// What energy costs; nil where the owner has not said.
    package var tariff: Tariff?
    /// The owner's cases.
    package var cases: [OwnerCase] = []
    /// The documents from which the report's rows come.
    package var sources: [SourceDocument] = []
    /// The scale of the clear sky over the site; nil where it has too few whole days.
    package var skyScale: SkyScale?
    /// What each local day was expected to give under a clear sky, in order, of any time; empty where that is not known.
    package var expectedDays: [ExpectedDay] = []
    /// The end of the newest thing that the site's own system reported, seconds UTC; nil for that of its series.
    package var newestUTCSeconds: Int64?
    /// What the site's data do not allow to look for; nil where it was not asked.
    package var notLookedFor: [MissingDetector]?
    /// What documents call the site: the vendor's number, serials of gateways; kind and value.
    package var identifiers: [(kind: String, value: String)] = []
    /// The version of the program.
    package var programVersion: String

    /// The end of the newest data, seconds UTC; nil where there are none.
    var dataEnd: Int64? { newestUTCSeconds ?? analysis.dataEnd }

    /// Gathers what is known of a site.
    package init(
        site: Site,
        zone: TimeZoneRules,
        analysis: SiteAnalysis,
        findings: [ReportedFinding],
        isChecked: Bool,
        programVersion: String
    ) {
        self.site = site
        self.zone = zone
        self.analysis = analysis
        self.findings = findings
        self.isChecked = isChecked
        self.programVersion = programVersion
    }
}
