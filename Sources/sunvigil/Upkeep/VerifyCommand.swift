// sunvigil verify

import Analysis
import ArgumentParser
import Lake
import Readings
import Station

struct VerifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        _superCommandName: Sunvigil.name,
        abstract: "Check every byte of the store. Exit code 0: clean, 2: damaged.",
        discussion: "EXAMPLE\n  sunvigil verify"
    )

    @OptionGroup var store: StoreOptions
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        let result = try store.snapshot().verify { Console.progress("\($0) of \($1) files") }
        Console.progress("")
        if json {
            Console.print(
                JSONValue.object([
                    ("clean", .boolean(result.damages.isEmpty)),
                    ("segments", .integer(Int64(result.segmentCount))),
                    ("rows", .integer(Int64(result.rowCount))),
                    ("documents", .integer(Int64(result.documentCount))),
                    ("damages", .array(result.damages.map { .text(CommandWords.text($0)) })),
                    ("remarks", .array(result.remarks.map { .text(CommandWords.text($0)) })),
                ]).pretty,
                terminator: ""
            )
        } else {
            for remark in result.remarks { Console.error("note: \(CommandWords.text(remark))") }
            for damage in result.damages { Console.print("damaged: \(CommandWords.text(damage))") }
            Console.print(
                "\(result.segmentCount) segments, \(result.rowCount) rows, \(result.documentCount) documents: \(result.damages.isEmpty ? "clean" : "\(result.damages.count) damages")"
            )
        }
        if !result.damages.isEmpty { throw ExitCode(2) }
    }
}
