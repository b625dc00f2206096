// sunvigil compact

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct CompactCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "compact",
        _superCommandName: Sunvigil.name,
        abstract: "Merge the months of past years into fewer, smaller files, and compress kept documents.",
        discussion: """
            Rows stay as they are, and past states stay readable. The nightly check does the same. A year is merged when it
            is over, five years when all of them are.

            EXAMPLE
              sunvigil compact
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let done = try store.writer().compact { Console.progress("compact: \($0)") }
        Console.progress("")
        for error in done.left { Console.error("sunvigil: left as it is: \(CommandWords.text(error))") }
        Console.print(
            "\(done.mergedSegments) segments merged into \(done.newSegments), \(done.packedDocuments) documents compressed, \(Maintenance.bytes(done.savedBytes)) saved"
        )
        if !done.left.isEmpty { throw ExitCode(2) }
    }
}
