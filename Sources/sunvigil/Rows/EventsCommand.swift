// sunvigil events

import Analysis
import ArgumentParser
import Ingest
import Lake
import Readings
import Station

struct EventsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "events",
        _superCommandName: Sunvigil.name,
        abstract: "What happened, as the sources report it and their counters show it.",
        discussion: """
            Lists what documents say, and what lies between them: counters that wrapped, began anew or jumped, and
            firmware that changed.

            EXAMPLE
              sunvigil events --site home --json
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let lake = try past.open(store)
        var answers: [JSONValue] = []
        for site in try lake.chosenSites(site) {
            let zone = try ZoneFiles.load(site.timeZone)
            let events = try lake.allEvents(site)
            for event in events {
                let record = event.record
                answers.append(
                    .object([
                        ("site", .text(site.name)), ("source", .text(event.source.name)),
                        ("event", EventJSON.json(record)),
                    ])
                )
                if json { continue }
                let end = record.endUTCSeconds.map { " to \(zone.text(atUTCSeconds: $0))" } ?? ""
                Console.print(
                    "\(site.name)  \(zone.text(atUTCSeconds: record.startUTCSeconds))\(end)  \(record.kind.rawValue)  \(Console.oneLine(record.text))"
                )
            }
        }
        if json { Console.print(JSONValue.array(answers).pretty, terminator: "") }
        if !json, answers.isEmpty { Console.error("no events") }
    }
}
