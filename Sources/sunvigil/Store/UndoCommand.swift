// sunvigil undo

import Analysis
import ArgumentParser
import Lake
import Readings
import Station

struct UndoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "undo",
        _superCommandName: Sunvigil.name,
        abstract: "Undo an import; its document stays in the store.",
        discussion: "EXAMPLE\n  sunvigil undo 3"
    )

    @OptionGroup var store: StoreOptions
    @Argument(help: "The import's number, as sunvigil status lists it.") var importID: Int64

    func run() throws {
        let lake = try store.writer()
        let outcome = try lake.undo(importID: importID)
        Console.print(
            "import \(importID) is undone: \(outcome.rowsRemoved) rows removed, \(outcome.rowsRestored) restored"
        )
    }
}
