// What the rules about losses know of a site, kept between two runs: a night looks at the days since, and a page need not look at
// years again. What they know stands in Analysis.

import Analysis
import Foundation
import Lake
import Readings

/// What is kept of a site's losses.
struct KeptLosses: Codable, Sendable {
    /// The snapshot whose rows it comes from, and what they were looked at with.
    let snapshotID: Int64
    let rules: String
    let series: [Series]

    /// What is known of a series.
    struct Series: Codable, Sendable {
        let source: Source
        let seconds: Int32
        /// nil for one of which no loss can be told.
        let state: LossState?
    }

    /// A number that is none must not cost a night.
    private static let words = (plus: "inf", minus: "-inf", none: "nan")

    fileprivate static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: words.plus,
            negativeInfinity: words.minus,
            nan: words.none
        )
        return encoder
    }

    fileprivate static var decoder: JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: words.plus,
            negativeInfinity: words.minus,
            nan: words.none
        )
        return decoder
    }

    /// The name under which the store keeps it.
    fileprivate static let name = "losses"

    /// Takes what an analysis gave; nil where losses were not asked for.
    init(_ analysis: SiteAnalysis, snapshotID: Int64, rules: String) {
        self.snapshotID = snapshotID
        self.rules = rules
        series = Set(analysis.series.map(\.presence.key)).sorted().map { key in
            Series(source: key.source, seconds: key.seconds, state: analysis.lossStates[key])
        }
    }

    /// The days up to which it knows each series.
    fileprivate var days: [Int64?] { series.map { $0.state?.nextDay } }
}

extension LakeReader {
    /// What losses are looked at with: program, rules, parameters and facts of the site. Another one begins anew.
    func analysisRules(_ site: Site, _ configuration: Configuration) throws -> String {
        let facts =
            "\(site.timeZone) \(site.place) \(site.installed?.value ?? 0) \(site.battery?.value ?? 0) \(site.array.map { "\($0)" } ?? "")"
        return try
            "\(environment.programVersion) \(AnalysisRules.version) \(facts) \(configuration.fingerprint(site: site.name))"
    }

    /// Returns what is known of a site's losses; nothing where rows that it comes from have changed since, or its rules.
    ///
    /// - Parameter rowsFrom: the first instant whose rows are read; what is known of less does not help then.
    /// - Returns: nil where `rowsFrom` asks for more than is known.
    func lossMemory(_ site: Site, _ configuration: Configuration, rowsFrom: Int64 = .min) throws
        -> LossMemory?
    {
        let nothing = rowsFrom == .min ? LossMemory.none : nil
        guard let kept = try keptLosses(site), try kept.rules == analysisRules(site, configuration) else {
            return nothing
        }
        return try memory(of: kept, site, rowsFrom: rowsFrom) ?? nothing
    }

    /// What was kept, where rows that it comes from have not changed since; nil where they have, or it does not reach up to the rows
    /// that are read.
    fileprivate func memory(of kept: KeptLosses, _ site: Site, rowsFrom: Int64 = .min) throws -> LossMemory? {
        let changed = try changedMonths(systemID: site.systemID, since: kept.snapshotID).first?.firstDay
        var states: [SeriesKey: LossState] = [:]
        for series in kept.series {
            guard let state = series.state else { continue }
            guard state.nextDay <= changed?.daysSince1970 ?? .max,
                // A day that begins behind the first row by more than any zone's offset is read whole.
                (state.nextDay - 1) * 86_400 >= rowsFrom
            else { return nil }
            let key = SeriesKey(systemID: site.systemID, source: series.source, seconds: series.seconds)
            states[key] = state
        }
        let known = Set(kept.series.map { "\($0.source) \($0.seconds)" })
        let all = try newestCaptures(systemID: site.systemID).keys.map { "\($0.source) \($0.seconds)" }
        return Set(all).isSubset(of: known) ? LossMemory(states: states) : nil
    }

    fileprivate func keptLosses(_ site: Site) throws -> KeptLosses? {
        try fit(KeptLosses.name, systemID: site.systemID).flatMap {
            try? KeptLosses.decoder.decode(KeptLosses.self, from: Data($0.compact.utf8))
        }
    }
}

extension LakeWriter {
    /// Keeps what is known of losses, where it reaches further than what is kept, or that does not hold any more.
    func keep(_ losses: KeptLosses, of site: Site) throws {
        if let kept = try keptLosses(site), kept.rules == losses.rules, kept.days == losses.days,
            let memory = try memory(of: kept, site), !memory.states.isEmpty
        {
            return
        }
        let text = String(decoding: try KeptLosses.encoder.encode(losses), as: UTF8.self)
        try keep(fit: .raw(text), KeptLosses.name, systemID: site.systemID)
    }
}
