// sunvigil files

import Analysis
import ArgumentParser
import Lake
import Readings
import Station

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
