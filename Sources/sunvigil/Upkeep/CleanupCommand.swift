// sunvigil cleanup

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct CleanupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cleanup",
        _superCommandName: Sunvigil.name,
        abstract: "Remove files that no state of the store needs any more.",
        discussion: """
            Files are removed a day after they expired: a program that reads an older state may still be at them.

            EXAMPLE
              sunvigil cleanup --older-than-hours 0
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("Hours since a file expired.", valueName: "n")) var olderThanHours = 24

    func run() throws {
        guard (0...87_600).contains(olderThanHours) else {
            throw CommandError("--older-than-hours is 0 to 87600, not \(olderThanHours)")
        }
        let before = Maintenance.now - Int64(olderThanHours) * 3_600_000_000
        let done = try store.writer().cleanUp(scheduledBeforeMicroseconds: before)
        Console.print("\(done.files) files removed, \(Maintenance.bytes(done.bytes))")
    }
}
