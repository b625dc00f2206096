// The zones of a store's systems: a rollup's days begin at their midnight.

import Readings

/// Zone rules by system, loaded once each. A class: its cache is shared by the parts of one change.
final class SystemZones {
    private let names: [Int64: String]
    private let environment: LakeEnvironment
    private var rules: [String: TimeZoneRules] = [:]

    init(sites: [Site], environment: LakeEnvironment) {
        names = Dictionary(sites.map { ($0.systemID, $0.timeZone) }) { first, _ in first }
        self.environment = environment
    }

    /// Returns the rules of a system's zone; UTC for a system that has no site.
    func rules(ofSystem systemID: Int64) throws -> TimeZoneRules {
        guard let name = names[systemID] else { return .utc }
        if let known = rules[name] { return known }
        let loaded = try environment.loadZone(name)
        rules[name] = loaded
        return loaded
    }
}
