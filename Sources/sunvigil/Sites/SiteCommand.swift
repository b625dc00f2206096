// sunvigil site list, rename, remove

import ArgumentParser
import Lake
import Readings
import Station

struct SiteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "site",
        _superCommandName: Sunvigil.name,
        abstract:
            "The homes of the store: list, rename, remove. New ones: sunvigil init, or an import that describes one.",
        discussion: """
            EXAMPLES
              sunvigil site list
              sunvigil site rename cabin hut
              sunvigil site remove cabin
            """,
        subcommands: [List.self, Rename.self, Remove.self],
        defaultSubcommand: List.self
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "The sites, with what each holds.")
        @OptionGroup var store: StoreOptions
        @Flag(
            help:
                "Print [{site, time_zone, latitude, longitude, installed_w, battery_wh, imports, data_until}]."
        )
        var json = false

        func run() throws {
            let station = try store.asking()
            let entries = try SiteBook.list(station.lake, now: station.now)
            if json {
                return Console.print(JSONValue.array(entries.map(List.json)).pretty, terminator: "")
            }
            if entries.isEmpty { Console.error("no sites; make one with: sunvigil init") }
            for entry in entries {
                let site = entry.site
                let rating = site.installed.map { ", \($0.value) W" } ?? ""
                let battery = site.battery.map { ", batteries \($0.value) Wh" } ?? ""
                Console.print(
                    "\(Console.oneLine(site.name))  \(site.timeZone)  \(site.place.latitude), \(site.place.longitude)\(rating)\(battery)  \(entry.imports.count) imports, \(entry.view.age)"
                )
            }
        }

        private static func json(_ entry: SiteBook.Entry) -> JSONValue {
            let site = entry.site
            return .object([
                ("site", .text(site.name)), ("time_zone", .text(site.timeZone)),
                ("latitude", .plain(site.place.latitude)), ("longitude", .plain(site.place.longitude)),
                ("installed_w", .optional(site.installed?.value)),
                ("battery_wh", .optional(site.battery?.value)),
                ("imports", .integer(Int64(entry.imports.count))),
                ("data_until", .optional(entry.view.dataEnd.map { Instant(utcSeconds: $0).iso8601 })),
            ])
        }
    }

    struct Rename: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a site another name; its data, findings and cases stay with it."
        )
        @OptionGroup var store: StoreOptions
        @Argument(help: "The name it has.") var name: String
        @Argument(help: "The name it gets.") var newName: String

        func run() throws {
            let isConfigured = try SiteBook.rename(name, to: newName, try store.writer())
            Console.print("site \(Console.oneLine(name)) is called \(Console.oneLine(newName)) now")
            if isConfigured {
                Console.error("note: config.json has facts of \(name) under \"sites\"; rename them there too")
            }
            Console.error("note: reports that lie in the folder of reports keep the old name")
        }
    }

    struct Remove: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract:
                "Undo all imports of a site and take it out of the store; its documents stay, as with undo."
        )
        @OptionGroup var store: StoreOptions
        @Flag(help: "Do not ask.") var yes = false
        @Argument(help: "The site.") var name: String

        func run() throws {
            let lake = try store.writer()
            let site = try lake.site(named: name)
            let count = try SiteBook.list(lake, now: 0).first { $0.site == site }?.imports.count ?? 0
            if !yes {
                guard Prompt.isPossible else {
                    throw CommandError("this undoes \(count) imports of \(name); pass --yes if you mean it")
                }
                guard Prompt.agrees("Undo \(count) imports of \(name) and take it out?", usually: false)
                else {
                    throw CommandError("nothing was changed")
                }
            }
            let rows = try SiteBook.remove(site, lake) { Console.progress("undone: \($0) of \($1)") }
            Console.progress("")
            Console.print(
                "site \(Console.oneLine(name)) is gone: \(count) imports undone, \(rows) rows removed"
            )
            Console.print(
                "to have it back: sunvigil init --site \(InitCommand.quoted(name)) --time-zone \(site.timeZone) --latitude \(site.place.latitude) --longitude \(site.place.longitude), then import its documents again"
            )
        }
    }
}
