// sunvigil flush

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct FlushCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flush",
        _superCommandName: Sunvigil.name,
        abstract: "Move rows that came one by one into segments.",
        discussion: "The nightly check does the same.\n\nEXAMPLE\n  sunvigil flush"
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let lake = try store.writer()
        let count = try lake.flush()
        Console.print("\(count) rows moved into segments")
    }
}
