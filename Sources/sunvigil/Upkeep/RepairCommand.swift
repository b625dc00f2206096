// sunvigil repair

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct RepairCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repair",
        _superCommandName: Sunvigil.name,
        abstract: "Mend what verify finds: damaged segments are made again from the kept documents.",
        discussion: """
            Damaged files are moved to the store's folder quarantine/, never deleted. Exit code 2 where something is lost.

            EXAMPLE
              sunvigil repair && sunvigil verify
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let lake = try store.writer()
        let done = try lake.repair(
            progress: { Console.progress("repair: \($0) of \($1) files looked at") }
        )
        Console.progress("")
        for path in done.quarantined { Console.print("moved aside: \(path)") }
        for text in done.restored { Console.print("made again: \(text)") }
        for remark in done.lost { Console.print("not mended: \(CommandWords.text(remark))") }
        if done.quarantined.isEmpty, done.restored.isEmpty, done.lost.isEmpty {
            Console.print("nothing is damaged")
        }
        if !done.lost.isEmpty { throw ExitCode(2) }
    }
}
