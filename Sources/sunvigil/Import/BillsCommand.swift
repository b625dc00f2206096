// sunvigil bills list, add, import, edit

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings

struct BillsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bills",
        _superCommandName: Sunvigil.name,
        abstract: "The utility's bills: list, add, import, edit.",
        discussion: """
            EXAMPLES
              sunvigil bills add --start 2025-03-11 --end 2025-04-09 --import-kwh 402 --export-kwh 377
              sunvigil bills import bills.csv
              sunvigil bills edit
              sunvigil bills list
            """,
        subcommands: [List.self, Add.self, Import.self, Edit.self],
        defaultSubcommand: List.self
    )

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "The bills that count, with what is odd about them.",
            discussion: "Of one period, your own bill goes before one from a file of the utility."
        )

        @OptionGroup var store: StoreOptions
        @OptionGroup var past: PastOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Flag(help: "Print JSON.") var json = false
        @Flag(help: "Print bills.csv.") var csv = false

        func run() throws {
            let lake = try past.open(store)
            let site = try lake.site(named: self.site)
            let book = try BillBook(lake, site)
            if csv {
                Console.print(BillText.csv(book.bills), terminator: "")
                return
            }
            if json {
                let array = book.bills.map { book.json($0) }
                Console.print(
                    JSONValue.object([
                        ("site", .text(site.name)), ("bills", .array(array)),
                        ("messages", .array(book.messages.map { .text($0) })),
                    ]).pretty,
                    terminator: ""
                )
                return
            }
            if book.bills.isEmpty {
                Console.print(
                    "site \(site.name) has no bills; add one with: sunvigil bills add, or: sunvigil bills edit"
                )
                return
            }
            Console.print("start       end (excl.)  days  import kWh  export kWh     net kWh  from")
            for bill in book.bills { Console.print(book.line(bill)) }
            for message in book.messages { Console.error("note: \(message)") }
        }
    }

    struct Add: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Add one bill.",
            discussion: """
                EXAMPLE
                  sunvigil bills add --start 2025-03-11 --end 2025-04-09 --import-kwh 402 --export-kwh 377 --amount 61.20 --currency EUR
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("The day of the opening read.", valueName: "day")) var start: String
        @Option(
            help: ArgumentHelp("The day of the closing read, the start of the next bill.", valueName: "day")
        )
        var end: String
        @Option(help: "Energy from the grid.") var importKwh: Double?
        @Option(help: "Energy to the grid.") var exportKwh: Double?
        @Option(help: "Import minus export as printed.") var netKwh: Double?
        @Option(help: "The closing register of import.") var importRead: Double?
        @Option(help: "The closing register of export.") var exportRead: Double?
        @Flag(help: "The closing read was estimated.") var estimated = false
        @Option(help: "The amount.") var amount: Double?
        @Option(help: "The currency, as EUR.") var currency: String = ""
        @Option(help: "A remark.") var note: String = ""

        func run() throws {
            guard let first = CivilDate(start) else {
                throw CommandError("--start is a day as 2025-03-11, not \(start)")
            }
            guard let last = CivilDate(end) else {
                throw CommandError("--end is a day as 2025-04-09, not \(end)")
            }
            guard last > first else {
                throw CommandError("--end \(end) does not lie behind --start \(start)")
            }
            let hasSides = importKwh != nil && exportKwh != nil
            guard hasSides || importKwh != nil || netKwh != nil || importRead != nil else {
                throw CommandError("a bill needs --import-kwh (and --export-kwh), --net-kwh or --import-read")
            }
            func wattHours(_ kilowattHours: Double?, _ name: String) throws -> Int64? {
                guard let kilowattHours else { return nil }
                guard let value = Int64(exactly: (kilowattHours * 1000).rounded()),
                    value.magnitude < 1_000_000_000_000
                else { throw CommandError("\(name) \(kilowattHours) is out of range") }
                return value
            }
            let bill = Bill(
                start: first,
                end: last,
                importWh: try wattHours(importKwh, "--import-kwh"),
                exportWh: try wattHours(exportKwh, "--export-kwh"),
                netExportWh: try wattHours(netKwh.map { -$0 }, "--net-kwh"),
                isEstimated: estimated,
                importRead: importRead,
                exportRead: exportRead,
                amount: amount,
                currency: currency,
                note: note
            )
            let lake = try store.open(.write)
            let site = try lake.site(named: self.site)
            // Kept as the same form that an owner writes by hand, so that it can be read again.
            let text = BillText.csv([bill])
            Console.print(try BillsCommand.take(text, "bill \(first) to \(last)", lake, site).text)
        }
    }

    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take in bills.csv or a billing file of the utility.",
            discussion: """
                The same as sunvigil import, and refuses what holds no bills.

                EXAMPLE
                  sunvigil bills import bills.csv
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?
        @Option(help: ArgumentHelp("Digits of the registers.", valueName: "n")) var registerDigits = 5
        @Argument(help: "Files.") var paths: [String]

        func run() throws {
            let lake = try store.open(.write)
            let site = try lake.site(named: self.site)
            var digest = ImportDigest()
            var settings = ImportSettings()
            guard (3...9).contains(registerDigits) else {
                throw CommandError("--register-digits is 3 to 9, not \(registerDigits)")
            }
            settings.registerDigits = registerDigits
            let resolver = SiteResolver(lake: lake, named: site.name, mappings: [], newSitesLike: nil)
            var job = DocumentImport(lake: lake, resolver: resolver, settings: settings)
            job.wanted = [.billFile, .billingCSV, .billLines, .greenButton]
            for document in InputWalk.documents(paths, failed: { digest.fail($0, $1) }) {
                do {
                    let report = try job.run(document)
                    digest.add(document.path, report)
                    Console.print(report.text)
                } catch {
                    digest.fail(document.path, error)
                }
            }
            digest.tell(isTold: true, isJSON: false)
            for message in try BillBook(lake, site).messages { Console.error("note: \(message)") }
            if digest.hasFailed { throw ExitCode(2) }
        }
    }

    struct Edit: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Open all bills in your editor, as bills.csv.",
            discussion: """
                The editor is $VISUAL, else $EDITOR, else vi. What you save takes the place of your bills so far; each
                state is kept and can be had back with sunvigil undo.

                EXAMPLE
                  EDITOR=nano sunvigil bills edit
                """
        )

        @OptionGroup var store: StoreOptions
        @Option(help: "The site; not needed where the store has one.") var site: String?

        func run() throws {
            let lake = try store.open(.write)
            let site = try lake.site(named: self.site)
            let before = BillText.csv(try BillBook(lake, site).bills)
            let folder = FileManager.default.temporaryDirectory.appending(
                path: "sunvigil-\(UUID().uuidString)"
            )
            try FileManager.default.createDirectory(
                at: folder,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
            defer { try? FileManager.default.removeItem(at: folder) }
            let file = folder.appending(path: "bills.csv")
            try Data(before.utf8).write(to: file)
            try openEditor(file.path)
            let after = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            if after == before {
                Console.print("nothing changed")
                return
            }
            // The new state is checked and taken before the old one goes.
            let old = try lake.imports(systemID: site.systemID).filter {
                try $0.kind == "import" && $0.undoneBy == nil
                    && DocumentReplay.options($0.options).format == .billFile
            }
            do {
                let report = try BillsCommand.take(after, "bills.csv as edited", lake, site)
                for record in old where record.importID != report.importID {
                    _ = try lake.undo(importID: record.importID) { try DocumentReplay.replay(lake, $0, $1) }
                }
                Console.print(report.text)
            } catch {
                let kept = FileManager.default.temporaryDirectory.appending(
                    path: "sunvigil-bills-edited-\(ProcessInfo.processInfo.processIdentifier).csv"
                )
                do {
                    try Data(after.utf8).write(to: kept, options: [.atomic])
                } catch {
                    Console.print(after)
                    throw CommandError(
                        "\(error); what you wrote could not be kept in a file, it is printed above"
                    )
                }
                throw CommandError("\(error); what you wrote is kept in \(kept.path)")
            }
            for message in try BillBook(lake, site).messages { Console.error("note: \(message)") }
        }

        private func openEditor(_ path: String) throws {
            let environment = ProcessInfo.processInfo.environment
            let editor = [environment["VISUAL"], environment["EDITOR"]].compactMap { $0 }.first {
                !$0.isEmpty
            }
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            // The editor may have arguments of its own; the file's name is handed over apart from the command.
            process.arguments = ["-c", "\(editor ?? "vi") \"$1\"", "sh", path]
            do {
                try process.run()
            } catch {
                throw CommandError("the editor cannot be started (\(error.localizedDescription)); set EDITOR")
            }
            process.waitUntilExit()
            guard process.terminationStatus == 0 else {
                throw CommandError(
                    "the editor \(editor ?? "vi") ended with \(process.terminationStatus); nothing was changed; set EDITOR"
                )
            }
        }
    }

    /// Imports bills from a text in the owner's form.
    static func take(_ text: String, _ name: String, _ lake: Lake, _ site: Site) throws -> ImportReport {
        let bytes = Array(text.utf8)
        let document = InputDocument(
            path: name,
            modifiedUTCSeconds: nil,
            isNamed: true,
            read: { try $0(bytes[...]) },
            capture: nil
        )
        let resolver = SiteResolver(lake: lake, named: site.name, mappings: [], newSitesLike: nil)
        var job = DocumentImport(lake: lake, resolver: resolver, settings: ImportSettings())
        job.wanted = [.billFile]
        return try job.run(document)
    }
}

