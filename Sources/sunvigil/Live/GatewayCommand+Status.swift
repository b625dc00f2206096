// sunvigil gateway status

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

extension GatewayCommand {
    struct Status: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "status",
            abstract: "What the watch over each gateway says of itself; asks no gateway.",
            discussion: """
                EXAMPLES
                  sunvigil gateway status
                  sunvigil gateway status --json
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: ArgumentHelp("Which gateway: serial number, address or site.", valueName: "name"))
        var gateway: String?
        @Flag(help: "Print JSON: [{serial, site, host, state, age_s, stalled, …}].") var json = false

        func run() throws {
            let lake = try store.snapshot()
            let now = StoreOptions.now
            let all = try Configuration.load(lake).gateways
            // That there is none yet is an answer, and no error, where nobody asks for one.
            let entries = gateway == nil ? all : try GatewayBook.chosen(gateway, of: all)
            let states = entries.map {
                WatchStanding($0, WatchHeartbeat.read(lake.path, serial: $0.serial), now: now)
            }
            guard !json else {
                return Console.print(JSONValue.array(states.map(\.json)).pretty, terminator: "")
            }
            if states.isEmpty {
                Console.print("no gateway is known; add one with: sunvigil gateway add HOST")
            }
            for state in states { Console.print(state.text) }
        }
    }
}
