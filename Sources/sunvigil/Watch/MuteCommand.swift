// sunvigil mute

import ArgumentParser
import Readings

struct MuteCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mute",
        _superCommandName: Sunvigil.name,
        abstract: "Say nothing of a finding for some days.",
        discussion: "EXAMPLES\n  sunvigil mute 12 --days 14\n  sunvigil mute 12 --off"
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("For how long.", valueName: "n")) var days: Int64 = 7
    @Flag(help: "Lift it.") var off = false
    @Argument(help: "The finding's number, as sunvigil findings lists it.") var findingID: Int64

    func run() throws {
        guard (1...3650).contains(days) else { throw CommandError("--days is 1 to 3650, not \(days)") }
        let station = try store.changing()
        let until = off ? nil : (station.now + days * 86_400) * 1_000_000
        guard try station.lake.mute(findingID: findingID, untilMicroseconds: until) else {
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        let text = until.map { Instant(utcSeconds: $0 / 1_000_000).iso8601 }
        Console.print("finding \(findingID) is \(text.map { "muted until \($0)" } ?? "no longer muted")")
    }
}
