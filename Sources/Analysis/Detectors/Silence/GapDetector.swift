// Silence of a site: runs of all-zero or missing intervals. See docs/analysis/gaps.md.

import Readings

/// Finds gaps in a series.
package enum GapDetector: SeriesDetector {
    package static let profile = DetectorProfile(
        kinds: [
            .siteSilent: .twoDays, .dropout: .halfDay, .midnightZero: .halfDay, .notDownloaded: .twoDays,
        ],
        needs: [DetectorNeed(.load, for: [.midnightZero])],
        // The weeks by which channels that never rest are known.
        memoryDays: 60,
        // What was not reported did not reach the cloud either, and what it hides is told with it.
        effects: [
            .telling(.siteSilent, with: .cloudSilent), .telling(.siteSilent, with: .outage),
        ],
        effectsPlace: 11,
        page: "gaps.md"
    )

    /// Returns silences, dropouts, midnight zeros, and times that nobody downloaded.
    package static func findings(_ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        let all = presence.absentRuns()
        let runs = joined(all.flatMap { pieces(of: $0, presence, without: presence.uncovered) }, presence)
            .filter { series.scope.contains($0.startUTCSeconds) }
        let silences = runs.flatMap { pieces(of: $0, presence, without: series.covered) }.compactMap { run in
            finding(run, series)
        }
        return silences + notDownloaded(all, series)
    }

    private static func finding(_ run: Presence.AbsentRun, _ series: SeriesContext) -> Finding? {
        let presence = series.presence
        if isMidnightZero(run, in: series) { return midnightZero(run, presence) }
        let seconds = run.endUTCSeconds - run.startUTCSeconds
        if seconds >= GapConstants.silentSeconds { return silence(run, presence) }
        // The newest intervals of a report are often still empty: they are no gap until they last.
        return run.isAtEnd ? nil : dropout(run, presence)
    }

    /// Returns the times between documents for which there are no data: nobody downloaded them, and nothing was silent.
    private static func notDownloaded(_ runs: [Presence.AbsentRun], _ series: SeriesContext) -> [Finding] {
        let presence = series.presence
        return runs.flatMap { run in
            presence.uncovered.compactMap { interval in
                Interval(startUTCSeconds: run.startUTCSeconds, endUTCSeconds: run.endUTCSeconds)
                    .intersection(interval)
            }.filter { $0.seconds > 0 && series.scope.contains($0.startUTCSeconds) }.flatMap { part in
                pieces(
                    of: Presence.AbsentRun(
                        startUTCSeconds: part.startUTCSeconds,
                        endUTCSeconds: part.endUTCSeconds
                    ),
                    presence,
                    without: series.covered
                )
            }
        }.filter { $0.endUTCSeconds - $0.startUTCSeconds >= DocumentCover.shortestSeconds }.map { run in
            let (start, end) = (
                Instant(utcSeconds: run.startUTCSeconds), Instant(utcSeconds: run.endUTCSeconds)
            )
            return Finding(
                device: "site",
                kind: .notDownloaded,
                start: start,
                end: end,
                alert: end,
                severity: .notice,
                rule: FindingRule(
                    .betweenDocuments,
                    [("at_least_seconds", .integer(DocumentCover.shortestSeconds))]
                ),
                evidence: evidence(run, presence),
                knownEnd: end
            )
        }
    }

    /// Joins runs over a few rows that slip through a silence. Lost single reports before and behind one stay what they are.
    private static func joined(_ runs: [Presence.AbsentRun], _ presence: Presence) -> [Presence.AbsentRun] {
        guard presence.key.seconds < SeriesKey.day else { return runs }
        let reach = Int64(GapConstants.strayRows) * Int64(presence.key.seconds)
        var result: [Presence.AbsentRun] = []
        var chain: [Presence.AbsentRun] = []
        for run in runs {
            if let last = chain.last, run.startUTCSeconds - last.endUTCSeconds > reach {
                result += merged(chain)
                chain = []
            }
            chain.append(run)
        }
        return result + merged(chain)
    }

    /// Merges a chain from its first to its last silence.
    private static func merged(_ chain: [Presence.AbsentRun]) -> [Presence.AbsentRun] {
        guard let first = chain.firstIndex(where: isSilence), let last = chain.lastIndex(where: isSilence),
            first < last
        else { return chain }
        var whole = chain[first]
        for run in chain[(first + 1)...last] {
            whole.endUTCSeconds = run.endUTCSeconds
            whole.zeroRows += run.zeroRows
            whole.missingRows += run.missingRows
            whole.basis.formUnion(run.basis)
            whole.isAtEnd = run.isAtEnd
        }
        return Array(chain[..<first]) + [whole] + Array(chain[(last + 1)...])
    }

    private static func isSilence(_ run: Presence.AbsentRun) -> Bool {
        run.endUTCSeconds - run.startUTCSeconds >= GapConstants.silentSeconds
    }

    /// Returns what is left of a run when covered times are taken out.
    private static func pieces(
        of run: Presence.AbsentRun,
        _ presence: Presence,
        without covered: [Interval]
    ) -> [Presence.AbsentRun] {
        let whole = Interval(startUTCSeconds: run.startUTCSeconds, endUTCSeconds: run.endUTCSeconds)
        let inside = covered.filter { $0.overlaps(whole) }
        guard !inside.isEmpty else { return [run] }
        var pieces: [Presence.AbsentRun] = []
        var start = run.startUTCSeconds
        for other in inside + [
            Interval(startUTCSeconds: whole.endUTCSeconds, endUTCSeconds: whole.endUTCSeconds)
        ] {
            let end = min(other.startUTCSeconds, whole.endUTCSeconds)
            if start < end {
                let part = Interval(startUTCSeconds: start, endUTCSeconds: end)
                var piece = Presence.AbsentRun(startUTCSeconds: start, endUTCSeconds: end)
                piece.zeroRows = presence.columns.rowRange(in: part).count
                piece.missingRows = max(0, presence.steps(from: start, to: end) - piece.zeroRows)
                piece.isAtEnd = run.isAtEnd && end == whole.endUTCSeconds
                piece.basis = presence.basis(of: part)
                pieces.append(piece)
            }
            start = max(start, other.endUTCSeconds)
        }
        return pieces
    }

    private static func isMidnightZero(_ run: Presence.AbsentRun, in series: SeriesContext) -> Bool {
        run.zeroRows == 1 && run.missingRows == 0 && !run.isAtEnd
            && series.presence.key.seconds < SeriesKey.day
            && series.zone.isStartOfDay(run.startUTCSeconds)
    }

    private static func evidence(_ run: Presence.AbsentRun, _ presence: Presence) -> Evidence {
        Evidence.rows(
            of: presence.key,
            first: run.startUTCSeconds,
            last: run.endUTCSeconds
                - (presence.key.seconds == SeriesKey.day ? 86_400 : Int64(presence.key.seconds)),
            rowCount: run.zeroRows,
            absentRows: run.missingRows
        )
    }

    private static func midnightZero(_ run: Presence.AbsentRun, _ presence: Presence) -> Finding {
        Finding(
            device: "site",
            kind: .midnightZero,
            start: Instant(utcSeconds: run.startUTCSeconds),
            end: Instant(utcSeconds: run.endUTCSeconds),
            alert: Instant(utcSeconds: run.endUTCSeconds + Int64(presence.key.seconds)),
            severity: .notice,
            sureness: sureness(run, isAtDocument: false),
            rule: FindingRule(.midnightZero, [("neighbours", .text("not zero"))]),
            evidence: evidence(run, presence).with { $0.missingWh = missingWh(run, presence) },
            knownEnd: Instant(utcSeconds: run.endUTCSeconds)
        )
    }

    /// What the neighbours of a single row used, or drew, on the average; nil where they do not tell.
    private static func missingWh(_ run: Presence.AbsentRun, _ presence: Presence) -> Int? {
        let columns = presence.columns
        let row = columns.firstRow(atOrAfter: run.startUTCSeconds)
        guard row > 0, row + 1 < columns.rowCount,
            let channel = [Channel.consumed, .imported].first(where: columns.hasChannel)
        else { return nil }
        let values = [columns[channel][row - 1], columns[channel][row + 1]]
        guard !values.contains(ReadingColumns.missingWh) else { return nil }
        return Int(values.reduce(Int64(0)) { $0 + Int64($1) } / 2)
    }

    private static func dropout(_ run: Presence.AbsentRun, _ presence: Presence) -> Finding {
        Finding(
            device: "site",
            kind: .dropout,
            start: Instant(utcSeconds: run.startUTCSeconds),
            end: Instant(utcSeconds: run.endUTCSeconds),
            alert: Instant(utcSeconds: run.endUTCSeconds),
            severity: .notice,
            sureness: sureness(run, isAtDocument: false),
            rule: FindingRule(.absentRun, [("shorter_than_seconds", .integer(GapConstants.silentSeconds))]),
            evidence: evidence(run, presence),
            knownEnd: Instant(utcSeconds: run.endUTCSeconds)
        )
    }

    private static func silence(_ run: Presence.AbsentRun, _ presence: Presence) -> Finding {
        let seconds = run.endUTCSeconds - run.startUTCSeconds
        let severity: Severity =
            seconds >= GapConstants.criticalSeconds
            ? .critical : seconds >= GapConstants.warningSeconds ? .warning : .notice
        let isAtDocument = presence.uncovered.contains {
            $0.startUTCSeconds == run.endUTCSeconds || $0.endUTCSeconds == run.startUTCSeconds
        }
        let sureness = sureness(run, isAtDocument: isAtDocument)
        // What one channel alone shows may be that channel.
        let isOfOneChannel = sureness == .suspected || run.basis == .imported
        return Finding(
            device: "site",
            kind: .siteSilent,
            start: Instant(utcSeconds: run.startUTCSeconds),
            end: run.isAtEnd ? nil : Instant(utcSeconds: run.endUTCSeconds),
            alert: Instant(
                utcSeconds: run.startUTCSeconds
                    + (run.basis == .wholeDay ? 86_400 : GapConstants.silentSeconds)
            ),
            severity: isOfOneChannel ? min(severity, .warning) : severity,
            sureness: sureness,
            rule: FindingRule(
                .absentRun,
                [
                    ("at_least_seconds", .integer(GapConstants.silentSeconds)),
                    ("warning_seconds", .integer(GapConstants.warningSeconds)),
                    ("critical_seconds", .integer(GapConstants.criticalSeconds)),
                ]
            ),
            evidence: evidence(run, presence).with { if isAtDocument { $0.bound = "document" } },
            knownEnd: Instant(utcSeconds: run.endUTCSeconds)
        )
    }

    /// How sure a silence is: rows that are missing, or zeros of a house whose use is told, leave no other reading; without its use
    /// the array may have stopped; and one that touches the end of a document may be the document's.
    private static func sureness(_ run: Presence.AbsentRun, isAtDocument: Bool) -> Sureness {
        if run.basis.isSubset(of: .load) { return isAtDocument ? .likely : .sure }
        return run.basis.isDisjoint(with: [.both, .imported, .wholeDay]) ? .suspected : .likely
    }
}
