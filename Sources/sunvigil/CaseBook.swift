// The owner's log of cases: cases.json in the store's folder, which a person can read and a backup takes along.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// All cases of a store.
struct CaseBook: Codable, Equatable {
    var cases: [OwnerCase] = []

    /// Reads the log; empty where there is none.
    ///
    /// - Throws: `CommandError` that names the file.
    static func read(_ lake: Lake) throws -> CaseBook {
        guard let bytes = lake.ownersFile(Lake.casesFile) else { return CaseBook() }
        do {
            return try JSONDecoder().decode(CaseBook.self, from: Data(bytes))
        } catch {
            throw CommandError(
                "\(lake.path)/\(Lake.casesFile) is no log of cases (\(reason(error))); correct it, or move it away"
            )
        }
    }

    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, _): "\(key.stringValue) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "\(context.codingPath.map(\.stringValue).joined(separator: ".")) has the wrong type"
        default: "it cannot be read as JSON"
        }
    }

    /// Writes the log in place of the older one.
    func write(_ lake: Lake) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        try lake.writeOwnersFile(Lake.casesFile, [UInt8](try encoder.encode(self)) + [10])
    }

    /// Returns the place of a case.
    ///
    /// - Throws: `CommandError` where there is none of the number.
    func index(of caseID: Int64) throws -> Int {
        guard let index = cases.firstIndex(where: { $0.caseID == caseID }) else {
            throw CommandError("there is no case \(caseID); list them with: sunvigil case list --all")
        }
        return index
    }

    /// What was promised in open cases of a site, until when.
    func promises(site: Site, _ zone: TimeZoneRules) -> [WatchRules.Promise] {
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
