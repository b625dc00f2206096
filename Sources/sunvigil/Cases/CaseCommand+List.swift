// sunvigil case list

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station
import Words

extension CaseCommand {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "List open cases, or all.",
            discussion: "EXAMPLES\n  sunvigil case list\n  sunvigil case list --all --json"
        )
        @OptionGroup var store: StoreOptions
        @Option(help: "Only this site.") var site: String?
        @Flag(help: "Closed ones too.") var all = false
        @Flag(
            help:
                "Print [{id, site, title, opened, closed, days_open, findings, entries: [{at, kind, by, text, due}]}]."
        )
        var json = false

        func run() throws {
            let lake = try store.snapshot()
            let now = lake.environment.nowMicroseconds() / 1_000_000
            let cases = try CaseBook.read(lake).cases.filter { own in
                (all || own.closedAt == nil) && (site.map { $0 == own.site } ?? true)
            }
            if json {
                Console.print(JSONValue.array(cases.map { value($0, now) }).pretty, terminator: "")
                return
            }
            if cases.isEmpty {
                return Console.print(
                    "no \(all ? "" : "open ")cases; open one with: sunvigil case open TITLE"
                )
            }
            for own in cases {
                let zone = try ZoneFiles.load(try lake.site(named: own.site).timeZone)
                func time(_ utcSeconds: Int64) -> String { zone.text(atUTCSeconds: utcSeconds) }
                let state =
                    own.closedAt.map { "closed \(time($0)), was open" } ?? "open since \(time(own.openedAt)),"
                let title = VisibleText.of(own.title)
                let days = own.daysOpen(atUTCSeconds: now)
                Console.print("\(own.caseID)  \(own.site)  \(title)  \(state) \(days) days")
                for entry in own.entries {
                    let who = entry.by.isEmpty ? "" : " \(VisibleText.of(entry.by)):"
                    let due = entry.due.map { " (due \(VisibleText.of($0)))" } ?? ""
                    Console.print(
                        "   \(time(entry.at))  \(entry.kind.rawValue)\(who) \(VisibleText.of(entry.text))\(due)"
                    )
                }
            }
        }

        private func value(_ own: OwnerCase, _ now: Int64) -> JSONValue {
            func time(_ utcSeconds: Int64) -> String { Instant(utcSeconds: utcSeconds).iso8601 }
            return .object([
                ("id", .integer(own.caseID)), ("site", .text(own.site)), ("title", .text(own.title)),
                ("opened", .text(time(own.openedAt))), ("closed", .optional(own.closedAt.map(time))),
                ("days_open", .integer(own.daysOpen(atUTCSeconds: now))),
                ("findings", .array(own.findings.map { .integer($0) })),
                (
                    "entries",
                    .array(
                        own.entries.map { entry in
                            .object([
                                ("at", .text(time(entry.at))), ("kind", .text(entry.kind.rawValue)),
                                ("by", .text(entry.by)), ("text", .text(entry.text)),
                                ("due", .optional(entry.due)),
                            ])
                        }
                    )
                ),
            ])
        }
    }
}
