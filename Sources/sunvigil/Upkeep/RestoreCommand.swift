// sunvigil restore

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct RestoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        _superCommandName: Sunvigil.name,
        abstract: "Put a backup in the place of the store; the store that is there is moved aside.",
        discussion: "EXAMPLE\n  sunvigil restore /mnt/disk/sunvigil"
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder of the backup.") var folder: String

    func run() throws {
        let done = try Lake.restore(from: folder, to: try store.path, environment: StoreOptions.environment) {
            Console.progress("restore: \($0) of \($1) files")
        }
        Console.progress("")
        if let aside = done.movedAside { Console.print("moved aside: \(aside)") }
        for remark in done.lost { Console.print("not put back: \(CommandWords.text(remark))") }
        Console.print(
            "\(done.files) files put back (\(Maintenance.bytes(done.bytes))); check them with: sunvigil verify"
        )
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}
