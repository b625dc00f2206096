// Where the store lies, and what every verb needs of it.

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings

/// The option that names the store.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The store's folder (default: SUNVIGIL_STORE, else $XDG_DATA_HOME/sunvigil).",
            valueName: "dir"
        )
    )
    var store: String?

    var path: String {
        let environment = ProcessInfo.processInfo.environment
        if let store { return store }
        if let named = environment["SUNVIGIL_STORE"], !named.isEmpty { return named }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/sunvigil" }
        return (environment["HOME"] ?? ".") + "/.local/share/sunvigil"
    }

    static let environment = LakeEnvironment(programVersion: Sunvigil.version)

    func open(_ access: Lake.Access) throws -> Lake {
        try Lake.open(path: path, access: access, environment: StoreOptions.environment)
    }
}

/// An error of the command itself.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Zone files of the system.
enum ZoneFiles {
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/var/db/timezone/zoneinfo"]

    /// Reads a zone of the tz database.
    static func load(_ identifier: String) throws -> TimeZoneRules {
        let isSafe = !identifier.isEmpty && !identifier.hasPrefix("/") && !identifier.contains("..")
        for folder in folders where isSafe {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(identifier)") else { continue }
            do {
                return try TimeZoneRules(identifier: identifier, tzif: [UInt8](data))
            } catch {
                throw CommandError(
                    "\(folder)/\(identifier) is no zone file (\(error)); name a zone as Europe/London"
                )
            }
        }
        if !folders.contains(where: { FileManager.default.fileExists(atPath: $0) }) {
            throw CommandError("this machine has no time-zone database; install the package tzdata")
        }
        throw CommandError(
            "there is no time zone \(identifier); name one as Europe/London or America/Los_Angeles"
        )
    }
}

extension Lake {
    /// Analyses a site over its whole history.
    func analyse(_ site: Site) throws -> (SiteAnalysis, TimeZoneRules) {
        let zone = try ZoneFiles.load(site.timeZone)
        let series = try readings(systemID: site.systemID)
        let captures = try newestCaptures(systemID: site.systemID)
        let analysis = SiteAnalysis(
            place: site.place,
            zone: zone,
            series: series,
            captures: captures,
            home: try home(site, series, captures)
        )
        return (analysis, zone)
    }

    /// The columns of a site and its devices; nil where nothing has intervals of an hour or less.
    func home(_ site: Site, _ series: [SeriesKey: ReadingColumns], _ captures: [SeriesKey: Int64]) throws
        -> HomeContext?
    {
        let key = SiteAnalysis.precedence(series, captures: captures).first { $0.seconds <= 3600 }
        let columns = HomeColumns(
            site: key.flatMap { key in series[key].map { (key, $0) } },
            devices: try deviceSeries(systemID: site.systemID),
            changes: try changes(site)
        )
        return columns.map {
            HomeContext(
                $0,
                place: site.place,
                installedW: site.installed.map { Double($0.value) },
                batteryWh: site.battery.map { Double($0.value) }
            )
        }
    }

    /// What relay and settings did, from the states that devices reported.
    private func changes(_ site: Site) throws -> [HomeChange] {
        try deviceStates(systemID: site.systemID).compactMap { sourced in
            let state = sourced.record
            var change = HomeChange(atUTCSeconds: state.atUTCSeconds)
            change.isRelayOpen = state.properties[.relayActual].map { $0 == "open" }
            change.isRelayCommandedOpen = state.properties[.relayCommanded].map { $0 == "open" }
            change.reserve = state.properties[.reserve].flatMap { Double($0) }
            change.isStormGuard = state.properties[.stormGuard].map { $0 == "true" }
            return change == HomeChange(atUTCSeconds: state.atUTCSeconds) ? nil : change
        }
    }

    /// The named site, or all.
    func chosenSites(_ name: String?) throws -> [Site] {
        try name.map { [try site(named: $0)] } ?? sites()
    }
}
