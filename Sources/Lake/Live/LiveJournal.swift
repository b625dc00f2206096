// The journal of a gateway as it is written: each round is durable before anything is made of it. What the lines say is not
// known here; they hold no secret, because who writes them leaves it out.
//
// What survives a crash: all rounds whose `append` has returned, and of the running one all of it or nothing.

import Foundation
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The journal of one gateway, held by one process. A class, because it owns the lock.
package final class LiveJournal {
    /// The journal, to be read.
    package let folder: LiveFolder
    /// What was cut off and the owner must hear of.
    package private(set) var notices: [StoreRemark] = []
    private let environment: LakeEnvironment
    private var lock: StoreLock?
    /// The lock's file: a restore puts another store in the place of this one.
    private var lockFile: UInt64 = 0
    /// The hours whose files are known to end in a whole round.
    private var wholeHours: Set<String> = []

    /// What a member may hold; a round with more is written as several.
    private static let mostMemberBytes = 8 << 20

    /// Opens the journal, makes it where there is none, and cuts off what a power cut left of a running round.
    ///
    /// - Parameter storePath: the folder of a store that is there.
    /// - Throws: `LakeError.gatewaySerial`, `.watched` with the process that watches the gateway, `.noStore`, `.notAFolder`,
    ///   `.notALock`, `.system`.
    package init(storePath: String, serial: String, environment: LakeEnvironment) throws {
        folder = try LiveFolder(storePath: storePath, serial: serial)
        self.environment = environment
        try hold()
        for name in try SystemCall.names(in: folder.path) where LiveFolder.isUnfinished(name) {
            try? SystemCall.remove("\(folder.path)/\(name)")
        }
        guard let newest = try folder.hours().last else { return }
        // On a full disk it is left to the next round of that hour: nothing is read of it.
        do { try cutTornTail(newest) } catch { notices.append(StoreRemark(error)) }
    }

    /// Takes the lock, where it is not held or lies in another folder by now.
    private func hold() throws {
        guard try SystemCall.exists(folder.root + "/catalog.sqlite") else {
            throw LakeError.noStore(path: folder.root)
        }
        let path = "\(folder.path)/\(LiveFolder.lockName)"
        if lock != nil, (try? SystemCall.fileNumber(path)) == lockFile { return }
        lock = nil
        wholeHours = []
        try LiveFolder.check([folder.root + "/" + LiveFolder.folderName, folder.path])
        _ = try SystemCall.makeDirectories(folder.path)
        // A process that was killed may have made them and not seen to it that they stay.
        for above in [folder.root, folder.root + "/" + LiveFolder.folderName] {
            try SystemCall.synchroniseDirectory(above)
        }
        do {
            lock = try StoreLock(storePath: folder.root, path: path)
        } catch .locked(_, let holder) {
            throw LakeError.watched(serial: folder.serial, holder: holder)
        }
        lockFile = try SystemCall.fileNumber(path)
    }

    /// Appends a round, durably.
    ///
    /// The file is that of the round's hour. Where it fails nothing of the round is in the journal, and it can be tried again.
    ///
    /// - Parameters:
    ///   - lines: each without a line feed, some hundred kilobytes together.
    ///   - utcSeconds: the time of the round by our clock.
    /// - Returns: the place behind the round; nil for a round without lines.
    /// - Throws: `LakeError.system`, as on a full disk; `.watched`, `.noStore`, `.notAFolder` where the store was exchanged.
    @discardableResult
    package func append(_ lines: [[UInt8]], utcSeconds: Int64) throws -> LivePosition? {
        guard !lines.isEmpty else { return nil }
        try hold()
        let hour = LiveFolder.hour(of: utcSeconds)
        let path = folder.path(ofHour: hour)
        let isKnown = wholeHours.contains(hour)
        if !isKnown, try SystemCall.exists(path) { try cutTornTail(hour) }
        wholeHours.remove(hour)
        let file = try LiveFile(path, flags: O_RDWR | O_CREAT)
        let members = LiveJournal.members(lines, utcSeconds: utcSeconds)
        do {
            guard lseek(file.descriptor, off_t(file.byteCount), SEEK_SET) >= 0 else {
                throw LakeError.system(operation: "write", path: path, code: errno)
            }
            try SystemCall.write(file.descriptor, Array(members.joined())[...], path: path)
            try SystemCall.synchronise(file.descriptor, path: path)
            if !isKnown { try SystemCall.synchroniseDirectory(folder.path) }
        } catch {
            // What was written of it is no round; where even that fails, the next round looks at the end of the file.
            if ftruncate(file.descriptor, off_t(file.byteCount)) == 0 { _ = fsync(file.descriptor) }
            throw error
        }
        wholeHours.insert(hour)
        return LivePosition(
            serial: folder.serial,
            hour: hour,
            startByte: Int64(file.byteCount),
            byteCount: Int64(file.byteCount + members.reduce(0) { $0 + $1.count }),
            check: LiveMember.statedCheck((members.last ?? [])[...]),
            utcSeconds: Int64(UInt32(clamping: utcSeconds))
        )
    }

    /// Writes one of the small files beside the journal in place of the last one. What survives a crash: one or the other, whole.
    ///
    /// - Throws: `LakeError.system`.
    package func replace(_ file: LiveFolder.OwnFile, with bytes: [UInt8]) throws {
        try SystemCall.replaceFile("\(folder.path)/\(file.rawValue)", with: bytes)
    }

    private static func members(_ lines: [[UInt8]], utcSeconds: Int64) -> [[UInt8]] {
        var members: [[UInt8]] = []
        var waiting: [[UInt8]] = []
        var byteCount = 0
        for line in lines {
            if byteCount > 0, byteCount + line.count > mostMemberBytes {
                members.append(LiveMember.packed(waiting, utcSeconds: utcSeconds))
                (waiting, byteCount) = ([], 0)
            }
            waiting.append(line)
            byteCount += line.count + 1
        }
        return members + [LiveMember.packed(waiting, utcSeconds: utcSeconds)]
    }

    /// Cuts off what lies behind the last whole round of a file. It is what a crash left of a round whose `append` has not
    /// returned: nothing was made of it. Its bytes are kept in the quarantine all the same.
    private func cutTornTail(_ hour: String) throws {
        let file = try LiveFile(folder.path(ofHour: hour), flags: O_RDWR)
        if let end = try file.tornTail() {
            let quarantine = Quarantine(root: folder.root, stamp: environment.nowMicroseconds())
            let kept = try quarantine.keep(try file.bytes(end..<file.byteCount), as: file.path)
            guard ftruncate(file.descriptor, off_t(end)) == 0 else {
                throw LakeError.system(operation: "shorten", path: file.path, code: errno)
            }
            try SystemCall.synchronise(file.descriptor, path: file.path)
            notices.append(
                "\(file.path): a round that was not written to its end, \(file.byteCount - end) bytes, was cut off and kept as \(kept)"
            )
        }
        wholeHours.insert(hour)
    }
}
