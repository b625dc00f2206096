// The journal of one gateway as it lies in a store: `live/SERIAL/2026-10-14T13.jsonl.gz`, an hour of UTC each. It is read here,
// without a lock; what is written is LiveJournal's.

import Foundation
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A place in the journal of a gateway, behind a round.
package struct LivePosition: Equatable, Sendable {
    /// The gateway's serial number.
    package let serial: String
    /// The hour that names the file, as `2026-10-14T13`.
    package let hour: String
    /// The bytes of the file in front of the round, and of what is damaged in front of it.
    package let startByte: Int64
    /// The bytes of the file up to the end of the round.
    package let byteCount: Int64
    /// The checksum of the round: a file that was cut and has grown again has another one there.
    package let check: UInt32
    /// The time of the round, seconds UTC.
    package let utcSeconds: Int64
}

/// A round as the journal kept it.
package struct JournalRound: Equatable, Sendable {
    /// The place behind it.
    package let position: LivePosition
    /// The time that was given with it, seconds UTC.
    package let utcSeconds: Int64
    /// Its lines, without the line feed.
    package let lines: [[UInt8]]
}

/// The journal of one gateway, to be read.
package struct LiveFolder: Sendable {
    /// The gateway's serial number.
    package let serial: String
    /// The store's folder.
    let root: String

    /// The folder of all journals in a store.
    static let folderName = "live"
    /// The ending of its files.
    static let suffix = ".jsonl.gz"
    /// Small files that a watch keeps beside its journal, and replaces.
    package enum OwnFile: String, CaseIterable {
        case heartbeat = "heartbeat.json"
        case memory = "gateway.json"
    }

    /// The name of the lock of a watch.
    static let lockName = "lock"
    private static let mostSerialBytes = 32
    private static let hourSeconds: Int64 = 3600

    /// Names the journal of a gateway; nothing is looked at.
    ///
    /// - Throws: `LakeError.gatewaySerial` where the serial number has other characters than ASCII digits and letters: it
    ///   becomes part of a path.
    package init(storePath: String, serial: String) throws(LakeError) {
        guard LiveFolder.isSerial(serial) else { throw .gatewaySerial(serial) }
        self.serial = serial
        root = Lake.absolutePath(storePath)
    }

    static func isSerial(_ text: String) -> Bool {
        (1...mostSerialBytes).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                (48...57).contains(byte) || (65...90).contains(byte) || (97...122).contains(byte)
            }
    }

    var path: String { "\(root)/\(LiveFolder.folderName)/\(serial)" }

    /// Where a small file lies.
    package func path(of file: OwnFile) -> String { "\(path)/\(file.rawValue)" }

    /// Tells whether a file that is no hour's is a watch's own.
    static func isOwn(_ name: String) -> Bool {
        name == lockName || OwnFile.allCases.contains { $0.rawValue == name } || isUnfinished(name)
    }

    /// Tells whether a file is what a crash left of a small one.
    static func isUnfinished(_ name: String) -> Bool {
        name.hasSuffix(DurableFiles.temporarySuffix)
            && OwnFile.allCases.contains { name.hasPrefix($0.rawValue + ".") }
    }

    func path(ofHour hour: String) -> String { "\(path)/\(hour)\(LiveFolder.suffix)" }

    // MARK: Hours

    /// Returns the hour that holds a time, as `2026-10-14T13`.
    static func hour(of utcSeconds: Int64) -> String {
        // The time comes from a clock, and a clock may say anything.
        let known = min(max(0, utcSeconds), StoredBounds.seconds.upperBound)
        return String(Instant(utcSeconds: known).iso8601.prefix(13))
    }

    /// Returns the first second of an hour; nil for what is none.
    static func start(ofHour hour: String) -> Int64? {
        guard hour.utf8.count == 13, let start = Instant(iso8601: hour + ":00:00Z")?.utcSeconds,
            LiveFolder.hour(of: start) == hour
        else { return nil }
        return start
    }

    /// Returns the hours of the files that are there, the earliest first.
    ///
    /// - Throws: `LakeError.notAFolder`, `.system`.
    package func hours() throws -> [String] {
        try LiveFolder.check([root + "/" + LiveFolder.folderName, path])
        return try SystemCall.names(in: path).compactMap { name in
            guard name.hasSuffix(LiveFolder.suffix) else { return nil }
            let hour = String(name.dropLast(LiveFolder.suffix.count))
            return LiveFolder.start(ofHour: hour) == nil ? nil : hour
        }
    }

    /// Refuses folders that are links: what is written into them would lie elsewhere.
    static func check(_ folders: [String]) throws(LakeError) {
        for folder in folders {
            var status = stat()
            if lstat(folder, &status) != 0 {
                if errno == ENOENT { continue }
                throw .system(operation: "read", path: folder, code: errno)
            }
            guard status.st_mode & S_IFMT == S_IFDIR else { throw .notAFolder(path: folder) }
        }
    }

    // MARK: Reading

    /// Hands on the rounds of the journal, file by file, each file as it was written. Memory holds one round.
    ///
    /// Where the clock was set back an hour's file has rounds of several times. A round that is being written now is not seen.
    ///
    /// - Parameters:
    ///   - utcSeconds: rounds of this time on.
    ///   - staged: how far each hour's rows are in the store already, by hour: rounds up to there are passed over. A place
    ///     behind which the file is not as it was is none: then all of its rounds are handed on.
    /// - Returns: what could not be read, each in one line.
    /// - Throws: `LakeError` where the system does not give a file back, and what the body throws.
    package func read(
        from utcSeconds: Int64 = .min,
        behind staged: [String: LivePosition] = [:],
        _ body: (JournalRound) throws -> Void
    ) throws -> [StoreRemark] {
        var remarks: [StoreRemark] = []
        for hour in try hours() {
            if let start = LiveFolder.start(ofHour: hour), start + LiveFolder.hourSeconds <= utcSeconds {
                continue
            }
            // It may have been removed meanwhile, as too old.
            guard let file = try LiveFile.ifAny(path(ofHour: hour)) else { continue }
            let first = try staged[hour].map { try isThere($0, file) ? Int($0.byteCount) : 0 } ?? 0
            try read(file, hour: hour, first: first, from: utcSeconds, remarks: &remarks, body)
        }
        return remarks
    }

    private func read(
        _ file: LiveFile,
        hour: String,
        first: Int,
        from utcSeconds: Int64,
        remarks: inout [StoreRemark],
        _ body: (JournalRound) throws -> Void
    ) throws {
        // Up to where every round was handed on.
        var covered = first
        try file.walk(from: first) { place, part in
            switch part {
            case .member(let member):
                guard member.utcSeconds >= utcSeconds else {
                    covered = place + member.byteCount
                    return true
                }
                let bytes = try file.bytes(place..<(place + member.byteCount))
                guard let (lines, check) = LiveMember.unpacked(bytes[...]) else {
                    remarks.append("\(file.path): the round at byte \(place) is damaged and passed over")
                    return true
                }
                let position = LivePosition(
                    serial: serial,
                    hour: hour,
                    startByte: Int64(covered),
                    byteCount: Int64(place + member.byteCount),
                    check: check,
                    utcSeconds: member.utcSeconds
                )
                covered = place + member.byteCount
                try body(JournalRound(position: position, utcSeconds: member.utcSeconds, lines: lines))
            case .other(let count):
                remarks.append("\(file.path): \(count) bytes at byte \(place) are no round and passed over")
            case .tail(let count):
                remarks.append("\(file.path): its last \(count) bytes are no whole round")
            }
            return true
        }
    }

    /// Tells whether a round that is known ends at its place in a file.
    func isThere(_ position: LivePosition, _ file: LiveFile) throws -> Bool {
        let end = Int(position.byteCount)
        guard end > 0, end <= file.byteCount else { return false }
        var isThere = false
        try file.walk { place, part in
            guard case .member(let member) = part else { return place < end }
            let last = place + member.byteCount
            if last == end {
                let bytes = try file.bytes(max(place, end - LiveMember.headBytes)..<end)
                isThere = LiveMember.statedCheck(bytes[...]) == position.check
            }
            return last < end
        }
        return isThere
    }
}
