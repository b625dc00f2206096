// What the documents of a site cover, from the journal to the analysis.

import Analysis
import Lake
import Readings

extension LakeReader {
    /// Returns what the documents of a site cover, series by series.
    ///
    /// - Parameter snapshot: as of this one; nil for the newest.
    package func documentCover(_ site: Site, snapshot: Int64? = nil) throws -> DocumentCover {
        var spans: [SeriesKey: [DocumentCover.Span]] = [:]
        var empty: [Int64] = []
        for span in try documentSpans(systemID: site.systemID, snapshot: snapshot) {
            guard let key = span.key else {
                empty.append(span.capturedMicroseconds / 1_000_000)
                continue
            }
            spans[key, default: []].append(
                DocumentCover.Span(
                    firstUTCSeconds: span.firstMicroseconds / 1_000_000,
                    lastUTCSeconds: span.lastMicroseconds / 1_000_000,
                    capturedUTCSeconds: span.capturedMicroseconds / 1_000_000
                )
            )
        }
        return DocumentCover(spans, emptyUTCSeconds: empty)
    }
}
