// Times that nobody downloaded, told from holes in documents and from silence.

import Analysis
import Readings
import Testing

@Suite("times between documents")
struct NotDownloadedTests {
    private let home: SmallHome = {
        var home = SmallHome()
        home.days = 30
        return home
    }()

    /// Documents from day to day, each with the hour from the first row at which it was downloaded.
    private func cover(
        _ spans: [(days: Range<Int64>, captured: Double?)],
        empty: [Int64] = [],
        source: Source = .enlightenCSV
    )
        -> DocumentCover
    {
        let key = SeriesKey(systemID: 1, source: source, seconds: 900)
        return DocumentCover(
            [
                key: spans.map { span in
                    DocumentCover.Span(
                        firstUTCSeconds: home.start + span.days.lowerBound * 86_400,
                        lastUTCSeconds: home.start + span.days.upperBound * 86_400 - 900,
                        capturedUTCSeconds: span.captured.map { home.start + Int64($0 * 3600) } ?? .max
                    )
                }
            ],
            emptyUTCSeconds: empty
        )
    }

    private func rows(_ days: [Range<Int64>], zeros: [Interval] = []) -> ReadingColumns {
        let all = home.columns(zeros: zeros)
        var columns = ReadingColumns()
        for row in 0..<all.rowCount {
            let day = (all.startUTCSeconds[row] - home.start) / 86_400
            if days.contains(where: { $0.contains(day) }) { columns.append(row: row, of: all) }
        }
        return columns
    }

    @Test(
        "what lies between two documents was not downloaded; it is no silence, and of no documents it is one"
    )
    func between() throws {
        let columns = rows([0..<10, 20..<30])
        let found = home.findings(columns, documents: cover([(0..<10, nil), (20..<30, nil)]))
        #expect(found.map(\.kind) == [.notDownloaded])
        let finding = try #require(found.first)
        #expect(finding.interval == home.time(day: 10, hour: 0, hours: 240))
        #expect(finding.severity == .notice && finding.device == "site")
        #expect(home.findings(columns).map(\.kind) == [.siteSilent])
        let presence = Presence(
            key: home.key,
            columns: columns,
            zone: .utc,
            documents: cover([(0..<10, nil), (20..<30, nil)])
        )
        let coverage = Coverage(presence, in: home.time(day: 9, hour: 0, hours: 48), span: presence.span)
        #expect(coverage.expected == 192 && coverage.present == 96 && coverage.notDownloaded == 96)
        #expect(Silences.merged(found).isEmpty)
    }

    @Test("a hole in a document, and zeros in it, are a silence, however many documents there are")
    func inside() {
        let spans: [(Range<Int64>, Double?)] = [(0..<10, nil), (20..<30, nil)]
        let hole = rows([0..<4, 6..<10, 20..<30])
        #expect(home.findings(hole, documents: cover(spans)).map(\.kind) == [.siteSilent, .notDownloaded])
        let zeros = rows([0..<10, 20..<30], zeros: [home.time(day: 22, hour: 3, hours: 8)])
        #expect(home.findings(zeros, documents: cover(spans)).map(\.kind) == [.notDownloaded, .siteSilent])
    }

    @Test("zeros up to the end of a document are a silence whose end is not known")
    func upToTheEnd() throws {
        let columns = rows([0..<10, 20..<30], zeros: [home.time(day: 8, hour: 0, hours: 48)])
        let found = home.findings(columns, documents: cover([(0..<10, nil), (20..<30, nil)]))
        #expect(found.map(\.kind) == [.siteSilent, .notDownloaded])
        let silence = try #require(found.first)
        #expect(silence.sureness == .likely && silence.evidence.bound == "document")
    }

