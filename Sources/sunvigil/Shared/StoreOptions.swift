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
    static func usualPath() throws -> String {
        let environment = ProcessInfo.processInfo.environment
        if let named = environment["SUNVIGIL_STORE"], !named.isEmpty { return named }
        if let data = environment["XDG_DATA_HOME"], !data.isEmpty { return data + "/sunvigil" }
        guard let home = environment["HOME"], home.hasPrefix("/") else {
            throw CommandError("HOME is not set, so the store's place is not known; name it with --store DIR")
        }
        return home + "/.local/share/sunvigil"
    }

    /// What the store needs of the world around it.
    static let environment = LakeEnvironment.ofMachine(
        programVersion: Sunvigil.version,
        home: ProcessInfo.processInfo.environment["HOME"] ?? "",
        onWait: { Console.error(CommandWords.waiting(store: $0, holder: $1)) }
    )

    /// The time, seconds UTC.
    static var now: Int64 { environment.nowMicroseconds() / 1_000_000 }

    /// The place of the store.
    var lakeStore: LakeStore {
        get throws { LakeStore(path: try path, environment: StoreOptions.environment) }
    }

    /// Opens the store for questions.
    func snapshot() throws -> LakeSnapshot { try lakeStore.snapshot() }

    /// Opens the store for changes, and tells what that brought to light.
    func writer() throws -> LakeWriter { StoreOptions.telling(try lakeStore.writer()) }

    /// Opens the store for changes, or makes it where there is none.
    func writerOrNew() throws -> LakeWriter { StoreOptions.telling(try lakeStore.writerOrNew()) }

    /// Tells what opening a store brought to light.
    static func telling(_ lake: LakeWriter) -> LakeWriter {
        for notice in lake.notices { Console.error("note: \(CommandWords.text(notice))") }
        return lake
    }

    /// Opens the store for use cases that ask, and tell what they do on the terminal.
    func asking() throws -> Station<LakeSnapshot> { Station(lake: try snapshot(), hooks: .terminal) }

    /// Opens the store for use cases that change it, and tell what they do on the terminal.
    func changing() throws -> Station<LakeWriter> { Station(lake: try writer(), hooks: .terminal) }
}

/// An error of the command itself.
struct CommandError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}
