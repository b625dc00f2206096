// Who knew what when, for the evidence of a case. What is told beside it stands in CaseReport.

import Analysis
import Readings
import Words

/// What data, devices, the vendor, the utility and the owner said.
struct CaseTimeline {
    /// The time.
    let facts: PeriodFacts
    /// The findings that were named; nil for all of the time: then everything is of the case.
    let about: [ReportedFinding]?
    /// The owner's case; nil for all of the time.
    let ownerCase: OwnerCase?

    /// All of it, in the order of time; what is of other devices is marked so.
    ///
    /// - Parameter findings: those whose beginnings and ends are told.
    func moments(_ findings: [ReportedFinding]) -> [CaseReport.Moment] {
        let told = facts.cases.filter { ownerCase == nil || $0.caseID == ownerCase?.caseID }
        let moments =
            findings.flatMap(\.asKept).flatMap(findingMoments) + deviceMoments + vendorMoments + billMoments
            + told.flatMap(caseMoments)
        return moments.map {
            CaseReport.Moment(
                at: $0.at,
                who: $0.who,
                text: VisibleText.of($0.text),
                isOfCase: $0.isOfCase
            )
        }.sorted { ($0.at, $0.who, $0.text) < ($1.at, $1.who, $1.text) }
    }

    /// Tells whether the case is about one of some kinds, or about a device.
    private func isAbout(_ kinds: Set<FindingKind>, device: String = "") -> Bool {
        guard let about else { return true }
        return about.flatMap(\.all).contains {
            kinds.contains($0.finding.kind) || !device.isEmpty && $0.finding.device == device
        }
    }

    private static let silences: Set<FindingKind> = [
        .siteSilent, .cloudSilent, .outage, .zeroDay, .partialSite, .lateBackfill, .productionLost,
    ]
    private static let grid: Set<FindingKind> = [
        .island, .gridDisagreement, .relayOpenedItself, .relayRepeats, .productionLost,
    ]
    private static let billed: Set<FindingKind> = [
        .siteSilent, .outage, .mismatch, .productionLost, .productionMeterWrong, .gridMeterWrong,
        .consumptionMeterWrong,
    ]

    private func findingMoments(_ reported: ReportedFinding) -> [CaseReport.Moment] {
        let finding = reported.finding
        let name = ReportWords.short(finding)
        func data(_ at: Instant, _ text: String) -> CaseReport.Moment {
            CaseReport.Moment(at: at.utcSeconds, who: "data", text: "\(name): \(text)")
        }
        var moments = [data(finding.start, "begins")]
        if finding.alert > finding.start {
            moments.append(data(finding.alert, "the data show it from here on"))
        }
        if let at = reported.acknowledgedAt {
            let note = reported.note.map { ": \($0)" } ?? ""
            moments.append(owner(at, "knows of it (\(name))\(note)"))
        }
        if let end = finding.end, end > finding.start { moments.append(data(end, "ends")) }
        return moments
    }

    private var deviceMoments: [CaseReport.Moment] {
        let isGrid = isAbout(CaseTimeline.grid)
        func devices(_ at: Int64, _ text: String, isOfCase: Bool) -> CaseReport.Moment {
            CaseReport.Moment(at: at, who: "devices", text: text, isOfCase: isOfCase)
        }
        let openings = facts.relayOpenings.flatMap { opening in
            [
                devices(opening.startUTCSeconds, "the grid relay is open", isOfCase: isGrid),
                devices(opening.endUTCSeconds, "the grid relay is closed again", isOfCase: isGrid),
            ]
        }
        let onGrid = facts.gridEvents.map {
            devices($0.startUTCSeconds, ReportWords.event($0), isOfCase: isGrid)
        }
        let others = facts.deviceEvents.map { event in
            devices(
                event.startUTCSeconds,
                ReportWords.event(event),
                isOfCase: isAbout([], device: event.device.serial)
            )
        }
        return openings + onGrid + others
    }

    private var vendorMoments: [CaseReport.Moment] {
        facts.vendorEvents.map { event in
            let text = "the vendor lists: \(ReportWords.event(event))"
            return CaseReport.Moment(
                at: event.startUTCSeconds,
                who: "vendor",
                text: text,
                isOfCase: isAbout(CaseTimeline.silences, device: event.device.serial)
            )
        }
    }

    private var billMoments: [CaseReport.Moment] {
        let isBilled = isAbout(CaseTimeline.billed)
        return facts.billed.map { bill in
            func amount(_ wattHours: Int64?) -> String {
                wattHours.map { "\(OutageWords.kilowattHours(Double($0) / 1000)) kWh" } ?? "not printed"
            }
            return CaseReport.Moment(
                at: facts.zone.startOfDay(bill.end),
                who: "utility",
                text:
                    "bill of \(bill.start) to \(bill.end): import \(amount(bill.importWh)), export \(amount(bill.exportWh))",
                isOfCase: isBilled
            )
        }
    }

    private func caseMoments(_ own: OwnerCase) -> [CaseReport.Moment] {
        let opened = owner(own.openedAt, "opens case \(own.caseID): \(own.title)")
        let entries = own.entries.map { entry in
            let by = entry.by.isEmpty || entry.by == "owner" ? "" : "\(entry.by): "
            let due = entry.due.map { " (due \($0))" } ?? ""
            return owner(entry.at, "notes (\(entry.kind.rawValue)) \(by)\(entry.text)\(due)")
        }
        let closed = own.closedAt.map { owner($0, "closes case \(own.caseID)") }
        return [opened] + entries + (closed.map { [$0] } ?? [])
    }

    private func owner(_ at: Int64, _ text: String) -> CaseReport.Moment {
        CaseReport.Moment(at: at, who: "owner", text: text)
    }
}
