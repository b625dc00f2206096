// sunvigil expire

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct ExpireCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expire",
        _superCommandName: Sunvigil.name,
        abstract: "Forget past states of the store that are older than the retention.",
        discussion: """
            Without --keep-days the retention_days of config.json counts, else 90 days. The current state is never touched;
            files that only past states needed wait for sunvigil cleanup.

            EXAMPLE
              sunvigil expire --keep-days 30 && sunvigil cleanup
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: ArgumentHelp("Days for which past states stay readable.", valueName: "n")) var keepDays:
        Int?

    func run() throws {
        let lake = try store.writer()
        let days = try keepDays ?? Configuration.load(lake).retentionDays
        guard (0...36_500).contains(days) else {
            throw CommandError("--keep-days is 0 to 36500, not \(days)")
        }
        let done = try lake.expire(beforeMicroseconds: Maintenance.now - Int64(days) * 86_400_000_000)
        Console.print(
            "\(done.snapshots) past states forgotten, \(done.scheduledFiles) files (\(Maintenance.bytes(done.scheduledBytes))) wait for: sunvigil cleanup"
        )
    }
}
