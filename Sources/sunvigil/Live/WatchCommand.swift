// sunvigil watch

import Analysis
import ArgumentParser
import Foundation
import Lake
import Readings
import Station
import Words

struct WatchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        _superCommandName: Sunvigil.name,
        abstract: "Watch over the gateway: ask it every minute, keep what it says, tell what goes wrong.",
        discussion: """
            Runs until it is stopped. Each round is kept before anything is made of it; import, check and report work beside
            it. What is found stands in `sunvigil findings` and in the nightly digest, and is a line here.

            With --once it asks one round and ends, for cron, every minute. Exit code then, and with --rounds, as of check:
            0 nothing needs attention, 1 something does, 2 an error.

            Which gateways, and how long raw replies are kept: see `sunvigil gateway`.

            EXAMPLES
              sunvigil watch
              * * * * * sunvigil watch --once          (cron)
              systemctl enable --now sunvigil-watch    (docs/systemd)
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(
        help: ArgumentHelp("Only this gateway: its serial number, address or site.", valueName: "name")
    )
    var gateway: String?
    @Flag(help: "Ask one round and end.") var once = false
    @Option(help: ArgumentHelp("End after so many rounds.", valueName: "n")) var rounds: Int?
    @Flag(help: "Tell of each round, not only of what is found.") var verbose = false
    @Option(
        help: ArgumentHelp(
            "For a played gateway: begin at this time, UTC (default with --speed: what the gateway's clock says).",
            valueName: "time"
        )
    )
    var start: String?
    @Option(
        help: ArgumentHelp(
            "For a played gateway: let the time run so many times as fast, as mock-gateway does.",
            valueName: "n"
        )
    )
    var speed: Double?

    func run() throws {
        let limit = try limit()
        signal(SIGPIPE, SIG_IGN)
        Interrupt.listen()
        let watched = WatchStore(try store.lakeStore, hooks: .terminal)
        let configuration = try Configuration.load(try store.snapshot())
        let entries = try GatewayBook.chosen(gateway, of: configuration.gateways)
        let messages = NotifyChild(store: try store.path)
        let world = try MachineWorld.world(try pretended(entries), messages: messages) { tell($0) }
        // What the journal holds may take a while to become rows.
        ServiceNotice.tell("READY=1")
        let loop = try WatchLoop(entries, store: watched, world: world, leavesWatched: once)
        loop.run(rounds: limit)
        ServiceNotice.tell("STOPPING=1")
        guard limit != nil else { return }
        messages.finish()
        if loop.hasFailed { throw ExitCode(2) }
        if try loop.needsAttention() { throw ExitCode(1) }
    }

    private func limit() throws -> Int? {
        if let rounds {
            guard rounds >= 1 else { throw CommandError("--rounds is 1 or more, not \(rounds)") }
            guard !once else { throw CommandError("--once is --rounds 1; leave one of them out") }
            return rounds
        }
        return once ? 1 : nil
    }

    /// The clock of a played gateway: it begins where the owner says, else where the gateway is.
    private func pretended(_ entries: [GatewayEntry]) throws -> PretendedClock? {
        guard start != nil || speed != nil else { return nil }
        if let speed, !(speed.isFinite && (0.01...100_000).contains(speed)) {
            throw CommandError("--speed is 0.01 to 100000, not \(speed)")
        }
        if let start {
            return PretendedClock(
                startUTCSeconds: Double(try TimeText.instant(start, "--start")),
                speed: speed ?? 1
            )
        }
        let time = try entries.first.flatMap { try GatewayCommand.look($0.host).gateway.utcSeconds }
        return PretendedClock(
            startUTCSeconds: time.map { Double($0) } ?? MachineWorld.now.utcSeconds,
            speed: speed ?? 1
        )
    }

    private func tell(_ news: WatchNews) {
        switch news {
        case .began(let entry):
            Console.error(
                "watching gateway \(entry.serial) at \(entry.host), site \(Console.oneLine(entry.site))"
            )
        case .finding(let site, let zone, let change):
            _ = Console.tryPrint("\(Console.oneLine(site.name)): \(OwnerWords.line(change, zone: zone))\n")
        case .round(let serial):
            if verbose {
                Console.error(
                    "\(Instant(utcSeconds: StoreOptions.now).iso8601) \(serial): a round was kept"
                )
            }
        case .remark(let serial, let text): Console.error("sunvigil: gateway \(serial): \(text)")
        }
    }
}
