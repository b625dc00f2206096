// A file of a gateway's journal, walked round by round. Bytes that are no round are stepped over, told, and never taken for an
// end while a round lies behind them. Who may write it, and where it lies, is not known here.

import Foundation
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An open file of a journal. A class: it closes when nobody uses it any more.
final class LiveFile {
    let path: String
    let descriptor: Int32
    /// The size when it was opened.
    let byteCount: Int

    /// What lies at a place of the file.
    enum Part: Equatable {
        /// A member with a head as it should be; its content was not looked at.
        case member(LiveMember)
        /// Bytes that are no member, up to the next head.
        case other(byteCount: Int)
        /// Bytes that are no whole member, up to the end of the file.
        case tail(byteCount: Int)
    }

    /// How much is searched at a time for the next head.
    private static let searchBytes = 1 << 20

    /// Opens a file; a link is none.
    ///
    /// - Throws: `LakeError.system`, also for what is no file.
    init(_ path: String, flags: Int32 = O_RDONLY) throws(LakeError) {
        self.path = path
        descriptor = try SystemCall.open(path, flags | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else {
            SystemCall.close(descriptor)
            throw .system(operation: "read", path: path, code: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else {
            SystemCall.close(descriptor)
            throw .system(operation: "open", path: path, code: EINVAL)
        }
        byteCount = max(0, Int(status.st_size))
    }

    deinit { SystemCall.close(descriptor) }

    /// Opens a file to be read; nil where there is none.
    static func ifAny(_ path: String) throws -> LiveFile? {
        do {
            return try LiveFile(path)
        } catch LakeError.system(_, _, let code) where code == ENOENT {
            return nil
        }
    }

    func bytes(_ range: Range<Int>) throws(LakeError) -> [UInt8] {
        try SystemCall.read(descriptor, range, path: path)
    }

    /// Walks the parts of the file.
    ///
    /// - Parameter body: is given where each part begins, and the part; false ends the walk.
    func walk(from start: Int = 0, _ body: (Int, Part) throws -> Bool) throws {
        var place = start
        while place < byteCount {
            let part = try part(at: place)
            guard try body(place, part) else { return }
            switch part {
            case .member(let member): place += member.byteCount
            case .other(let count), .tail(let count): place += count
            }
        }
    }

    private func part(at place: Int) throws(LakeError) -> Part {
        if let member = try member(at: place) { return .member(member) }
        var from = place + 1
        while let next = try nextMark(from: from) {
            if try member(at: next) != nil { return .other(byteCount: next - place) }
            from = next + 1
        }
        return .tail(byteCount: byteCount - place)
    }

    private func member(at place: Int) throws(LakeError) -> LiveMember? {
        let head = try bytes(place..<min(byteCount, place + LiveMember.headBytes))
        guard let member = LiveMember(head: head[...]), place + member.byteCount <= byteCount else {
            return nil
        }
        return member
    }

    /// Returns where a head may begin.
    private func nextMark(from start: Int) throws(LakeError) -> Int? {
        let mark = LiveMember.mark
        var place = start
        while place + mark.count <= byteCount {
            let piece = try bytes(place..<min(byteCount, place + LiveFile.searchBytes))
            for index in piece.indices.dropLast(mark.count - 1)
            where piece[index] == mark[0] && piece[index..<(index + mark.count)].elementsEqual(mark) {
                return place + index
            }
            guard piece.count >= mark.count else { return nil }
            place += piece.count - (mark.count - 1)
        }
        return nil
    }

    /// Returns where the file ends in bytes that are no whole round, as a power cut leaves them; nil where it ends in a round.
    /// The last round is looked at to its last byte; of the others only the heads.
    func tornTail() throws -> Int? {
        var torn: Int?
        var last: (place: Int, member: LiveMember)?
        try walk { place, part in
            switch part {
            case .member(let member): last = (place, member)
            case .other: break
            case .tail: torn = place
            }
            return true
        }
        if let torn { return torn }
        guard let last else { return nil }
        let bytes = try bytes(last.place..<(last.place + last.member.byteCount))
        return LiveMember.unpacked(bytes[...]) == nil ? last.place : nil
    }
}
