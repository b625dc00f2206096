// What a report is made of, as it lies in the store. No report reads a file or a clock.

import Analysis
import Readings

/// All that reports of a site are made of.
package struct ReportMaterial: Sendable {
    /// A document from which rows come.
    package struct SourceDocument: Equatable, Sendable {
        package let name: String
        package let sha256: String
        package let importID: Int64
        /// When it was captured, seconds UTC; nil where that is not known.
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
    /// The version of the program.
    package var programVersion: String

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

/// A finding with what the owner and the store know of it.
package struct ReportedFinding: Equatable, Sendable {
    /// The finding.
    package var finding: Finding
    /// Its number; 0 for one that is not kept.
    package var findingID: Int64
    /// Tells whether the data still show it.
    package var isOpen: Bool
    /// Tells whether the owner knows of it, or does not want to hear of it.
    package var isQuiet: Bool
    /// What the owner said of it, and when he acknowledged it, seconds UTC.
    package var note: String?
    package var acknowledgedAt: Int64?
    /// Why it is closed, in words.
    package var closedBecause: String?

    /// Describes a finding.
    package init(
        _ finding: Finding,
        findingID: Int64 = 0,
        isOpen: Bool = true,
        isQuiet: Bool = false,
        note: String? = nil,
        acknowledgedAt: Int64? = nil,
        closedBecause: String? = nil
    ) {
        self.finding = finding
        self.findingID = findingID
        self.isOpen = isOpen
        self.isQuiet = isQuiet
        self.note = note
        self.acknowledgedAt = acknowledgedAt
        self.closedBecause = closedBecause
    }
}

/// What energy costs and earns.
package struct Tariff: Equatable, Sendable {
    /// Of one kWh from the grid, in units of the currency.
    package let importPerKWh: Double
    /// Of one kWh to the grid.
    package let exportPerKWh: Double
    /// ISO 4217.
    package let currency: String

    /// Makes a tariff.
    package init(importPerKWh: Double, exportPerKWh: Double, currency: String) {
        self.importPerKWh = importPerKWh
        self.exportPerKWh = exportPerKWh
        self.currency = currency
    }

    /// Returns an amount with its currency.
    func text(_ amount: Double) -> String {
        "\(NumberText.grouped(JSONValue.fixed(amount, decimals: 2))) \(currency)"
    }
}

/// A case: what the owner told whom, and what was promised. See docs/reports.md.
package struct OwnerCase: Equatable, Sendable {
    /// What an entry is.
    package enum Kind: String, CaseIterable, Sendable {
        case note, call, promise, rma
        /// What was promised has come.
        case kept
    }

    /// An entry of the log.
    package struct Entry: Equatable, Sendable {
        /// When, seconds UTC.
        package var at: Int64
        package var kind: Kind
        /// Who said it: the vendor, the installer, the owner; empty where it does not matter.
        package var by: String
        package var text: String
        /// The day by which something was promised, `YYYY-MM-DD`.
        package var due: String?

        /// Makes an entry.
        package init(at: Int64, kind: Kind, by: String, text: String, due: String?) {
            self.at = at
            self.kind = kind
            self.by = by
            self.text = text
            self.due = due
        }
    }

    /// The number by which the owner names it.
    package var caseID: Int64
    /// The site's name.
    package var site: String
    package var title: String
    /// When it was opened, seconds UTC.
    package var openedAt: Int64
    /// When it was closed, seconds UTC; nil while it is open.
    package var closedAt: Int64?
    /// The findings that it is about, by number.
    package var findings: [Int64]
    package var entries: [Entry]

    /// Makes a case.
    package init(
        caseID: Int64,
        site: String,
        title: String,
        openedAt: Int64,
        closedAt: Int64? = nil,
        findings: [Int64],
        entries: [Entry] = []
    ) {
        self.caseID = caseID
        self.site = site
        self.title = title
        self.openedAt = openedAt
        self.closedAt = closedAt
        self.findings = findings
        self.entries = entries
    }

    /// Days for which it has been open at an instant, or was until it was closed.
    package func daysOpen(atUTCSeconds now: Int64) -> Int64 { max(0, (closedAt ?? now) - openedAt) / 86_400 }
}