/// The bills of a site that count.
struct BillBook {
    /// The bills by first day.
    let bills: [Bill]
    /// What is odd about them.
    let messages: [String]
    private let own: Set<String>

    /// Reads the bills of a site.
    init(_ lake: Lake, _ site: Site) throws {
        let (bills, owner) = try BillBook.read(lake, site)
        self.bills = bills
        own = Set(owner.map { "\($0.meter)|\($0.start)" })
        let zone = try ZoneFiles.load(site.timeZone)
        let gaps = try lake.wholeAnalysis(site, zone).findings.filter {
            $0.kind == .siteSilent
        }.map { finding in
            (
                start: zone.wallClock(atUTCSeconds: finding.start.utcSeconds).day,
                end: zone.wallClock(atUTCSeconds: finding.knownEnd.utcSeconds).day.advanced(by: 1)
            )
        }
        messages = BillChecks.messages(bills, gaps: gaps)
    }

    /// Returns the bills of a site that count, and those that the owner gave.
    static func read(_ lake: Lake, _ site: Site) throws -> (bills: [Bill], owner: [Bill]) {
        let all = try lake.bills(systemID: site.systemID)
        let owner = all.filter { $0.source == .owner }.map(\.record)
        let utility = all.filter { $0.source != .owner }.map(\.record)
        return (BillChecks.current(owner: owner, utility: utility), owner)
    }

