// sunvigil ack

import ArgumentParser

struct AckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ack",
        _superCommandName: Sunvigil.name,
        abstract: "Say that you know of a finding: it no longer asks for attention, unless it grows worse.",
        discussion: "EXAMPLE\n  sunvigil ack 12 --note \"installer comes on Monday\""
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "What you know of it.") var note: String?
    @Argument(help: "The finding's number, as sunvigil findings lists it.") var findingID: Int64

    func run() throws {
        guard try store.writer().acknowledge(findingID: findingID, note: note) else {
            throw CommandError("there is no finding \(findingID); list them with: sunvigil findings")
        }
        Console.print("finding \(findingID) is acknowledged")
    }
}
