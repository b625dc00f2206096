// The state of charge of each battery over a time, with the time of findings. How curves are drawn stands in CurvePanels.

import Analysis
import Readings
import Words

/// The state of charge of each battery.
struct ChargeFigure {
    /// The time.
    let facts: PeriodFacts

    private var axis: TimeAxis { TimeAxis(facts) }

    /// The chart with its numbers; nil where no battery tells its state of charge.
    var figure: ReportFigure? {
        let shown = facts.batteries.filter { $0.lastPercent != nil }
        guard !shown.isEmpty else { return nil }
        let panels = shown.map { battery in
            CurvePanels.Panel(
                name: battery.serial,
                values: ValueMeans.of(battery.hourly, each: hoursPerValue),
                marks: marks(battery.serial)
            )
        }
        let marked = panels.count { !$0.marks.isEmpty }
        let last = shown.map { "\($0.serial) \(NumberText.fixed($0.lastPercent ?? 0, 0)) %" }
        return ReportFigure(
            "charge",
            title: "State of charge of each battery",
            description:
                "One curve a battery over \(facts.title), from 0 to 100 %; hatched without data, tinted where a finding holds.",
            caption:
                "Last reported: \(last.joined(separator: ", ")).\(marked > 0 ? " Tinted: the time of a finding." : "")",
            chart: .curves(
                CurvePanels(
                    panels,
                    // Between captures nothing was to be expected.
                    expected: axis.expected(
                        shown.contains(where: \.hasIntervals) ? facts.seriesSpan ?? facts.dataSpan : nil
                    ),
                    ceiling: 100,
                    unit: "%",
                    tone: .battery,
                    ticks: axis.ticks
                )
            ),
            table: ReportTable(
                "State of charge in \(facts.title), percent",
                columns: [.text("battery"), .number("lowest"), .number("highest"), .number("last")],
                rows: shown.map { battery in
                    [battery.lowestPercent, battery.highestPercent, battery.lastPercent].reduce(
                        into: [ReportText(battery.serial)]
                    ) { $0.append(ReportText($1.map { NumberText.fixed($0, 0) } ?? "–")) }
                }
            )
        )
    }

    /// Hours that are drawn as one value: a month's hours each, of a year the days.
    private var hoursPerValue: Int { facts.interval.seconds > 62 * 86_400 ? 24 : 1 }

    /// The part of the time in which a finding of a battery holds, for its panel.
    private func marks(_ serial: String) -> [CurvePanels.Mark] {
        let kinds: Set<FindingKind> = [.batteryPinned, .batteryNoCharge, .batteryUnbalanced, .batteryDeep]
        return facts.records.filter {
            $0.isOpen && kinds.contains($0.finding.kind)
                && ($0.finding.device == serial || $0.finding.device == "pack")
        }.compactMap { reported in
            guard let part = reported.finding.interval.intersection(facts.interval), part.seconds > 0 else {
                return nil
            }
            return CurvePanels.Mark(
                from: axis.place(part.startUTCSeconds),
                to: axis.place(part.endUTCSeconds),
                text: FindingWords.of(reported.finding.kind).name
            )
        }
    }
}
