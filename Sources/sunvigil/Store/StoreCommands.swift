// sunvigil files, undo, verify

import Analysis
import ArgumentParser
import Lake
import Readings

struct FilesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "files",
        _superCommandName: Sunvigil.name,
        abstract: "List the live Parquet files of a table, one absolute path a line.",
        discussion: "EXAMPLE\n  sunvigil files site_interval"
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "An older snapshot.") var snapshot: Int64?
    @Flag(help: "Print JSON with rows, bytes and digests.") var json = false
    @Argument(help: "The table.") var table: String

    func run() throws {
        let lake = try past.open(store)
        let segments = try lake.segments(table: table, snapshot: snapshot)
        if table == "site_interval", snapshot == nil, past.asOf == nil, try lake.liveRowCount() > 0 {
            Console.error("note: \(try lake.liveRowCount()) rows are not in files yet; run: sunvigil flush")
        }
        if json {
            Console.print(
                JSONValue.array(
                    segments.map {
                        .object([
                            ("path", .text($0.path)), ("rows", .integer(Int64($0.rowCount))),
                            ("bytes", .integer(Int64($0.byteCount))), ("sha256", .text($0.sha256)),
                        ])
                    }
                ).pretty,
                terminator: ""
            )
        } else {
            for segment in segments { Console.print(segment.path) }
        }
    }
}

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
        let lake = try store.open(.write)
        let outcome = try lake.undo(importID: importID) { try DocumentReplay.replay(lake, $0, $1) }
        Console.print(
            "import \(importID) is undone: \(outcome.rowsRemoved) rows removed, \(outcome.rowsRestored) restored"
        )
    }
}

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
        let result = try store.open(.read).verify { Console.progress("\($0) of \($1) files") }
        Console.progress("")
        if json {
            Console.print(
                JSONValue.object([
                    ("clean", .boolean(result.damages.isEmpty)),
                    ("segments", .integer(Int64(result.segmentCount))),
                    ("rows", .integer(Int64(result.rowCount))),
                    ("documents", .integer(Int64(result.documentCount))),
                    ("damages", .array(result.damages.map { .text($0) })),
                    ("remarks", .array(result.remarks.map { .text($0) })),
                ]).pretty,
                terminator: ""
            )
        } else {
            for remark in result.remarks { Console.error("note: \(remark)") }
            for damage in result.damages { Console.print("damaged: \(damage)") }
            Console.print(
                "\(result.segmentCount) segments, \(result.rowCount) rows, \(result.documentCount) documents: \(result.damages.isEmpty ? "clean" : "\(result.damages.count) damages")"
            )
        }
        if !result.damages.isEmpty { throw ExitCode(2) }
    }
}
