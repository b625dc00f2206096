// The journals of gateways as a verification, a backup and a restore see them.

import Foundation
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

extension Lake {
    /// The files of all journals of a store or a backup, from its folder on, and what else lies among them.
    struct LiveFiles {
        /// Files of journals, by gateway and hour.
        private(set) var files: [String] = []
        /// What is no file of a journal.
        private(set) var strangers: [String] = []
        /// The newest file of each journal.
        private(set) var newest: Set<String> = []

        /// Looks into a store or a backup. A link is a stranger, and is not followed.
        ///
        /// - Throws: `LakeError.system`.
        init(root: String) throws {
            guard try SystemCall.exists("\(root)/\(LiveFolder.folderName)") else { return }
            guard Lake.kind(of: "\(root)/\(LiveFolder.folderName)") == S_IFDIR else {
                strangers.append(LiveFolder.folderName)
                return
            }
            for serial in try SystemCall.names(in: "\(root)/\(LiveFolder.folderName)") {
                let folder = "\(LiveFolder.folderName)/\(serial)"
                guard LiveFolder.isSerial(serial), Lake.kind(of: "\(root)/\(folder)") == S_IFDIR else {
                    strangers.append(folder)
                    continue
                }
                var own: [String] = []
                for name in try SystemCall.names(in: "\(root)/\(folder)")
                where !LiveFolder.isOwn(name) {
                    let isHour =
                        name.hasSuffix(LiveFolder.suffix)
                        && LiveFolder.start(ofHour: String(name.dropLast(LiveFolder.suffix.count))) != nil
                        && Lake.kind(of: "\(root)/\(folder)/\(name)") == S_IFREG
                    if isHour {
                        own.append("\(folder)/\(name)")
                    } else {
                        strangers.append("\(folder)/\(name)")
                    }
                }
                files += own
                if let last = own.last { newest.insert(last) }
            }
        }
    }

    /// What lies at a path itself; nil where that cannot be told.
    private static func kind(of path: String) -> mode_t? {
        var status = stat()
        return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
    }

    /// Looks at all bytes of a file of a journal.
    ///
    /// - Returns: what is wrong, each in a few words; where its last whole round ends; whether it ends in it.
    static func liveDamages(_ path: String) throws -> (damages: [String], end: Int, isTorn: Bool) {
        let file = try LiveFile(path)
        var damages: [String] = []
        var end = 0
        var open: [String] = []
        try file.walk { place, part in
            switch part {
            case .member(let member):
                let bytes = try file.bytes(place..<(place + member.byteCount))
                if LiveMember.unpacked(bytes[...]) == nil {
                    open.append("the round at byte \(place) is damaged")
                } else {
                    // What is damaged before a round is no torn end.
                    damages += open
                    open = []
                    end = place + member.byteCount
                }
            case .other(let count): open.append("\(count) bytes at byte \(place) are no round")
            case .tail(let count): open.append("its last \(count) bytes are no whole round")
            }
            return true
        }
        // A running round leaves one piece behind the last whole round; more than one is damage.
        if open.count > 1 { return (damages + open, end, false) }
        return (damages, end, !open.isEmpty)
    }
}

extension LakeReader {
    /// Reads the journals of gateways: each round whole. The last round of a journal may be running, or be what a power cut
    /// left of one: the next watch cuts it off.
    func verifyLive(_ result: inout Lake.Verification) throws {
        let found = try Lake.LiveFiles(root: path)
        for name in found.files {
            let file = "\(path)/\(name)"
            do {
                let (damages, end, isTorn) = try Lake.liveDamages(file)
                var told = damages
                if isTorn, found.newest.contains(name) {
                    result.remarks.append("\(file): it ends behind byte \(end) in a round that is not whole")
                } else if isTorn {
                    told.append("what lies behind byte \(end) is no whole round")
                }
                for damage in told {
                    result.damages.append("\(file): \(damage)")
                    result.beyondRepair.append("\(file): \(damage)")
                }
            } catch LakeError.system(_, _, let code) where code == ENOENT {
                // It was removed meanwhile, as too old.
                continue
            } catch let error as LakeError {
                result.damages.append(StoreRemark(error))
                result.unreadable.append(error)
            }
        }
        for name in found.strangers {
            result.remarks.append("\(path)/\(name): no file of a gateway's journal")
        }
    }
}

extension Lake {
    /// Copies the journals of gateways into a backup or out of one, each file up to its last whole round.
    ///
    /// A file that grew is copied anew; a copy that has more than what is there now, where that is damaged, is kept.
    static func copyLive(
        from source: String,
        to target: String,
        _ files: inout DurableFiles,
        _ result: inout Copy
    ) throws {
        for name in try LiveFiles(root: source).files {
            do {
                try copyLive(
                    "\(source)/\(name)",
                    to: "\(target)/\(name)",
                    files: &files,
                    result: &result
                )
            } catch LakeError.system(_, _, let code) where code == ENOENT {
                // It was removed meanwhile, as too old.
                continue
            }
        }
    }

    private static func copyLive(
        _ source: String,
        to target: String,
        files: inout DurableFiles,
        result: inout Copy
    ) throws {
        let (damages, end, _) = try liveDamages(source)
        let isThere = try SystemCall.exists(target)
        if !damages.isEmpty {
            result.lost.append(
                "\(source): \(damages[0])\(isThere ? "; what the backup has of it stays" : "")"
            )
            if isThere { return }
        }
        let file = try LiveFile(source)
        let pieceBytes = 1 << 20
        func pieces(_ body: ([UInt8], Int) throws -> Bool) throws {
            for start in stride(from: 0, to: end, by: pieceBytes) {
                guard try body(file.bytes(start..<min(end, start + pieceBytes)), start) else { return }
            }
        }
        if isThere {
            let copy = try LiveFile(target)
            // A copy that has all of this and more is of a journal that was cut since.
            var isSame = copy.byteCount >= end
            if isSame {
                try pieces { piece, start in
                    isSame = try copy.bytes(start..<(start + piece.count)) == piece
                    return isSame
                }
            }
            if isSame {
                result.known += 1
                return
            }
        }
        var written = try files.begin(target)
        do {
            try pieces { piece, _ in
                try written.append(piece[...])
                return true
            }
            try files.finish(&written)
        } catch {
            written.discard()
            throw error
        }
        result.files += 1
        result.bytes += Int64(end)
    }
}
