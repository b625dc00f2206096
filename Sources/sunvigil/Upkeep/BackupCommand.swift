// sunvigil backup

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        _superCommandName: Sunvigil.name,
        abstract: "Copy the store into a folder, also while an import runs.",
        discussion: """
            A second backup into the same folder copies only what is new. Put it back with: sunvigil restore.

            EXAMPLE
              sunvigil backup /mnt/disk/sunvigil
            """
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The folder.") var folder: String

    func run() throws {
        let done = try store.snapshot().backUp(to: folder) {
            Console.progress("backup: \($0) of \($1) files")
        }
        Console.progress("")
        for remark in done.lost { Console.print("not copied: \(CommandWords.text(remark))") }
        Console.print(
            "\(done.files) files copied (\(Maintenance.bytes(done.bytes))), \(done.known) were there already"
        )
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}
