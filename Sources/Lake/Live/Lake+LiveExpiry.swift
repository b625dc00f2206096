// What of the live watch ends after a time: hours of a gateway's journal, and whole months of a site's minutes.

import Foundation
import GRDB
import Readings

extension LakeWriter {
    /// Removes hours of a gateway's journal that are over for longer than a number of days. The newest hour stays, and one with
    /// rounds that are not in the store yet.
    ///
    /// What survives a crash: a file is removed before its row, and a row whose file is gone is removed next time.
    ///
    /// - Parameter now: seconds UTC.
    /// - Returns: how many files were removed, and their bytes.
    /// - Throws: `LakeError`.
    package func expireLive(serial: String, rawDays: Int, now: Int64) throws -> (files: Int, bytes: Int64) {
        let folder = try LiveFolder(storePath: path, serial: serial)
        return try change {
            let staged = try liveStaged(serial: serial)
            let hours = try folder.hours()
            let keptSeconds = Int64(max(0, rawDays)) * 86_400 + 3600
            var gone = Set(staged.keys).subtracting(hours)
            var result = (files: 0, bytes: Int64(0))
            for hour in hours.dropLast() {
                guard let start = LiveFolder.start(ofHour: hour), now - start > keptSeconds,
                    try folder.isStaged(hour, upTo: staged[hour])
                else { continue }
                result.bytes += try SystemCall.byteCount(folder.path(ofHour: hour))
                try SystemCall.remove(folder.path(ofHour: hour))
                result.files += 1
                gone.insert(hour)
            }
            guard !gone.isEmpty else { return result }
            try write(isSmall: true) { database in
                for hour in gone {
                    try database.execute(
                        sql: "DELETE FROM sunvigil_live_staged WHERE serial = ? AND hour = ?",
                        arguments: [serial, hour]
                    )
                }
            }
            return result
        }
    }

    /// Ends whole months of a site's minutes that are over for longer than a number of days. A past state of the store still
    /// has them, until it is forgotten; the files go with it.
    ///
    /// What survives a crash: one transaction.
    ///
    /// - Parameter now: seconds UTC.
    /// - Returns: how many rows ended.
    /// - Throws: `LakeError`.
    package func expireMinutes(systemID: Int64, keepDays: Int, now: Int64) throws -> Int {
        try change {
            let table = LakeTable.siteMinute
            let limit = now - Int64(max(0, keepDays)) * 86_400
            let bucket = Lake.bucket(ofSystem: systemID)
            let months = try segments(table: table.name).filter { $0.bucket == bucket }
                .compactMap(\.period?.months).flatMap { range in
                    sequence(first: range.lowerBound) { $0 < range.upperBound ? $0.advanced(by: 1) : nil }
                }
                .filter { $0.utcInterval.endUTCSeconds <= limit }
            let entry = try nextImportID()
            var edits = try SegmentEdits(lake: self, importID: entry)
            do {
                var count = 0
                for month in Set(months).sorted() {
                    let place = TableMonth(table: table.name, month: month)
                    count += try edits.exchange(place, of: systemID, for: RecordRows(table)).before.rowCount
                }
                let replacements = try edits.finish()
                guard !replacements.isEmpty else { return 0 }
                let message = "\(count) minutes of system \(systemID) ended with their months"
                try commit(replacements, as: entry, kind: "expire", message: message)
                edits.release()
                return count
            } catch {
                edits.discard()
                throw error
            }
        }
    }
}

extension LiveFolder {
    /// Tells whether all rounds of an hour's file are in the store.
    fileprivate func isStaged(_ hour: String, upTo position: LivePosition?) throws -> Bool {
        guard let position else { return false }
        let file = try LiveFile(path(ofHour: hour))
        guard try isThere(position, file) else { return false }
        var isStaged = true
        try file.walk(from: Int(position.byteCount)) { _, part in
            if case .member = part { isStaged = false }
            return isStaged
        }
        return isStaged
    }
}
