// sunvigil bills edit

import Analysis
import ArgumentParser
import Foundation
import Ingest
import Lake
import Readings
import Station

extension BillsCommand {
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
            let station = try store.changing()
            let lake = station.lake
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
            // Nobody waits for an editor.
            lake.release()
            try openEditor(file.path)
            let after = String(decoding: try Data(contentsOf: file), as: UTF8.self)
            if after == before {
                Console.print("nothing changed")
                return
            }
            do {
                try lake.change { try take(after, insteadOf: before, station, of: site) }
            } catch {
                let kept = FileManager.default.temporaryDirectory.appending(
                    path: "sunvigil-bills-edited-\(ProcessInfo.processInfo.processIdentifier).csv"
                )
                do {
                    try Data(after.utf8).write(to: kept, options: [.atomic])
                } catch {
                    Console.print(after)
                    throw CommandError(
                        "\(CommandWords.text(error)); what you wrote could not be kept in a file, it is printed above"
                    )
                }
                throw CommandError("\(CommandWords.text(error)); what you wrote is kept in \(kept.path)")
            }
            for message in try BillBook(lake, site).messages { Console.error("note: \(message)") }
        }

        /// Takes the new state; it is checked and taken before the old one goes.
        private func take(
            _ after: String,
            insteadOf before: String,
            _ station: Station<LakeWriter>,
            of site: Site
        )
            throws
        {
            let lake = station.lake
            guard BillText.csv(try BillBook(lake, site).bills) == before else {
                throw CommandError("the bills were changed while you edited them; edit them again")
            }
            let old = try lake.imports(systemID: site.systemID).filter {
                try $0.kind == "import" && $0.undoneBy == nil
                    && DocumentReplay.options($0.options).format == .billFile
            }
            let report = try BillBook.take(after, name: "bills.csv as edited", station, site)
            for record in old where record.importID != report.importID {
                _ = try lake.undo(importID: record.importID)
            }
            Console.print(report.text)
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
}
