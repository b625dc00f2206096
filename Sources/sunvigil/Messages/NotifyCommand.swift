// sunvigil notify

import ArgumentParser
import Foundation
import Lake
import Notify
import Readings
import Station

struct NotifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "notify",
        _superCommandName: Sunvigil.name,
        abstract: "Send the messages that are due, through the channels of config.json.",
        discussion: """
            check and watch call it by themselves. A timer every quarter of an hour
            sees to reminders, to quiet hours, and to what could not be sent at once.
            What is told, and a page for each channel: docs/messages.md.

            Exit code 0: all that was due went. 2: a channel did not deliver, or
            config.json has a slip. What did not go is tried again by itself.

            EXAMPLES
              sunvigil notify --test         (a message through each channel)
              sunvigil notify --test phone   (through one, with all that is said)
              sunvigil notify --show         (what would go now; nothing is sent)
              sunvigil notify --list         (what waits, went and failed)
              */15 * * * * sunvigil notify   (cron)
              sunvigil check; [ $? -lt 2 ] || sunvigil notify --failed check
            """
    )

    @OptionGroup var store: StoreOptions
    @Flag(
        help:
            "Send a marked message through each channel, or the one that is named, and show what is said on the way."
    )
    var test = false
    @Flag(help: "Print what would go, and send nothing.") var show = false
    @Flag(help: "Print what waits, what went lately and what failed.") var list = false
    @Flag(help: "Print JSON.") var json = false
    @Option(
        help: ArgumentHelp("Tell at once, through each channel, that this service failed.", valueName: "unit")
    )
    var failed: String?
    @Flag(help: "The live watch asks: its own sign of life is given too.") var watching = false
    @Argument(help: "With --test: only this channel.") var channel: String?

    /// So long may all of it take, seconds.
    private static let patience = 60.0

    func validate() throws {
        let modes = [test, show, list, failed != nil, watching].count { $0 }
        guard modes <= 1 else {
            throw ValidationError("--test, --show, --list, --failed and --watching do not go together")
        }
        if channel != nil && !test { throw ValidationError("a channel is named with --test") }
        if json && !show && !list { throw ValidationError("--json goes with --show or --list") }
    }

    func run() throws {
        signal(SIGPIPE, SIG_IGN)
        Interrupt.listen()
        if test { return try tryChannels() }
        if let failed { return try tell(failed: failed) }
        if show || list { return try look() }
        try send()
    }

    // MARK: Sending

    private func send() throws {
        let messages: NotifyRun<LakeWriter>
        let heartbeat: Heartbeat
        let outcome: Postman.Outcome
        let hasFaults: Bool
        do {
            let station = try store.changing()
            station.lake.release()
            messages = try NotifyRun(station)
            heartbeat = Heartbeat(station.lake, messages.configuration)
            giveSign(messages.configuration.notify)
            hasFaults = NotifyCommand.tell(try messages.slips())
            outcome = try messages.run(
                within: NotifyCommand.patience,
                seed: UInt64(getpid()),
                send: ChannelMachine.send(messages.configuration.notify)
            )
        } catch LakeError.locked(_, let holder) {
            // A check sends by itself when it is done; behind an import the next run does.
            Console.error("note: \(holder) is writing the store; what waits goes behind it")
            giveSign(NotifySettings(storePath: try store.path, home: StoreOptions.environment.home))
            return
        }
        for (channel, title) in outcome.sent { Console.print("\(channel): \(title)") }
        var isGood = NotifyCommand.tell(outcome) && !hasFaults
        if let remark = try messages.writeNumbers(heartbeat.lastCheck) {
            Console.error("sunvigil: \(remark)")
            isGood = false
        }
        if !isGood { throw ExitCode(2) }
    }

    /// Gives the sign of life of the live watch, where that asks, once.
    private func giveSign(_ settings: NotifySettings) {
        guard watching, let remark = ChannelMachine.giveSign(of: settings) else { return }
        Console.error("sunvigil: \(remark)")
    }

    /// Tells what did not go.
    ///
    /// - Returns: whether all went.
    static func tell(_ outcome: Postman.Outcome) -> Bool {
        for (channel, reason) in outcome.failures {
            Console.error(
                "sunvigil: channel \(channel) did not deliver: \(reason); try it with: sunvigil notify --test \(channel)"
            )
        }
        return outcome.isGood
    }

    /// Tells what is wrong with the list of channels.
    ///
    /// - Returns: whether anything is.
    private static func tell(_ slips: [SettingsFault]) -> Bool {
        for slip in slips { Console.error("sunvigil: config.json: \(slip)") }
        return !slips.isEmpty
    }

    // MARK: Trying

    private func tryChannels() throws {
        let messages = try NotifyRun(try store.asking())
        var isGood = !NotifyCommand.tell(try messages.slips())
        let all = messages.configuration.notify.channels
        let chosen = all.filter { channel == nil || $0.name == channel }
        guard !chosen.isEmpty else { throw CommandError(noChannel(all.map(\.name))) }
        for own in chosen {
            let send = ChannelMachine.send(messages.configuration.notify) { Console.error("  \($0)") }
            Console.error("\(own.name) (\(own.kind.word)):")
            switch send(try messages.trial(own)) {
            case .success: Console.print("\(own.name): the message went")
            case .failure(let failure):
                Console.error("sunvigil: channel \(own.name) did not deliver: \(failure.text)")
                isGood = false
            }
        }
        if !isGood { throw ExitCode(2) }
    }

    private func noChannel(_ known: [String]) -> String {
        guard let channel, !known.isEmpty else {
            return "config.json names no channel; docs/messages.md shows how one is set up"
        }
        return "there is no channel \(Console.oneLine(channel)); known are \(known.joined(separator: ", "))"
    }

    /// Tells that a service failed: the store, or the rest of config.json, may be why.
    private func tell(failed unit: String) throws {
        let settings = NotifySettings(storePath: try store.path, home: StoreOptions.environment.home)
        var isGood = !NotifyCommand.tell(settings.faults)
        guard !settings.channels.isEmpty else { throw CommandError(noChannel([])) }
        let send = ChannelMachine.send(settings)
        let now = StoreOptions.environment.nowMicroseconds()
        var letters = settings.channels.compactMap {
            ServiceAlarm.letter(unit: unit, $0, link: settings.link, now: now)
        }
        // Nothing remembers it: a network that is just coming up, or a server that wants it later, gets some time.
        for pause in NotifyCommand.alarmPauses where !letters.isEmpty {
            if Interrupt.isRaised { break }
            sleep(pause)
            letters.removeAll { letter in
                guard case .failure(let failure) = send(letter) else { return true }
                Console.error("sunvigil: channel \(letter.channel) did not deliver: \(failure.text)")
                if failure.isLasting { isGood = false }
                return failure.isLasting
            }
        }
        if !isGood || !letters.isEmpty { throw ExitCode(2) }
    }

    /// Seconds before each try of an alarm.
    private static let alarmPauses: [UInt32] = [0, 10, 50, 120]

    // MARK: Looking

    private func look() throws {
        let messages = try NotifyRun(try store.asking())
        let hasFaults = NotifyCommand.tell(try messages.slips())
        if show { try printShown(messages) } else { try printList(messages) }
        if hasFaults { throw ExitCode(2) }
    }

    private func printShown(_ messages: NotifyRun<LakeSnapshot>) throws {
        let shown = try messages.shown()
        if json { return Console.print(JSONValue.array(shown.map(\.json)).pretty, terminator: "") }
        if shown.isEmpty { Console.print("nothing waits, and nothing is to be told") }
        for own in shown {
            let due = own.item.dueMicroseconds / 1_000_000
            let when = due > StoreOptions.now ? ", not before \(Instant(utcSeconds: due).iso8601)" : ""
            Console.print("\(own.item.channel)\(when): \(own.message.title)\n")
            Console.print(
                own.text.split(separator: "\n", omittingEmptySubsequences: false).map { "    \($0)" }.joined(
                    separator: "\n"
                )
            )
        }
    }

    private func printList(_ messages: NotifyRun<LakeSnapshot>) throws {
        let items = try messages.listed()
        if json { return Console.print(JSONValue.array(items.map(\.json)).pretty, terminator: "") }
        if items.isEmpty { Console.print("nothing waits, went or failed yet") }
        for own in items { Console.print(own.line) }
    }
}
