// Where the store lies, and what every verb needs of it.

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Station

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

    /// What the store needs of the world around it.
    static let environment = Station.environment(programVersion: Sunvigil.version)

    /// The place of the store.
    var lakeStore: LakeStore {
        get throws { LakeStore(path: try path, environment: StoreOptions.environment) }
    }

    /// Opens the store, and tells what that brought to light.
    func open(_ access: Lake.Access) throws -> Lake { StoreOptions.telling(try lakeStore.open(access)) }

    /// Opens the store for changing, or makes it where there is none.
    func openOrCreate() throws -> Lake { StoreOptions.telling(try lakeStore.openOrCreate()) }

    private static func telling(_ lake: Lake) -> Lake {
        for notice in lake.notices { Console.error("note: \(notice)") }
        return lake
    }

    /// Opens the store for the use cases, which tell what they do on the terminal.
    func station(_ access: Lake.Access) throws -> Station {
        Station(lake: try open(access), hooks: .terminal)
    }
}

/// An error of the command itself.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
