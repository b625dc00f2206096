// The owner's log of cases: cases.json in the store's folder, which a person can read and a backup takes along.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// All cases of a store.
package struct CaseBook {
    package var cases: [OwnerCase] = []

    /// The file: times are ISO 8601 UTC, so that a person can read and correct them.
    private struct File: Codable {
        struct Case: Codable {
            let id: Int64
            let site: String
            let title: String
            let opened: String
            let closed: String?
            let findings: [Int64]
            let entries: [Entry]
        }

        struct Entry: Codable {
            let at: String
            let kind: String
            let by: String
            let text: String
            let due: String?
        }

        let cases: [Case]
    }

    /// Numbers of findings that closed cases explain, by the site's name.
    var explained: [String: Set<Int64>] {
        Dictionary(grouping: cases.filter { $0.closedAt != nil }, by: \.site)
            .mapValues { Set($0.flatMap(\.findings)) }
    }

    /// What closed cases explain; nothing where the log cannot be read: the check tells that, and messages go.
    static func explained(_ lake: some LakeReader) -> [String: Set<Int64>] {
        (try? read(lake))?.explained ?? [:]
    }

    /// Reads the log; empty where there is none.
    ///
    /// - Throws: `StationError` that names the file and what is wrong in it.
    package static func read(_ lake: some LakeReader) throws -> CaseBook {
        guard let bytes = try lake.ownersFile(Lake.casesFile) else { return CaseBook() }
        func refuse(_ reason: String) -> StationError {
            .caseLog(path: "\(lake.path)/\(Lake.casesFile)", reason: reason)
        }
        func time(_ text: String) throws -> Int64 {
            guard let instant = Instant(iso8601: text) else {
                throw refuse("\(text.prefix(40)) is no time as 2025-05-02T10:00:00Z")
            }
            return instant.utcSeconds
        }
        let file: File
        do {
            file = try JSONDecoder().decode(File.self, from: Data(bytes))
        } catch DecodingError.keyNotFound(let key, _) {
            throw refuse("\(key.stringValue) is missing")
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw refuse(
                "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
            )
        } catch {
            throw refuse("it cannot be read as JSON")
        }
        return CaseBook(
            cases: try file.cases.map { own in
                guard (1...1_000_000_000).contains(own.id) else {
                    throw refuse("a case has the number \(own.id)")
                }
                return OwnerCase(
                    caseID: own.id,
                    site: own.site,
                    title: own.title,
                    openedAt: try time(own.opened),
                    closedAt: try own.closed.map(time),
                    findings: own.findings,
                    entries: try own.entries.map { entry in
                        guard let kind = OwnerCase.Kind(rawValue: entry.kind) else {
                            throw refuse("\(entry.kind.prefix(40)) is no kind of entry")
                        }
                        if let due = entry.due, CivilDate(due) == nil {
                            throw refuse("\(due.prefix(40)) is no day as 2025-05-20")
                        }
                        return OwnerCase.Entry(
                            at: try time(entry.at),
                            kind: kind,
                            by: entry.by,
                            text: entry.text,
                            due: entry.due
                        )
                    }
                )
            }
        )
    }

    /// Writes the log in place of the older one.
    package func write(_ lake: LakeWriter) throws {
        func text(_ utcSeconds: Int64) -> String { Instant(utcSeconds: utcSeconds).iso8601 }
        let file = File(
            cases: cases.map { own in
                File.Case(
                    id: own.caseID,
                    site: own.site,
                    title: own.title,
                    opened: text(own.openedAt),
                    closed: own.closedAt.map(text),
                    findings: own.findings,
                    entries: own.entries.map {
                        File.Entry(
                            at: text($0.at),
                            kind: $0.kind.rawValue,
                            by: $0.by,
                            text: $0.text,
                            due: $0.due
                        )
                    }
                )
            }
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try lake.writeOwnersFile(Lake.casesFile, [UInt8](try encoder.encode(file)) + [10])
    }

    /// Reads the log, changes it and writes it, as one change of the store.
    package static func edit<Value>(
        _ lake: LakeWriter,
        _ body: (inout CaseBook) throws -> Value
    ) throws -> Value {
        try lake.change {
            var book = try read(lake)
            let value = try body(&book)
            try book.write(lake)
            return value
        }
    }

    /// Returns the place of a case.
    ///
    /// - Throws: `StationError` where there is none of the number.
    package func index(of caseID: Int64) throws -> Int {
        guard let index = cases.firstIndex(where: { $0.caseID == caseID }) else {
            throw StationError.noCase(caseID)
        }
        return index
    }

    /// What was promised in open cases of a site, until when.
    package func promises(site: Site, _ zone: TimeZoneRules) -> [WatchRules.Promise] {
        cases.filter { $0.site == site.name && $0.closedAt == nil }.flatMap { own in
            own.entries.enumerated().compactMap { index, entry in
                guard let due = entry.due.flatMap({ CivilDate($0) }) else { return nil }
                // A later promise takes the place of this one, and one that was kept is over.
                let later = own.entries[(index + 1)...]
                if later.contains(where: { $0.due != nil || $0.kind == .kept }) { return nil }
                return WatchRules.Promise(
                    caseID: own.caseID,
                    title: own.title,
                    by: entry.by,
                    text: entry.text,
                    dueUTCSeconds: zone.startOfDay(due.advanced(by: 1))
                )
            }
        }
    }
}
