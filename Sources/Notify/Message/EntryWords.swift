// What a message says of one finding: the owner's words for it, how it stands, since when, how sure, what it costs, what to do.

import Readings
import Words

/// The words for one finding in a message.
struct EntryWords {
    /// So many companions and documents are named one by one.
    private static let mostNamed = 5
    /// Energy that is worth a word, kWh.
    private static let leastKWh = 0.05

    let own: NotifiedFinding
    let facts: SiteFacts
    let safe: SafeText
    /// The finding in the owner's words, without its end and in small letters.
    let plain: String
    private let since: String
    /// The finding as it is worded.
    private let finding: Finding
    /// The data show it no more, and nobody knows since when.
    private let isUnseen: Bool

    init(_ own: NotifiedFinding, facts: SiteFacts, safe: SafeText) {
        (self.own, self.facts, self.safe) = (own, facts, safe)
        var worded = own.finding
        // What did not come ends when it comes. Of all else that the data show no more nobody knows how long it lasted.
        let isClosed = own.state == .closed && worded.end == nil
        if isClosed { worded.end = worded.kind.isOfWatch ? max(worded.start, worded.knownEnd) : worded.start }
        isUnseen = isClosed && !worded.kind.isOfWatch
        finding = worded
        plain =
            isUnseen
            ? safe.of(EntryWords.unseen(worded))
            : safe.of(EntryWords.withoutPlace(worded, zone: facts.zone))
        since = facts.zone.text(atUTCSeconds: own.finding.start.utcSeconds)
    }

    /// What the data show no more, in few words.
    private static func unseen(_ finding: Finding) -> String {
        let name = FindingWords.of(finding.kind).name
        return "\(name)\(finding.device == "site" ? "" : " of \(finding.device)") is seen no more in the data"
    }

    /// What is told with it. A sentence that names the site's place ends before it.
    var companions: [String] {
        own.companions.map { text in
            let parts = text.split(separator: " the stated place ", maxSplits: 1)
            return safe.of(parts.count == 2 ? "\(parts[0]) the stated place" : text)
        }
    }

    /// The headline without the site's place, which does not leave the house.
    private static func withoutPlace(_ finding: Finding, zone: TimeZoneRules) -> String {
        guard finding.kind == .placeWrong else { return OwnerWords.headline(finding, zone: zone) }
        var without = finding
        without.evidence.remove(\.statedLatitude)
        without.evidence.remove(\.statedLongitude)
        without.evidence.remove(\.proposedLatitude)
        without.evidence.remove(\.proposedLongitude)
        return OwnerWords.headline(without, zone: zone).replacing(" 0.00, 0.00", with: "")
    }

    /// The finding as a sentence.
    var headline: String {
        let sentence = OwnerWords.sentence(plain)
        return sentence.last.map { ".…!?".contains($0) } ?? true ? sentence : "\(sentence)."
    }

    /// The finding for a title: how long instead of since when; of a site's that is over the name and how long.
    var short: String {
        if isUnseen { return plain }
        if !own.isLasting, finding.device == "site" { return safe.of(OwnerWords.past(finding)) }
        let length = NumberText.duration(finding.interval.seconds)
        let round = length.hasSuffix(".0 days") ? "\(length.dropLast(7)) days" : length
        var text = plain.replacing("since \(since) (\(length) so far)", with: "for \(round)")
            .replacing("for \(length), since \(since)", with: "for \(round)")
        if let end = finding.end {
            let until = facts.zone.text(atUTCSeconds: end.utcSeconds)
            text = text.replacing("from \(since) to \(until) (\(length))", with: "for \(round)")
                .replacing("from \(since) on; it reached it again by \(until)", with: "for \(round)")
        }
        return text
    }

    // MARK: Lines

    /// The lines below the headline.
    func lines(_ step: MessageEvent, _ events: [ToldEvent]) -> [String] {
        let isOver = step == .over || step == .newAndOver
        var lines = [standing(step, events)]
        if !plain.contains(since) && !isUnseen { lines.append(time) }
        if step != .over { lines.append("\(OwnerWords.sentence(safe.of(OwnerWords.sureness(finding)))).") }
        lines.append(reason)
        lines.append(cost)
        if own.state == .open { lines.append("What to do: \(safe.of(OwnerWords.advice(finding)))") }
        lines += companions.prefix(EntryWords.mostNamed).map { "With it: \($0)." }
        let more = own.companions.count - EntryWords.mostNamed
        if more > 0 { lines.append("With it: \(more) more.") }
        if own.number > 0 {
            if !isOver && !own.isQuiet { lines.append("If you know of it: sunvigil ack \(own.number)") }
            lines.append("All about it: sunvigil findings \(own.number)")
        }
        return lines.compactMap { $0 }.filter { !$0.isEmpty }
    }

