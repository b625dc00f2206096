// The evidence for a support case: what it is about, as values. Its pages stand in CaseReport+Document.swift; which files a
// pack has the command decides.

import Analysis
import Readings
import Words

/// The evidence on findings, or on a stretch of time.
package struct CaseReport: Sendable {
    /// What is known of the time.
    let facts: PeriodFacts
    /// The findings that the case is about, the gravest first.
    let about: [ReportedFinding]
    /// Tells whether single findings were named; else it is about all of the time.
    let isNamed: Bool
    /// The owner's case; nil where there is none.
    let ownerCase: OwnerCase?

    /// Days before and behind the findings that are told along.
    package static let aroundDays: Int64 = 7

    /// An entry of who knew what when.
    package struct Moment: Equatable, Sendable {
        /// When, seconds UTC.
        package let at: Int64
        /// `data`, `devices`, `vendor`, `utility` or `owner`.
        package let who: String
        /// What.
        package let text: String
        /// Tells whether it is of what the case is about; else it happened besides.
        package var isOfCase = true
    }

    /// Gathers the evidence.
    ///
    /// - Parameters:
    ///   - interval: the time; it is widened to whole local days.
    ///   - findings: the numbers of the findings that it is about; empty for all of the time.
    package init(
        _ material: ReportMaterial,
        interval: Interval,
        findings numbers: Set<Int64>,
        ownerCase: OwnerCase?
    ) {
        let zone = material.zone
        let first = zone.wallClock(atUTCSeconds: interval.startUTCSeconds).day
        let last = zone.wallClock(
            atUTCSeconds: max(interval.startUTCSeconds, interval.endUTCSeconds - 1)
        ).day
        facts = PeriodFacts(
            material,
            title: "\(first) to \(last)",
            firstDay: first,
            dayCount: Int(last.daysSince1970 - first.daysSince1970) + 1
        )
        isNamed = !numbers.isEmpty
        // Of a time the single lost reports are no evidence of anything.
        about = facts.findings.filter { reported in
            guard numbers.isEmpty else { return reported.all.contains { numbers.contains($0.findingID) } }
            return reported.finding.severity >= .warning
                || [.outage, .island, .mismatch].contains(reported.finding.kind)
        }
        self.ownerCase = ownerCase
    }

    /// The time, whole local days.
    package var interval: Interval { facts.interval }

    /// The findings that it is about.
    package var findings: [ReportedFinding] { about }

    /// What data, devices, the vendor, the utility and the owner said, in the order of time.
    package var timeline: [Moment] {
        CaseTimeline(facts: facts, about: isNamed ? about : nil, ownerCase: ownerCase).moments(about)
    }

    /// The findings with rules and evidence.
    package var findingsJSON: JSONValue {
        .array(
            about.flatMap(\.asKept).map { reported in
                guard case .object(let members) = FindingJSON.value(reported.finding, site: facts.site.name)
                else { return .null }
                return .object(
                    [("id", .integer(reported.findingID))] + members + [
                        ("sure", .text(OwnerWords.told(reported.finding).rawValue)),
                        ("text", .text(OwnerWords.headline(reported.finding, zone: facts.zone))),
                    ]
                )
            }
        )
    }

    /// The charts as files of their own: name and content.
    package var charts: [(name: String, svg: String)] {
        document.figures.map { figure in
            let svg = figure.chart.svg(id: figure.id, title: figure.title, description: figure.description)
            return ("\(figure.id).svg", PageStyle.standalone(svg))
        }
    }
}
