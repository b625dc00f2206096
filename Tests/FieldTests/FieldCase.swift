// Situations of owners, each a folder with its input, a page that says what is right, and the commands, which are run
// here word for word on the built program.

import Foundation
import TestSupport
import Testing

/// A case from the field, run in a copy of its folder.
struct FieldCase {
    /// What a command of the page gave.
    struct Step {
        /// The command as the page has it.
        let command: String
        /// What it printed, and its code.
        let result: Program.Result
    }

    /// The folder of the cases; tests that need it are skipped where it is absent.
    static var isPresent: Bool {
        FileManager.default.fileExists(atPath: Shared.path("cases/README.md"))
    }

    /// The copy of the folder.
    let folder: ScratchFolder
    /// The steps in order, `init` among them.
    private(set) var steps: [Step] = []
    /// The store of the case.
    var store: String { folder.path + "/case/store" }

    /// Runs the commands of a case's page.
    ///
    /// - Parameter name: the folder's name, or its first two digits.
    init(_ name: String) throws {
        folder = try ScratchFolder()
        let cases = URL(filePath: Shared.path("cases"))
        let names = try FileManager.default.contentsOfDirectory(atPath: cases.path)
        let own = try #require(names.first { $0.hasPrefix(name) }, "no case begins with \(name)")
        try FileManager.default.copyItem(
            at: cases.appending(path: own),
            to: folder.url.appending(path: "case")
        )
        let page = try String(contentsOfFile: folder.path + "/case/README.md", encoding: .utf8)
        for command in try FieldCase.commands(of: page) {
            steps.append(Step(command: command, result: try run(command)))
        }
    }

    /// Runs one more command in the case's folder, written as the page writes them.
    func run(_ command: String) throws -> Program.Result {
        let words = command.split(separator: " ").map { $0 == "$S" ? store : String($0) }
        guard words.first == "sunvigil" else { throw Fault.isNoCommand(command) }
        let process = Program.process(Array(words.dropFirst()))
        process.currentDirectoryURL = folder.url.appending(path: "case")
        return try Program.finish(process)
    }

    /// The result of the only, or the n-th, step whose command begins so.
    func result(_ start: String, _ index: Int = 0) throws -> Program.Result {
        let found = steps.filter { $0.command.hasPrefix("sunvigil " + start) }
        return try #require(found.dropFirst(index).first, "no step \(index) begins with \(start)").result
    }

    /// The store's findings as the command writes them, but the one that says how old the case's data are by today.
    func findings() throws -> [[String: Any]] {
        let text = try run("sunvigil findings --store $S --json").output
        let all = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        return all.filter { $0["kind"] as? String != "no_new_data" }
    }

    private enum Fault: Error { case isNoCommand(String) }

    /// The commands of a page: the first block under "Commands", without the line that names the store.
    private static func commands(of page: String) throws -> [String] {
        let parts = page.components(separatedBy: "## Commands\n\n```\n")
        let block = try #require(parts.count == 2 ? parts[1].components(separatedBy: "\n```").first : nil)
        return block.split(separator: "\n").map { line in
            line.split(separator: ";").first.map(String.init) ?? ""
        }.filter { !$0.hasPrefix("S=") }
    }
}
