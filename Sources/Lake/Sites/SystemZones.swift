// The zones of a store's systems: a rollup's days begin at their midnight.

import Readings

/// Zone rules by system, loaded once each. A class: its cache is shared by the parts of one change.
final class SystemZones {
    private let names: [Int64: String]
    private let environment: LakeEnvironment
    private var rules: [String: TimeZoneRules] = [:]

    /// Tells that a zone that there is not counts as UTC: rows must not stay out for the sake of a name.
    private let defaultsToUTC: Bool
    /// Zones that there are not, with the name of a site.
    private(set) var unknownZones: [String: String] = [:]
    private let siteNames: [Int64: String]

    init(sites: [Site], environment: LakeEnvironment, defaultsToUTC: Bool = false) {
        self.defaultsToUTC = defaultsToUTC
        siteNames = Dictionary(sites.map { ($0.systemID, $0.name) }) { first, _ in first }
        names = Dictionary(sites.map { ($0.systemID, $0.timeZone) }) { first, _ in first }
        self.environment = environment
    }

    /// Returns the rules of a system's zone; UTC for a system that has no site.
    func rules(ofSystem systemID: Int64) throws -> TimeZoneRules {
        guard let name = names[systemID] else { return .utc }
        if let known = rules[name] { return known }
        let loaded: TimeZoneRules
        do {
            loaded = try environment.loadZone(name)
        } catch {
            // A file that cannot be read is no zone that there is not.
            guard defaultsToUTC, !(error is LakeError) else { throw error }
            unknownZones[name] = siteNames[systemID] ?? "\(systemID)"
            loaded = .utc
        }
        rules[name] = loaded
        return loaded
    }
}