    private var time: String {
        let length = NumberText.duration(finding.interval.seconds)
        guard let end = finding.end else {
            return finding.interval.seconds > 0 ? "Since \(since), \(length) so far." : "Since \(since)."
        }
        return "From \(since) to \(facts.zone.text(atUTCSeconds: end.utcSeconds)), \(length)."
    }

    private func standing(_ step: MessageEvent, _ events: [ToldEvent]) -> String? {
        switch step {
        case .newAndOver: "It was, and is over. \(filled ?? "")".trimmed
        case .over: filled ?? ended
        case .again:
            "It was over, and holds again\(own.timesBack > 1 ? ": it has come back \(timesBack)" : "")."
        case .worse: "It has grown worse\(worse(events))."
        case .reminder:
            "It has lasted \(lasted)\(own.timesBack > 0 ? ", has come back \(timesBack)" : ""), and you have not said that you know of it."
        default: nil
        }
    }

    private var timesBack: String { NumberText.count(own.timesBack, "time") }

    private var lasted: String {
        // As far as it is known: data may have ended long ago.
        let days = finding.interval.seconds / 86_400
        return days > 0 ? NumberText.count(Int(days), "day") : NumberText.duration(finding.interval.seconds)
    }

    private func worse(_ events: [ToldEvent]) -> String {
        let levels = events.filter { $0.event == .worse }.map(\.level)
        if levels.contains(where: { Severity(rawValue: $0) != nil }) {
            return ": it is \(finding.severity.rawValue) now"
        }
        return levels.contains { $0.hasPrefix("cost:") } ? ": what it costs has doubled" : ""
    }

    /// When it ended; nil where the headline says so.
    private var ended: String? {
        guard let end = finding.end else { return nil }
        let text = facts.zone.text(atUTCSeconds: end.utcSeconds)
        return plain.contains(text) ? nil : "It ended on \(text)."
    }

    /// What filled it, with the names of documents; nil where it was not closed.
    var filled: String? {
        guard own.state == .closed else { return nil }
        let reason = own.closedBy?.json.read
        let names = (reason?["imports"]?.elements ?? []).compactMap { $0["name"]?.string }
        guard !names.isEmpty else {
            return
                "\(OwnerWords.sentence(safe.of(reason?["reason"]?.string ?? "the data no longer show it")))."
        }
        let named = names.prefix(EntryWords.mostNamed).map { safe.documentName($0) }
        let more = names.count - named.count
        return "New data fill it: \(named.joined(separator: ", "))\(more > 0 ? " and \(more) more" : "")."
    }

    /// Why messages do not go; nil for other findings.
    private var reason: String? {
        guard finding.kind == .channelFailing, let reason = finding.evidence.json["reason"]?.string else {
            return nil
        }
        return "The reason: \(safe.of(reason, most: 200))"
    }

    /// What it costs; nil where it does not say so itself.
    private var cost: String? {
        let evidence = finding.evidence
        let until = finding.end == nil && own.state == .open ? "so far" : "in all"
        if let lost = evidence.lostKWh, lost >= EntryWords.leastKWh {
            let isSure = finding.kind == .degradation || evidence.cause == "panels"
            let what = isSure ? "not produced" : "not produced, or not measured"
            return
                "About \(OutageWords.kilowattHours(lost)) kWh \(what) \(until)\(worth(lost, isSure: isSure))."
        }
        if let proven = evidence.provenKWh, proven >= EntryWords.leastKWh {
            return
                "At least \(OutageWords.kilowattHours(proven)) kWh went out \(until) without being recorded as made."
        }
        if let missing = evidence.missingWh, missing >= 50, own.state == .open {
            let amount = "About \(OutageWords.kilowattHours(Double(missing) / 1000)) kWh"
            let verb = finding.end == nil ? "have not been recorded so far" : "were not recorded"
            return "\(amount) \(verb); that alone does not say that they were lost."
        }
        return nil
    }

    /// What energy is worth: between what it would have earned and what it would have saved. What may have been made and only was
    /// not measured may be worth nothing.
    private func worth(_ energy: Double, isSure: Bool) -> String {
        guard let tariff = facts.tariff else { return "" }
        let prices = [tariff.importPerKWh, tariff.exportPerKWh].filter(\.isFinite)
        guard let least = prices.min(), let most = prices.max(), most > 0 else { return "" }
        func text(_ price: Double) -> String { NumberText.fixed(energy * price, 2) }
        let (low, high) = (text(isSure ? least : 0), text(most))
        let currency = safe.of(tariff.currency, most: 8)
        return low == high ? ", worth \(high) \(currency)" : ", worth \(low) to \(high) \(currency)"
    }
}

extension String {
    /// The text without blanks at its end.
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
