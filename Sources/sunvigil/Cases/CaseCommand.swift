// sunvigil case

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

struct CaseCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "case",
        _superCommandName: Sunvigil.name,
        abstract:
            "Your log of calls, promises and exchanges; days open are counted, and check reminds of promises.",
        discussion: """
            EXAMPLES
              sunvigil case open "battery 6 stuck at 99 %" --finding 12
              sunvigil case note 1 --kind call --by vendor "ticket 0815; they look into it"
              sunvigil case note 1 --kind promise --by installer --due 2025-05-20 "comes with a new battery"
              sunvigil case list
              sunvigil case close 1 "battery exchanged"
            """,
        subcommands: [Open.self, Note.self, Close.self, List.self]
    )

    /// What entries of the log share.
    struct WhenOptions: ParsableArguments {
        @Option(
            help: ArgumentHelp("When it was, a day or a time (default: now).", valueName: "time")
        )
        var at: String?

        /// Returns the time in seconds UTC.
        func seconds(_ now: Int64, _ zone: TimeZoneRules) throws -> Int64 {
            guard let at else { return now }
            if let day = CivilDate(at) {
                let start = zone.startOfDay(day)
                guard Instant(iso8601: Instant(utcSeconds: start).iso8601) != nil else {
                    throw CommandError("--at \(at) lies outside the years 1 to 9999")
                }
                return start
            }
            return try TimeText.instant(at, "--at")
        }
    }
}
