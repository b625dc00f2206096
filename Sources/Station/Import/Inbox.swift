// The folders from which the nightly check takes documents. What was taken, or refused for its own bytes, is remembered, so
// that a bad file is told once and not every night. What failed for another reason is tried again.

import Foundation
import Ingest
import Lake
import Readings

/// The inbox folders.
package struct Inbox {
    private let station: Station<LakeWriter>
    package let configuration: Configuration

    private var lake: LakeWriter { station.lake }

    package init(_ station: Station<LakeWriter>, configuration: Configuration) {
        self.station = station
        self.configuration = configuration
    }

    /// What came of it.
    package struct Outcome {
        package var imported = 0
        package var rows = 0
        /// Documents that were refused, with the reason: for the first time, or for what may pass.
        package var refused: [(path: String, reason: String)] = []
    }

    fileprivate struct Memory: Codable {
        /// Documents seen, by path, time of the last change and size.
        var seen: Set<String> = []
        /// Refusals that are remembered and that nobody was told yet.
        var untold: [Refusal]?
        /// The last two nights, at least half a day apart, on which each source of a site came in, seconds UTC.
        var nights: [String: [String: [Int64]]]?
    }

    fileprivate struct Refusal: Codable {
        let path: String
        let reason: String
    }

    /// Imports what is new in the folders.
    ///
    /// - Throws: `LakeError`, `StationError` where what was seen before cannot be read: then nothing was done.
    package func run() throws -> Outcome {
        var outcome = Outcome()
        guard !configuration.inbox.isEmpty else { return outcome }
        var memory = try load()
        var isWhole = true
        var untold = memory.untold ?? []
        outcome.refused = untold.map { ($0.path, $0.reason) }
        var kept: Set<String> = []
        let documents = InputWalk.documents(
            configuration.inbox,
            failed: { path, error in
                guard let key = Inbox.key(path), error is any DocumentFault else {
                    isWhole = false
                    outcome.refused.append((path, station.hooks.words(error)))
                    return
                }
                kept.insert(key)
                guard memory.seen.insert(key).inserted else { return }
                outcome.refused.append((path, station.hooks.words(error)))
                untold.append(Refusal(path: path, reason: station.hooks.words(error)))
            },
            takesStreams: false
        )
        let resolver = SiteResolver(lake: lake, named: nil, mappings: [], newSitesLike: nil)
        var job = DocumentImport(station, resolver: resolver, settings: ImportSettings())
        let fresh = documents.filter { !memory.seen.contains(Inbox.key($0)) }
        job.run(fresh) { index, result in
            let key = Inbox.key(fresh[index])
            switch result {
            case .success(let report):
                if case .imported(_, _, let changes) = report.outcome {
                    outcome.imported += 1
                    outcome.rows += changes.new + changes.changed
                    memory.note(try? lake.sources(importID: report.importID), of: report.site, station.now)
                }
                memory.seen.insert(key)
            // What was not begun is tried the next night.
            case .failure(StationError.cancelled): break
            case .failure(let error):
                outcome.refused.append((fresh[index].path, station.hooks.words(error)))
                // Only the same bytes fail in the same way tomorrow.
                if error is any DocumentFault {
                    memory.seen.insert(key)
                    untold.append(Refusal(path: fresh[index].path, reason: station.hooks.words(error)))
                }
            }
        }
        station.hooks.progress(.ended)
        // What is no longer there is forgotten, where all of it could be looked at.
        if isWhole { memory.seen.formIntersection(kept.union(documents.map(Inbox.key))) }
        memory.untold = untold.isEmpty ? nil : untold
        try save(memory)
        return outcome
    }

    /// Notes that the owner was told of all refusals.
    package func noteTold() throws {
        guard !configuration.inbox.isEmpty else { return }
        var memory = try load()
        guard memory.untold != nil else { return }
        memory.untold = nil
        try save(memory)
    }

    /// Returns when the inbox brought the sources of each site, seconds UTC: by site and source, two nights at most.
    ///
    /// - Throws: `LakeError`, `StationError` where that cannot be read.
    package static func nights(_ lake: some LakeReader) throws -> [String: [String: [Int64]]] {
        try load(lake).nights ?? [:]
    }

    private static func key(_ document: InputDocument) -> String {
        "\(document.path)|\(document.modifiedUTCSeconds ?? 0)|\(document.byteCount ?? 0)"
    }

    /// The key of a file that is no document, or of a member of one; nil where it cannot be looked at.
    private static func key(_ path: String) -> String? {
        var place = path
        while place.count > 1 {
            if let file = try? InputFile(place) {
                return "\(path)|\(file.modifiedUTCSeconds ?? 0)|\(file.byteCount)"
            }
            place = (place as NSString).deletingLastPathComponent
        }
        return nil
    }

    private func load() throws -> Memory { try Inbox.load(lake) }

    private static func load(_ lake: some LakeReader) throws -> Memory {
        guard let bytes = try lake.ownersFile(Lake.inboxFile) else { return Memory() }
        do {
            return try JSONDecoder().decode(Memory.self, from: Data(bytes))
        } catch {
            throw StationError.inboxList(path: "\(lake.path)/\(Lake.inboxFile)")
        }
    }

    private func save(_ memory: Memory) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        try lake.writeOwnersFile(Lake.inboxFile, [UInt8](try encoder.encode(memory)) + [10])
    }
}

extension Inbox.Memory {
    /// Notes that sources of a site came in.
    fileprivate mutating func note(_ sources: Set<Source>?, of site: String, _ now: Int64) {
        for source in sources ?? [] {
            var own = nights?[site]?[source.name] ?? []
            if let last = own.last, abs(now - last) < 43_200 { continue }
            own.append(now)
            nights = nights ?? [:]
            nights?[site, default: [:]][source.name] = own.suffix(2)
        }
    }
}
