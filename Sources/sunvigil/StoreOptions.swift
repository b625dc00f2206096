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
        if let store { return store }
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["SUNVIGIL_STORE"], !named.isEmpty { return named }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/sunvigil" }
        return (environment["HOME"] ?? ".") + "/.local/share/sunvigil"
    }

    static let environment = LakeEnvironment(
        programVersion: Sunvigil.version,
        loadZone: { try ZoneFiles.load($0) }
    )

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
