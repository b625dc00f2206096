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
        get throws {
            if let store { return store }
            return try StoreOptions.usualPath()
        }
    }

    /// Where a store lies that is not named.
    private static func usualPath() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["SUNVIGIL_STORE"], !named.isEmpty { return named }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/sunvigil" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CommandError("HOME is not set, so the store's place is not known; name it with --store DIR")
        }
        return home + "/.local/share/sunvigil"
    }

    static let environment = LakeEnvironment(
        programVersion: Sunvigil.version,
        loadZone: { try ZoneFiles.load($0) }
    )

    /// Opens the store, and tells what that brought to light.
    func open(_ access: Lake.Access) throws -> Lake {
        let lake = try Lake.open(path: try path, access: access, environment: StoreOptions.environment)
        for notice in lake.notices { Console.error("note: \(notice)") }
        return lake
    }

    /// Opens the store for changing, or makes it where there is none.
    func openOrCreate() throws -> Lake {
        let lake = try Lake.openOrCreate(path: try path, environment: StoreOptions.environment)
        for notice in lake.notices { Console.error("note: \(notice)") }
        return lake
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

    /// Returns a zone's file; nil only where there is none.
    private static func zone(_ path: String) throws -> [UInt8]? {
        do {
            return try Lake.file(path)
        } catch LakeError.system(_, _, let code) where [ENOTDIR, EISDIR, ENAMETOOLONG].contains(code) {
            return nil
        }
    }

    /// Reads a zone of the tz database.
    static func load(_ identifier: String) throws -> TimeZoneRules {
        let isSafe = !identifier.isEmpty && !identifier.hasPrefix("/") && !identifier.contains("..")
        for folder in folders where isSafe {
            guard let bytes = try zone("\(folder)/\(identifier)") else { continue }
            do {
                return try TimeZoneRules(identifier: identifier, tzif: bytes)
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