    @Test("a report that was downloaded before its month ended knows nothing of the rest")
    func early() throws {
        let columns = rows([0..<10, 20..<30], zeros: [home.time(day: 6, hour: 13, hours: 83)])
        let documents = cover([(0..<10, 6 * 24 + 12.9), (20..<30, nil)])
        let found = home.findings(columns, documents: documents)
        #expect(found.map(\.kind) == [.notDownloaded])
        #expect(try #require(found.first).interval == home.time(day: 6, hour: 13, hours: 24 * 13 + 11))
        // The same, with the next report at once behind it.
        let next = rows([0..<30], zeros: [home.time(day: 6, hour: 13, hours: 83)])
        let more = home.findings(next, documents: cover([(0..<10, 6 * 24 + 12.9), (10..<30, nil)]))
        #expect(more.map(\.kind) == [.notDownloaded])
    }

    @Test("documents that overlap or touch, and a time shorter than six hours, are nothing")
    func together() {
        let whole = rows([0..<30])
        #expect(
            home.findings(whole, documents: cover([(0..<12, nil), (5..<8, nil), (12..<30, nil)])).isEmpty
        )
        var columns = ReadingColumns()
        let all = home.columns()
        let hole = home.time(day: 10, hour: 0, hours: 5)
        for row in 0..<all.rowCount where !hole.contains(all.startUTCSeconds[row]) {
            columns.append(row: row, of: all)
        }
        let key = home.key
        let documents = DocumentCover([
            key: [
                DocumentCover.Span(
                    firstUTCSeconds: home.start,
                    lastUTCSeconds: hole.startUTCSeconds - 900,
                    capturedUTCSeconds: .max
                ),
                DocumentCover.Span(
                    firstUTCSeconds: hole.endUTCSeconds,
                    lastUTCSeconds: all.startUTCSeconds.last!,
                    capturedUTCSeconds: .max
                ),
            ]
        ])
        #expect(home.findings(columns, documents: documents).isEmpty)
    }

    @Test(
        "bodies that hold what was reported leave out silent hours of their days; empty ones may be of any time before"
    )
    func bodies() {
        let key = SeriesKey(systemID: 1, source: .cloudAPI, seconds: 900)
        func found(_ days: [Range<Int64>], without: Interval? = nil, empty: [Int64] = []) -> [FindingKind] {
            let place = Place(latitude: 52.1, longitude: 5.1)!
            let all = rows(days)
            var columns = ReadingColumns()
            for row in 0..<all.rowCount where !(without?.contains(all.startUTCSeconds[row]) ?? false) {
                columns.append(row: row, of: all)
            }
            return SiteAnalysis(
                place: place,
                zone: .utc,
                series: [key: columns],
                documents: cover(days.map { ($0, nil) }, empty: empty, source: .cloudAPI)
            ).findings.map(\.kind)
        }
        let days: [Range<Int64>] = [0..<1, 1..<2, 4..<5]
        #expect(found(days) == [.notDownloaded])
        #expect(found(days, empty: [home.start + 3 * 86_400]) == [.siteSilent])
        #expect(found(days, empty: [home.start]) == [.notDownloaded])
    }

    @Test("a body of the API ends with its last report: the rest of its day was silent")
    func restOfADay() {
        let key = SeriesKey(systemID: 1, source: .cloudAPI, seconds: 900)
        let evening = home.time(day: 0, hour: 14, hours: 20)
        let all = rows([0..<3])
        var columns = ReadingColumns()
        for row in 0..<all.rowCount where !evening.contains(all.startUTCSeconds[row]) {
            columns.append(row: row, of: all)
        }
        func span(_ first: Int64, _ last: Int64) -> DocumentCover.Span {
            DocumentCover.Span(firstUTCSeconds: first, lastUTCSeconds: last - 900, capturedUTCSeconds: .max)
        }
        let documents = DocumentCover([
            key: [
                span(home.start, evening.startUTCSeconds),
                span(evening.endUTCSeconds, home.start + 3 * 86_400),
            ]
        ])
        let found = SiteAnalysis(
            place: Place(latitude: 52.1, longitude: 5.1)!,
            zone: .utc,
            series: [key: columns],
            documents: documents
        ).findings
        #expect(found.map(\.kind) == [.siteSilent] && found.first?.interval == evening)
    }
}
