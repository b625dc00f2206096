// What the command says of remedies, notices and progress: its verbs and flags.

import Foundation
import Lake
import Readings
import Station

/// The command's words.
enum CommandWords {
    /// Returns an error with what to do about it, in one line.
    static func text(_ error: any Error) -> String {
        guard let remedy = (error as? any RemediableError)?.remedy else { return "\(error)" }
        return "\(error); \(text(remedy))"
    }

    /// Returns a remark with what helps, in one line.
    static func text(_ remark: StoreRemark) -> String {
        remark.text + (remark.remedy.map { "; \(text($0))" } ?? "")
    }

    /// Returns what to do.
    static func text(_ remedy: Remedy) -> String {
        switch remedy {
        case .plain(let text): text
        case .makeStore(let path): makeStore(path)
        case .otherStore: "check the permissions, or choose another folder with --store"
        case .verify: "run: sunvigil verify"
        case .rebuild: "run: sunvigil rebuild"
        case .repairThenImport: "run: sunvigil repair, then import it again"
        case .rebuildOrRestore: "run: sunvigil rebuild, or sunvigil restore from a backup"
        case .listImports: "list them with: sunvigil status"
        case .importPaths: "run: sunvigil import PATH"
        case .makeSite(let name?): "make it with: sunvigil init --site \(name)"
        case .makeSite(nil): "make one with: sunvigil init --site NAME"
        case .addSite(let name): "add it with: sunvigil init --site \(name)"
        case .changeSite: "pass --update to change them"
        case .correctZone(let site): "correct it with: sunvigil init --update --site \(site) --time-zone …"
        case .putBackOrRebuild: "put the newer catalogue back, or run: sunvigil rebuild"
        case .importAgainOrRebuild: "import the documents again, or run: sunvigil rebuild"
        case .repairWritesIt: "sunvigil repair writes it anew"
        case .lookAtTotals: "look at: sunvigil totals"
        case .lookAtSites: "look at names, zones and places with: sunvigil status"
        case .chooseSite(let known): choose(known)
        case .tellRating(let site):
            "for an array of 4000 W run: sunvigil init --update\(site.map { " --site \(InitCommand.quoted($0))" } ?? "") --installed-w 4000"
        case .nameSite: "pass --site or --map PATTERN=SITE"
        case .nameSiteIf(let name): "if it belongs there pass --site \(name), else --map PATTERN=SITE"
        case .nameSiteOrChange: "pass --site, or change the site with: sunvigil init --update"
        case .fixLineOrSkip: "fix the line or pass --skip-bad-rows"
        case .downloadOrSkip: "download it again or pass --skip-bad-rows"
        case .downloadOrIgnoreTotals: "download it again or pass --ignore-totals"
        case .dayFirst: "if days come first pass --date-order dmy"
        case .tellDateOrder: "write them as 2025-03-11, or pass --date-order dmy or --date-order mdy"
        case .tellStep: "pass --step-minutes"
        case .tellSide: "pass --side import or --side export"
        case .takeTimesAsUTC: "import it without --times local"
        case .takeTimes(let word):
            "with --times \(word) it is right (\(timesWords(word))); to take it as it is pass --accept-clock"
        case .acceptClock:
            "no reading of its times makes it right, so that the site's zone or place, or the file, may be wrong; to take it as it is pass --accept-clock"
        case .checkZone: "check the site's time zone with: sunvigil status"
        case .importAsDocument: "use: sunvigil import"
        case .otherOutput: "name another folder with --output"
        case .otherOutputOrPermissions: "name another folder with --output, or make it writable"
        case .shorterTime: "name a shorter time with --from and --to"
        case .addGateway: "add it with: sunvigil gateway add HOST --site NAME"
        case .acceptKey: "pass --accept-key to take it"
        case .trustGateway: "if you know why, take it with: sunvigil gateway trust"
        case .giveToken:
            "get one at https://entrez.enphaseenergy.com and give it with: sunvigil gateway token"
        case .listCases: "list them with: sunvigil case list --all"
        }
    }

    private static func timesWords(_ word: String) -> String {
        switch word {
        case "standard": "the site's standard time all year"
        case "utc": "UTC"
        default: "the site's wall clock"
        }
    }

    /// How to make a store: where it would lie anyway its place need not be named.
    private static func makeStore(_ path: String) -> String {
        let isUsual = (try? StoreOptions.usualPath()) == path
        return "make one with: sunvigil init\(isUsual ? "" : " --store \(InitCommand.quoted(path))")"
    }

    /// How to name one of several sites.
    private static func choose(_ known: [String]) -> String {
        let choices = known.prefix(5).map { "--site \(InitCommand.quoted($0))" }.joined(separator: " or ")
        return "say which: \(choices)\(known.count > 5 ? " …" : "")"
    }

    /// Says that a change waits for another process.
    static func waiting(store: String, holder: String) -> String {
        "note: waiting for \(holder), which is writing the store at \(store)"
    }

    /// Returns a notice.
    static func text(_ notice: Notice) -> String {
        switch notice {
        case .siteMade(let name, let zone, let store): "site \(name) (\(zone)) was made in the store \(store)"
        case .siteGuessed(let name, let zone, let north, let east, let store):
            """
            site \(name) was made in the store \(store): zone \(zone) by its documents, place about \
            \(north) degrees north, \(east) east by the sun on its panels. Correct it with: \
            sunvigil init --update --site \(name) --time-zone … --latitude … --longitude …
            """
        case .longPause:
            "note: the last check was more than 400 days ago by this clock; past states are kept until the next one"
        }
    }

    /// Returns a line of progress; empty at the end.
    static func text(_ step: WorkStep) -> String {
        switch step {
        case .looking(let number, let count, let path): "looking at \(number) of \(count): \(path)"
        case .read(let number, let count, let name, let rate, let left):
            "\(number) of \(count): \(name), \(JSONValue.fixed(rate / 1_000_000, decimals: 2)) M rows/s, \(left) s left"
        case .checking(let number, let count, let site): "check: \(number) of \(count): \(site)"
        case .compacting(let what): "compact: \(what)"
        case .ended: ""
        }
    }
}

extension Hooks {
    /// Tells what goes on where a person watches, and all else on stderr.
    static var terminal: Hooks {
        Hooks(
            progress: { Console.progress(CommandWords.text($0)) },
            notice: { Console.error(CommandWords.text($0)) },
            words: { CommandWords.text($0) },
            isCancelled: { Interrupt.isRaised }
        )
    }
}