    private func source(_ bill: Bill) -> String {
        own.contains("\(bill.meter)|\(bill.start)") ? "you" : "utility"
    }

    /// A bill as a line of the table.
    func line(_ bill: Bill) -> String {
        func column(_ wattHours: Int64?, _ width: Int) -> String {
            let text = wattHours.map { JSONValue.fixed(Double($0) / 1000, decimals: 3) } ?? "–"
            return String(repeating: " ", count: max(0, width - text.count)) + text
        }
        let days = "\(bill.end.daysSince1970 - bill.start.daysSince1970)"
        let net = bill.netExportWh.map { -$0 }
        let remarks = [
            source(bill), bill.isEstimated ? "estimated" : nil,
            bill.unknownSideWh.map {
                "total \(JSONValue.fixed(Double($0) / 1000, decimals: 3)) kWh of unknown side"
            },
            bill.amount.map { "\(JSONValue.fixed($0, decimals: 2)) \(bill.currency)" },
            bill.note.isEmpty ? nil : bill.note,
        ].compactMap { $0 }
        let pad = String(repeating: " ", count: max(0, 4 - days.count))
        return
            "\(bill.start)  \(bill.end)   \(pad)\(days)\(column(bill.importWh, 12))\(column(bill.exportWh, 12))\(column(net, 12))  \(remarks.joined(separator: ", "))"
    }

    /// A bill as JSON.
    func json(_ bill: Bill) -> JSONValue {
        .object([
            ("start", .text("\(bill.start)")), ("end", .text("\(bill.end)")), ("meter", .text(bill.meter)),
            ("import_wh", .optional(bill.importWh)), ("export_wh", .optional(bill.exportWh)),
            ("net_export_wh", .optional(bill.netExportWh)),
            ("unknown_side_wh", .optional(bill.unknownSideWh)), ("estimated", .boolean(bill.isEstimated)),
            ("import_read_kwh", bill.importRead.map { .plain($0) } ?? .null),
            ("export_read_kwh", bill.exportRead.map { .plain($0) } ?? .null),
            ("amount", bill.amount.map { .plain($0) } ?? .null), ("currency", .text(bill.currency)),
            ("note", .text(bill.note)), ("from", .text(source(bill))),
        ])
    }
}
