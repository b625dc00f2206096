// The watch over the watch: are new data still coming in? See docs/analysis/watch.md.

import Readings

/// Rules about the watch itself.
package enum WatchRules: ProfiledRule {
    package static let profile = DetectorProfile(
        kinds: [.noNewData: .nineDays, .promiseOverdue: .nineDays, .channelFailing: .nineDays],
        memoryDays: 0,
        page: "watch.md"
    )

    /// How old the newest data of a site may become.
    package enum Expectation: Equatable, Sendable {
        /// By how its sources come in.
        case usual
        /// So many hours, by the owner's word.
        case hours(Double)
        /// The owner expects none.
        case nothing
    }

    /// A source that brings data of a site.
    package struct Feed: Equatable, Sendable {
        /// The source.
        package let source: Source
        /// The end of its newest row, seconds UTC.
        package let end: Int64
        /// Tells whether it comes by itself: by a program, the inbox, or day by day.
        package let isAutomatic: Bool

        /// Describes a source.
        package init(_ source: Source, end: Int64, isAutomatic: Bool) {
            self.source = source
            self.end = end
            self.isAutomatic = isAutomatic
        }

        /// After how many hours without a new row something is wrong.
        fileprivate var hours: Double { isAutomatic ? automaticHours : handDays * 24 }
    }

    /// A source that comes by itself brings something every night.
    package static let automaticHours = 36.0
    /// An owner downloads a report a month.
    package static let handDays = 35.0

    /// Returns findings where no new data came in for longer than is expected: one of the site, whose newest row is too old, and
    /// one for each automatic source that went silent while others go on.
    ///
    /// - Parameters:
    ///   - feeds: the sources of the site.
    ///   - now: the time of the run, seconds UTC.
    package static func noNewData(_ feeds: [Feed], now: Int64, expecting expectation: Expectation)
        -> [Finding]
    {
        guard expectation != .nothing,
            let newest = feeds.max(by: { ($0.end, $1.source.rawValue) < ($1.end, $0.source.rawValue) })
        else { return [] }
        func finding(_ device: String, _ feed: Feed, hours: Double, names source: Bool) -> Finding? {
            guard Double(now - feed.end) > hours * 3600 else { return nil }
            return .ofRecords(
                .noNewData,
                device,
                start: feed.end,
                end: nil,
                alert: feed.end + Int64(hours * 3600),
                knownEnd: now,
                severity: .warning,
                rule: FindingRule(.newestRowTooOld, [("hours", .number(hours, decimals: 1))]),
                evidence: Evidence {
                    if source { $0.source = feed.source.name }
                    $0.newestRowEnds = Instant(utcSeconds: feed.end)
                }
            )
        }
        if case .hours(let hours) = expectation {
            return [finding("site", newest, hours: hours, names: false)].compactMap { $0 }
        }
        let silent = feeds.filter {
            // What went silent together with the newest is one cause.
            $0.isAutomatic && $0.source != newest.source
                && Double(newest.end - $0.end) > automaticHours * 3600
        }
        return [finding("site", newest, hours: newest.hours, names: newest.isAutomatic)].compactMap { $0 }
            + silent.compactMap {
                finding("source \($0.source.name)", $0, hours: automaticHours, names: true)
            }
    }

    /// Returns the finding of a site that has no row at all.
    ///
    /// - Parameters:
    ///   - since: when that was seen first, seconds UTC.
    ///   - now: the time of the run, seconds UTC.
    package static func noData(since: Int64, now: Int64) -> Finding {
        .ofRecords(
            .noNewData,
            "site",
            start: since,
            end: nil,
            alert: since,
            knownEnd: max(since, now),
            severity: .warning,
            rule: FindingRule(.noRowAtAll),
            evidence: Evidence { $0.rows = 0 }
        )
    }

    /// A promise of an open case.
    package struct Promise: Sendable, Equatable {
        /// The case's number and title.
        package let caseID: Int64
        package let title: String
        /// Who promised, and what.
        package let by: String
        package let text: String
        /// The end of the day by which it was to be kept, seconds UTC.
        package let dueUTCSeconds: Int64

        /// Describes a promise.
        package init(caseID: Int64, title: String, by: String, text: String, dueUTCSeconds: Int64) {
            self.caseID = caseID
            self.title = title
            self.by = by
            self.text = text
            self.dueUTCSeconds = dueUTCSeconds
        }
    }

    /// Returns a finding for each promise that is overdue.
    ///
    /// - Parameter now: the time of the run, seconds UTC.
    package static func overdue(_ promises: [Promise], now: Int64) -> [Finding] {
        promises.filter { $0.dueUTCSeconds <= now }.map { promise in
            .ofRecords(
                .promiseOverdue,
                "case \(promise.caseID)",
                start: promise.dueUTCSeconds,
                end: nil,
                alert: promise.dueUTCSeconds,
                knownEnd: now,
                severity: .warning,
                rule: FindingRule(.promiseOverdue),
                evidence: Evidence {
                    $0.caseID = Int(promise.caseID)
                    $0.title = promise.title
                    $0.promisedBy = promise.by
                    $0.text = promise.text
                }
            )
        }
    }
}
