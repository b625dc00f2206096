// The folders from which the nightly check takes documents. What was taken or refused is remembered, so that a bad file is
// told once and not every night.

import Foundation
import Ingest
import Lake

/// The inbox folders.
struct Inbox {
    let lake: Lake
    let configuration: Configuration

    /// What came of it.
    struct Outcome {
        var imported = 0
        var rows = 0
        /// Documents that were refused for the first time, with the reason.
        var refused: [(path: String, reason: String)] = []
    }

    private struct Memory: Codable {
        /// Documents seen, by path and time of the last change.
        var seen: Set<String> = []
    }

    private var memoryPath: String { lake.path + "/inbox.json" }

    /// Imports what is new in the folders.
    func run() throws -> Outcome {
        var outcome = Outcome()
        guard !configuration.inbox.isEmpty else { return outcome }
        var memory = load()
        let documents = InputWalk.documents(configuration.inbox) { path, error in
            outcome.refused.append((path, "\(error)"))
        }
        let resolver = SiteResolver(lake: lake, named: nil, mappings: [], newSitesLike: nil)
        var job = DocumentImport(lake: lake, resolver: resolver, settings: ImportSettings())
        let fresh = documents.filter { !memory.seen.contains(Inbox.key($0)) }
        job.run(fresh) { index, result in
            switch result {
            case .success(let report):
                if case .imported(_, _, let changes) = report.outcome {
                    outcome.imported += 1
                    outcome.rows += changes.new + changes.changed
                }
            case .failure(let error):
                outcome.refused.append((fresh[index].path, "\(error)"))
            }
            memory.seen.insert(Inbox.key(fresh[index]))
        }
        Console.progress("")
        // What is no longer there is forgotten.
        memory.seen.formIntersection(documents.map(Inbox.key))
        try save(memory)
        return outcome
    }

    private static func key(_ document: InputDocument) -> String {
        "\(document.path)|\(document.modifiedUTCSeconds ?? 0)"
    }

    private func load() -> Memory {
        guard let data = FileManager.default.contents(atPath: memoryPath) else { return Memory() }
        return (try? JSONDecoder().decode(Memory.self, from: data)) ?? Memory()
    }

    private func save(_ memory: Memory) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try encoder.encode(memory).write(to: URL(filePath: memoryPath), options: .atomic)
    }
}
