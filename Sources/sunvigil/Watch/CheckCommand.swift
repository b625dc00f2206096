// sunvigil check

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Report
import Station

struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        _superCommandName: Sunvigil.name,
        abstract:
            "The nightly job: take in the inbox, analyse what changed, keep the findings, write the month's report.",
        discussion: """
            Exit code 0: nothing needs attention. 1: a warning or worse lasts, or ended less than 45 days before the newest
            data and is not explained, and you have neither acknowledged nor muted it; each is a line. 2: an error.

            config.json in the store's folder names inbox folders, the folder of reports, the heartbeat file and the
            rules' parameters; see docs/check.md. Two checks of one store never run at once.

            EXAMPLES
              30 4 * * * sunvigil check                     (cron, every night at 4:30)
              sunvigil check --as-of 2025-03-13T04:30:00Z   (what that night's check would have said)
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Only this site.") var site: String?
    @Flag(help: "Analyse all rows, not only what changed.") var full = false
    @Option(
        help: ArgumentHelp(
            "Say what was known at a past time, UTC, and what was new that night; nothing is kept.",
            valueName: "time"
        )
    )
    var asOf: String?
    @Flag(
        help:
            "Print {run, sites: [{site, data_until, new, reopened, closed, open, now, follow_up, attention}], inbox}."
    ) var json =
        false

    func run() throws {
        let started = CPUTime.seconds()
        if let asOf { return try replay(asOf) }
        // The reader of the output may go away: the night's work goes on.
        signal(SIGPIPE, SIG_IGN)
        Interrupt.listen()
        let night = try CheckNight.run(
            path: try store.path,
            open: { try store.changing() },
            site: site,
            isFull: full,
            clock: { StoreOptions.now },
            words: { CommandWords.text($0) },
            post: ChannelMachine.night,
            tell: { digest in
                for refusal in digest.refusals { Console.error(refusal) }
                for failure in digest.failures { Console.error("sunvigil: \(failure)") }
                return Console.tryPrint(json ? digest.json.pretty : digest.text)
            }
        )
        for remark in night.remarks + night.notices { Console.error("sunvigil: \(remark)") }
        if let messages = night.messages { _ = NotifyCommand.tell(messages) }
        if !json { _ = Console.tryPrint(CheckCommand.more(night)) }
        let seconds = JSONValue.fixed(CPUTime.seconds() - started, decimals: 2)
        let own = JSONValue.fixed(night.analysisSeconds, decimals: 3)
        Console.error(night.digest.line + ", \(seconds) s CPU (analysis \(own))")
        if night.code != 0 { throw ExitCode(night.code) }
    }

    /// Where the pages lie that were written, and how to see more.
    private static func more(_ night: CheckNight.Outcome) -> String {
        // A fleet's pages are named by their folder.
        let pages =
            night.pages.count > 5 ? [(night.pages[0] as NSString).deletingLastPathComponent] : night.pages
        var lines = pages.map { "page: \($0)\n" }
        if night.digest.sites.contains(where: \.hasFindings) {
            lines.append("more: sunvigil findings, or of one: sunvigil findings NUMBER\n")
        }
        return lines.joined()
    }

    private func replay(_ asOf: String) throws {
        guard let instant = Instant(iso8601: asOf) else {
            throw CommandError("--as-of is a time as 2025-03-13T04:30:00Z, not \(asOf)")
        }
        let lake = try store.snapshot()
        let replay = NightReplay(lake: lake, configuration: try Configuration.load(lake))
        var needsAttention = false
        for site in try lake.chosenSites(site) {
            let night = try replay.night(site, at: instant.utcSeconds)
            Console.print(night.text)
            needsAttention = needsAttention || night.needsAttention
        }
        if needsAttention { throw ExitCode(1) }
    }
}
