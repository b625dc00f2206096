// For which times a site's documents speak, so that what nobody downloaded is not taken for silence. The lake tells the documents.

import Readings

/// The stretches of time that the documents of each series cover.
package struct DocumentCover: Sendable {
    /// What one document covers of a series.
    package struct Span: Equatable, Sendable {
        /// The start of its first row, seconds UTC.
        package let firstUTCSeconds: Int64
        /// The start of its last row, seconds UTC.
        package let lastUTCSeconds: Int64
        /// When it was downloaded, seconds UTC: of what comes later it knows nothing.
        package let capturedUTCSeconds: Int64

        /// Describes a document.
        package init(firstUTCSeconds: Int64, lastUTCSeconds: Int64, capturedUTCSeconds: Int64) {
            self.firstUTCSeconds = firstUTCSeconds
            self.lastUTCSeconds = lastUTCSeconds
            self.capturedUTCSeconds = capturedUTCSeconds
        }
    }

    private let spans: [SeriesKey: [Span]]
    /// When documents were downloaded that hold no row: each may be the answer for any time before.
    private let lastEmptyUTCSeconds: Int64

    /// From this length a time that no document covers is told, seconds.
    package static let shortestSeconds: Int64 = 6 * 3600

    /// Gathers documents.
    ///
    /// - Parameter emptyUTCSeconds: when documents without a row were downloaded.
    package init(_ spans: [SeriesKey: [Span]] = [:], emptyUTCSeconds: [Int64] = []) {
        self.spans = spans
        lastEmptyUTCSeconds = emptyUTCSeconds.max() ?? .min
    }

    /// Returns the times between the first and the last document of a series that none of them covers, in order; none where documents are not known.
    func uncovered(_ key: SeriesKey, zone: TimeZoneRules) -> [Interval] {
        guard let own = spans[key], key.source != .gateway else { return [] }
        let covered = own.compactMap { interval(of: $0, key, zone) }.sorted {
            ($0.startUTCSeconds, $0.endUTCSeconds) < ($1.startUTCSeconds, $1.endUTCSeconds)
        }
        var result: [Interval] = []
        var end = covered.first?.endUTCSeconds ?? 0
        for span in covered.dropFirst() {
            let isEmpty = isReport(key) ? false : lastEmptyUTCSeconds >= end
            if span.startUTCSeconds > end, !isEmpty {
                result.append(Interval(startUTCSeconds: end, endUTCSeconds: span.startUTCSeconds))
            }
            end = max(end, span.endUTCSeconds)
        }
        return result
    }

    /// A report has a row for every interval; other bodies have those that were reported of their days.
    private func isReport(_ key: SeriesKey) -> Bool { key.source == .enlightenCSV }

    private func interval(of span: Span, _ key: SeriesKey, _ zone: TimeZoneRules) -> Interval? {
        func day(_ instant: Int64) -> Interval {
            zone.interval(of: zone.wallClock(atUTCSeconds: instant).day)
        }
        let isDaily = key.seconds == SeriesKey.day
        var start = span.firstUTCSeconds
        var end =
            isDaily ? day(span.lastUTCSeconds).endUTCSeconds : span.lastUTCSeconds + Int64(key.seconds)
        if !isReport(key) {
            start = day(start).startUTCSeconds
            end = day(end - 1).endUTCSeconds
        }
        // The row in which it was downloaded is the last one of which it knows something.
        let captured = span.capturedUTCSeconds
        if captured > start, captured < end {
            let step = Int64(key.seconds)
            let known =
                isDaily ? day(captured).endUTCSeconds : start + (captured - start + step - 1) / step * step
            end = min(end, known)
        }
        return start < end ? Interval(startUTCSeconds: start, endUTCSeconds: end) : nil
    }
}
