// How a night tells findings of one cause: as one line with its number, new only where nothing of it was known, and never so
// that what makes the exit code 1 has no line.

import Lake
import Readings
import TestSupport
import Testing

@testable import Station

@Suite("one cause in the digest")
struct OneCauseNightTests {
    private let view: SiteView

    init() throws {
        let place = try #require(Place(latitude: 50, longitude: 0))
        let site = Site(
            systemID: 1,
            name: "home",
            timeZone: "Etc/UTC",
            place: place,
            installed: nil,
            battery: nil
        )
        let end = SiteEnd([.enlightenCSV: SourceEnd(end: 60 * 86_400)])
        view = SiteView(site: site, zone: .utc, end: end, now: 60 * 86_400)
    }

    private func stored(
        _ number: Int64,
        _ kind: FindingKind,
        days: Range<Int64>,
        severity: Severity,
        standing: FindingStanding
    ) -> StoredFinding {
        var stored = StoredFinding(
            systemID: 1,
            finding: Finding(
                device: "site",
                kind: kind,
                start: Instant(utcSeconds: days.lowerBound * 86_400),
                end: Instant(utcSeconds: days.upperBound * 86_400),
                alert: Instant(utcSeconds: days.lowerBound * 86_400 + 60),
                severity: severity,
                sureness: .sure,
                rule: FindingRule(object: .object([])),
                evidence: Evidence(),
                knownEnd: Instant(utcSeconds: days.upperBound * 86_400)
            )
        )
        stored.findingID = number
        stored.standing = standing
        return stored
    }

    private func silence(_ standing: FindingStanding, cloud: FindingStanding) -> [StoredFinding] {
        [
            stored(1, .cloudSilent, days: 20..<50, severity: .critical, standing: cloud),
            stored(2, .outage, days: 21..<49, severity: .notice, standing: .over),
            stored(3, .siteSilent, days: 21..<49, severity: .critical, standing: standing),
            stored(4, .clockSkewed, days: 55..<56, severity: .warning, standing: .followUp),
        ]
    }

    @Test("a new cause is one line with its lead's number, and counts as one")
    func new() {
        let open = silence(.over, cloud: .followUp)
        let told = DigestLines(view, open: open, fresh: open)
        #expect(told.count.hasPrefix("2 findings, 2 new;") && told.standing.isEmpty, "\(told.count)")
        #expect(
            told.news.count == 2 && told.news[0].hasPrefix("#3 critical: your data stopped"),
            "\(told.news)"
        )
        #expect(
            told.news[0].contains("\n      with it: #1 ") && told.news[0].contains("\n      with it: #2 ")
        )
        #expect(view.leads(open) == [1: 3, 2: 3])
    }

    @Test("what comes to a cause that was told is a line of its own, which names the cause")
    func later() {
        let open = silence(.followUp, cloud: .followUp)
        let told = DigestLines(view, open: open, fresh: [open[1]])
        #expect(
            told.news.count == 1 && told.news[0].hasPrefix("#2 notice: ")
                && told.news[0].hasSuffix(" (with #3)")
        )
        #expect(told.count.hasPrefix("2 findings, 0 new;"))
        #expect(told.standing.contains { $0.hasPrefix("ended 10 days ago, not acknowledged: #3 critical") })
        let again = DigestLines(view, open: open, fresh: [], reopened: Array(open[0...2]))
        #expect(again.news.count == 1 && again.news[0].hasPrefix("again: #3 critical"))
    }

    @Test("whatever asks for its owner has a line: a companion of one that is over, or that he knows of")
    func attention() {
        let explained = DigestLines(view, open: silence(.over, cloud: .followUp), fresh: [])
        #expect(explained.standing.contains { $0.contains("not acknowledged: #3 critical") })
        let known = DigestLines(view, open: silence(.known, cloud: .followUp), fresh: [])
        #expect(known.standing.contains { $0.contains("not acknowledged: #1 critical") })
        #expect(!known.standing.contains { $0.contains("#3 ") })
        let quiet = DigestLines(view, open: silence(.known, cloud: .known), fresh: [])
        #expect(quiet.standing.count == 1 && quiet.count.contains("1 known"), "\(quiet.count)")
    }
}
