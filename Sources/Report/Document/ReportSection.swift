// A section of a report. Which sections a report has stands in Reports, what is said in them in Sections.

/// A section under a heading.
package struct ReportSection: Equatable, Sendable {
    /// Its name in links: small letters and hyphens.
    package let id: String
    /// The heading.
    package let title: String
    /// What stands in it.
    package let blocks: [ReportBlock]
}
