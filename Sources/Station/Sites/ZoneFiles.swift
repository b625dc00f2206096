// The rules of time zones, from the files of the system.

import Foundation
import Lake
import Readings

/// Zone files of the system.
package enum ZoneFiles {
    private static let folders = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/var/db/timezone/zoneinfo"]

    /// Returns a zone's file; nil only where there is none.
    private static func zone(_ path: String) throws -> [UInt8]? {
        do {
            return try Lake.file(path)
        } catch LakeError.system(_, _, let code) where [ENOTDIR, EISDIR, ENAMETOOLONG].contains(code) {
            return nil
        }
    }

    /// Reads a zone of the tz database.
    package static func load(_ identifier: String) throws -> TimeZoneRules {
        let isSafe = !identifier.isEmpty && !identifier.hasPrefix("/") && !identifier.contains("..")
        for folder in folders where isSafe {
            guard let bytes = try zone("\(folder)/\(identifier)") else { continue }
            do {
                return try TimeZoneRules(identifier: identifier, tzif: bytes)
            } catch {
                throw StationError.noZoneFile(path: "\(folder)/\(identifier)", reason: "\(error)")
            }
        }
        if !folders.contains(where: { FileManager.default.fileExists(atPath: $0) }) {
            throw StationError.noZoneDatabase
        }
        throw StationError.noZone(identifier)
    }
}
