// sunvigil rebuild

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct RebuildCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rebuild",
        _superCommandName: Sunvigil.name,
        abstract: "Make a lost or damaged catalogue anew from the segments alone.",
        discussion: """
            The old catalogue is moved to quarantine/. Interval rows, device rows and bills come back as they were last;
            findings and the journal of imports do not, so an undo, and which of two captures is the later one, work for new
            imports only. What the new catalogue does not name is moved to quarantine/.

            EXAMPLE
              sunvigil rebuild && sunvigil verify
            """
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        let done = try Lake.rebuild(path: try store.path, environment: StoreOptions.environment)
        if let old = done.oldCatalogue { Console.print("moved aside: \(old)") }
        for remark in done.damaged { Console.print("left out: \(CommandWords.text(remark))") }
        for name in done.takenBack { Console.print("taken back from the quarantine: \(name)") }
        for remark in done.remarks { Console.error("note: \(CommandWords.text(remark))") }
        if !done.passedOver.isEmpty {
            Console.print("moved aside: \(done.passedOver.count) older segments, which newer ones cover")
        }
        if !done.unknownSites.isEmpty {
            Console.print(
                "name, zone and place are unknown of \(done.unknownSites.joined(separator: ", ")); set them with: sunvigil init --update"
            )
        }
        Console.print(
            "the catalogue names \(done.segments) segments with \(done.rows) rows; \(done.documents) documents stay kept"
        )
        if !done.damaged.isEmpty { throw ExitCode(2) }
    }
}
