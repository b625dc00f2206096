// A case of the owner. Where cases are kept the command knows.

/// A case: what the owner told whom, and what was promised. See docs/reports.md.
package struct OwnerCase: Equatable, Sendable {
    /// What an entry is.
    package enum Kind: String, CaseIterable, Sendable {
        /// Anything, a call, a promise, an exchange.
        case note, call, promise, rma
        /// What was promised has come.
        case kept
    }

    /// An entry of the log.
    package struct Entry: Equatable, Sendable {
        /// When, seconds UTC.
        package var at: Int64
        /// What it is.
        package var kind: Kind
        /// Who said it: the vendor, the installer, the owner; empty where it does not matter.
        package var by: String
        /// What was said.
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
    /// What it is about, in the owner's words.
    package var title: String
    /// When it was opened, seconds UTC.
    package var openedAt: Int64
    /// When it was closed, seconds UTC; nil while it is open.
    package var closedAt: Int64?
    /// The findings that it is about, by number.
    package var findings: [Int64]
    /// The log, in the order in which it was written.
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
