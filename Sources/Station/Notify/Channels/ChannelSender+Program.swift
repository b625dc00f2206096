// Programs of the owner's: no shell, the message on their standard input, bounded time.

import Notify
import Readings
import Transfer

extension ChannelSender {
    /// How long a program may take, seconds.
    private static let programSeconds = 30.0

    /// Hands a message to a program.
    func send(_ message: Message, by words: [String]) throws(DeliveryFailure) -> String {
        let input = CommandInput(message)
        guard let outcome = run(words, input: input.bytes, variables: input.variables) else {
            throw DeliveryFailure("the program cannot be started", isLasting: true).undelivered
        }
        if outcome.isTimedOut {
            throw DeliveryFailure("the program took too long and was ended", isLasting: false)
        }
        guard outcome.status == 0 else {
            let text =
                "the program ended with status \(outcome.status)\(ChannelSender.firstLine(outcome.errors))"
            throw DeliveryFailure(text, isLasting: false).undelivered
        }
        return "status 0"
    }

    /// Runs a program.
    func run(_ words: [String], input: [UInt8], variables: [String: String]) -> ProgramRun.Outcome? {
        var program = ProgramRun(words)
        program.input = input
        program.variables = world.handedOn.merging(variables) { $1 }
        program.seconds = ChannelSender.programSeconds
        program.mostBytes = ChannelSender.mostAnswer
        // Its arguments may be secret.
        world.dialogue?(
            "> runs \(ControlledText.oneLine(words.first ?? "")), \(input.count) bytes on its standard input"
        )
        let outcome = world.run(program)
        world.dialogue?(outcome.map { "< status \($0.status)" } ?? "< cannot be started")
        return outcome
    }

    /// What a program said first of an error, to be told behind words of our own.
    static func firstLine(_ bytes: [UInt8]) -> String {
        let line = String(decoding: bytes.prefix(2_000), as: UTF8.self).split(whereSeparator: \.isNewline)
            .first { $0.contains { !$0.isWhitespace } }
        return line.map { ": \($0)" } ?? ""
    }
}
