// The table of homes with losses: what was found, when, and what was told in vain. Not the rules of the score.

import Foundation
import Scoring

/// Prints homes with losses.
struct LossTable {
    let homes: [LossHome]

    func print(details: Bool) {
        let years = homes.map(\.years).reduce(0, +)
        Swift.print("\nlosses: \(homes.count) homes, \(fixed(years)) years")
        kinds()
        types()
        falseAlarms("all homes", homes)
        falseAlarms("homes called clean-", homes.filter(\.isClean))
        energies()
        Swift.print(
            "check: CPU seconds a home, mean \(fixed(mean(homes.map(\.check)), 2)), largest "
                + "\(fixed(homes.map(\.check).max() ?? 0, 2)); analysis alone \(fixed(mean(homes.map(\.analysis)), 3))"
        )
        guard details else { return }
        for home in homes {
            Swift.print(
                "\n\(home.name): check \(fixed(home.check, 2)) s CPU, analysis \(fixed(home.analysis, 3))"
            )
            for finding in home.free.wrong { Swift.print("  false  \(text(finding))") }
            for miss in home.byDeadline.misses {
                let isLate = !home.free.misses.contains(miss)
                Swift.print("  \(isLate ? "late  " : "missed") \(text(miss)); \(best(miss, home))")
            }
        }
    }

    private func kinds() {
        Swift.print(line("kind", ["tp/fp/fn", "F1", "tp/fp/fn@D", "F1@D"]))
        var scores: [(free: Double, byDeadline: Double)] = []
        for kind in Losses.kinds + Losses.context {
            let free = homes.map { $0.free.counts(kind) }.reduce(Counts(), +)
            let byDeadline = homes.map { $0.byDeadline.counts(kind) }.reduce(Counts(), +)
            guard free != Counts() else { continue }
            if Losses.kinds.contains(kind) { scores.append((free.f1, byDeadline.f1)) }
            Swift.print(
                line(kind, [cell(free), fixed(free.f1, 2), cell(byDeadline), fixed(byDeadline.f1, 2)])
            )
        }
        Swift.print(
            "mean F1 \(fixed(mean(scores.map(\.free)), 3)), with deadlines "
                + "\(fixed(mean(scores.map(\.byDeadline)), 3)), over \(scores.count) kinds (without silences)\n"
        )
    }

    /// What was found of each sort, and of production lost by the share that is lost.
    private func types() {
        Swift.print(line("sort", ["in time", "at all", "of", "days to alert, median / 90 %"]))
        var groups: [String: (found: Int, inTime: Int, all: Int, days: [Double])] = [:]
        func names(_ truth: LossTruth) -> [String] {
            let kind = truth.truth.kind
            let own = truth.type.isEmpty ? kind : "\(kind) \(truth.type)"
            guard kind == "production_lost", let fraction = truth.fraction else { return [own] }
            let tenth = min(9, Int(fraction * 10))
            return [own, "share lost 0.\(tenth) to \(tenth == 9 ? "1.0" : "0.\(tenth + 1)")"]
        }
        for home in homes {
            for pair in home.free.pairs {
                let day = Double(pair.finding.told.alert - pair.truth.truth.start) / 86_400
                for name in names(pair.truth) {
                    groups[name, default: (0, 0, 0, [])].found += 1
                    groups[name]?.all += 1
                    groups[name]?.days.append(day)
                }
            }
            for miss in home.free.misses {
                for name in names(miss) { groups[name, default: (0, 0, 0, [])].all += 1 }
            }
            for pair in home.byDeadline.pairs {
                for name in names(pair.truth) { groups[name]?.inTime += 1 }
            }
        }
        for (name, group) in groups.sorted(by: { $0.key < $1.key }) {
            let days = spread(group.days) ?? "-"
            Swift.print(line(name, ["\(group.inTime)", "\(group.found)", "\(group.all)", days]))
        }
    }

    private func falseAlarms(_ title: String, _ homes: [LossHome]) {
        guard !homes.isEmpty else { return }
        let years = max(0.01, homes.map(\.years).reduce(0, +))
        let alarms = homes.flatMap(\.free.falseAlarms)
        let byKind = Dictionary(grouping: alarms, by: \.told.kind).sorted { $0.key < $1.key }
        Swift.print(
            "\nfalse alarms of warning or worse, \(title): \(alarms.count), \(fixed(Double(alarms.count) / years, 3)) a system-year"
        )
        for (kind, own) in byKind {
            Swift.print("  \(kind): \(own.count), \(fixed(Double(own.count) / years, 3)) a system-year")
        }
    }

    private func energies() {
        let pairs = homes.flatMap(\.free.pairs).filter { $0.truth.length >= 86_400 }
        let errors = pairs.compactMap { pair in
            pair.truth.lostKwh.flatMap { truth in
                pair.finding.lostKwh.map { 100 * abs($0 / truth - 1) }
            }
        }
        let silent = pairs.count { $0.truth.lostKwh != nil } - errors.count
        Swift.print(
            "\nlost energy, error in percent, median / 90 %: \(spread(errors) ?? "-") (\(errors.count) losses; "
                + "\(silent) found without a figure)"
        )
    }

    // MARK: Text

    private func text(_ finding: LossFinding) -> String {
        var words = ["\(finding.told.kind) \(finding.told.device)"]
        words.append("\(Table.stamp(finding.told.start)) to \(Table.stamp(finding.told.end))")
        words.append("told \(Table.stamp(finding.told.alert)), \(finding.told.severity)")
        if let fault = finding.fault { words.append("fault \(fault)") }
        if let fraction = finding.fraction { words.append("fraction \(fixed(fraction, 2))") }
        return words.joined(separator: ", ")
    }

    private func text(_ miss: LossTruth) -> String {
        var words = ["\(miss.truth.kind) \(miss.type)"]
        words.append("\(Table.stamp(miss.truth.start)) to \(Table.stamp(miss.truth.end))")
        words.append("due \(Table.stamp(miss.due))")
        if let fraction = miss.fraction { words.append("fraction \(fixed(fraction, 2))") }
        return words.joined(separator: ", ")
    }

    /// The finding of an admitted kind that comes nearest to a truth.
    private func best(_ miss: LossTruth, _ home: LossHome) -> String {
        let near = home.findings.filter { ([miss.truth.kind] + miss.also).contains($0.told.kind) }
            .map { (finding: $0, share: Losses.overlap($0, miss)) }
            .filter { $0.share > 0 }.max { $0.share < $1.share }
        guard let near else { return "nothing told" }
        return "told \(text(near.finding)), overlap \(fixed(near.share, 2))"
    }

    private func line(_ name: String, _ cells: [String]) -> String {
        name.padding(toLength: 38, withPad: " ", startingAt: 0)
            + cells.map { $0.padding(toLength: max(12, $0.count), withPad: " ", startingAt: 0) }.joined()
    }

    private func cell(_ counts: Counts) -> String { "\(counts.hits)/\(counts.falseAlarms)/\(counts.misses)" }
    private func fixed(_ value: Double, _ digits: Int = 1) -> String {
        String(format: "%.\(digits)f", value)
    }
    private func mean(_ values: [Double]) -> Double {
        values.reduce(0, +) / Double(max(1, values.count))
    }
    private func spread(_ values: [Double]) -> String? {
        guard let middle = quantile(values, 0.5), let high = quantile(values, 0.9) else { return nil }
        return "\(fixed(middle)) / \(fixed(high))"
    }
}
