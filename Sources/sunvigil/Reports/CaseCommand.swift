// sunvigil case

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report

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

    struct Open: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open a case.",
            discussion:
                "EXAMPLE\n  sunvigil case open \"battery 6 stuck at 99 %\" --finding 12 --at 2025-05-02"
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("A finding that it is about; may be given again.", valueName: "id"))
        var finding: [Int64] = []
        @Argument(help: "What it is about, in a few words.") var title: String

        func run() throws {
            guard !title.allSatisfy(\.isWhitespace) else { throw CommandError("a case needs a title") }
            let lake = try store.open(.write)
            let site = try lake.site(named: self.site)
            let known = Set(try lake.findings(systemID: site.systemID).map(\.findingID))
            if let odd = finding.first(where: { !known.contains($0) }) {
                throw CommandError(
                    "there is no finding \(odd) of \(site.name); list them with: sunvigil findings"
                )
            }
            var book = try CaseBook.read(lake)
            let caseID = (book.cases.map(\.caseID).max() ?? 0) + 1
            let now = lake.environment.nowMicroseconds() / 1_000_000
            book.cases.append(
                OwnerCase(
                    caseID: caseID,
                    site: site.name,
                    title: title,
                    openedAt: try when.seconds(now, try ZoneFiles.load(site.timeZone)),
                    findings: finding
                )
            )
            try book.write(lake)
            Console.print("case \(caseID) is open; note what happens with: sunvigil case note \(caseID) TEXT")
        }
    }

    struct Note: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Note a call, a promise, an exchange (rma) or anything else.",
            discussion:
                "EXAMPLE\n  sunvigil case note 1 --kind promise --by vendor --due 2025-05-20 \"sends a new battery\""
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Option(help: "note, call, promise, rma, or kept: what was promised has come.") var kind = "note"
        @Option(help: "Who said or did it: vendor, installer, utility, …") var by = ""
        @Option(help: ArgumentHelp("The day by which it was promised, YYYY-MM-DD.", valueName: "day"))
        var due: String?
        @Argument(help: "The case's number.") var caseID: Int64
        @Argument(help: "What was said or done.") var text: String

        func run() throws {
            guard let kind = OwnerCase.Kind(rawValue: kind) else {
                let known = OwnerCase.Kind.allCases.map(\.rawValue).joined(separator: ", ")
                throw CommandError("--kind is one of \(known), not \(self.kind)")
            }
            if let due, CivilDate(due) == nil {
                throw CommandError("--due is a day as 2025-05-20, not \(due)")
            }
            let lake = try store.open(.write)
            var book = try CaseBook.read(lake)
            let index = try book.index(of: caseID)
            let zone = try ZoneFiles.load(try lake.site(named: book.cases[index].site).timeZone)
            let now = lake.environment.nowMicroseconds() / 1_000_000
            book.cases[index].entries.append(
                OwnerCase.Entry(
                    at: try when.seconds(now, zone),
                    kind: kind,
                    by: by,
                    text: text,
                    due: due
                )
            )
            book.cases[index].entries.sort { $0.at < $1.at }
            try book.write(lake)
            Console.print("noted in case \(caseID)\(due.map { "; check reminds you behind \($0)" } ?? "")")
        }
    }

    struct Close: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Close a case.",
            discussion: "EXAMPLE\n  sunvigil case close 1 \"battery exchanged\""
        )
        @OptionGroup var store: StoreOptions
        @OptionGroup var when: WhenOptions
        @Argument(help: "The case's number.") var caseID: Int64
        @Argument(help: "How it ended.") var text: String?

        func run() throws {
            let lake = try store.open(.write)
            var book = try CaseBook.read(lake)
            let index = try book.index(of: caseID)
            guard book.cases[index].closedAt == nil else {
                throw CommandError("case \(caseID) is closed already")
            }
            let zone = try ZoneFiles.load(try lake.site(named: book.cases[index].site).timeZone)
            let at = try when.seconds(lake.environment.nowMicroseconds() / 1_000_000, zone)
            guard at >= book.cases[index].openedAt else {
                throw CommandError("a case cannot be closed before it was opened; name another --at")
            }
            book.cases[index].closedAt = at
            if let text {
                book.cases[index].entries.append(
                    OwnerCase.Entry(at: at, kind: .note, by: "", text: text, due: nil)
                )
            }
            try book.write(lake)
            let days = book.cases[index].daysOpen(atUTCSeconds: at)
            Console.print("case \(caseID) is closed after \(days) days")
        }
    }

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
            let lake = try store.open(.read)
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
                let title = MarkdownText.visible(own.title)
                let days = own.daysOpen(atUTCSeconds: now)
                Console.print("\(own.caseID)  \(own.site)  \(title)  \(state) \(days) days")
                for entry in own.entries {
                    let who = entry.by.isEmpty ? "" : " \(MarkdownText.visible(entry.by)):"
                    let due = entry.due.map { " (due \(MarkdownText.visible($0)))" } ?? ""
                    Console.print(
                        "   \(time(entry.at))  \(entry.kind.rawValue)\(who) \(MarkdownText.visible(entry.text))\(due)"
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
