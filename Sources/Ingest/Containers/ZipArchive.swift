// Members of a ZIP archive, read by their place and handed on piece by piece. Nothing is written to disk, and names are
// labels only. Source of the format: PKWARE APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

import Deflate
import Foundation

/// A ZIP archive.
package struct ZipArchive {
    /// Reads `count` bytes at an offset; fewer only at the end of the archive.
    package typealias Read = (_ offset: Int64, _ count: Int) throws -> [UInt8]

    /// A file in the archive.
    package struct Member: Equatable, Sendable {
        /// The path inside the archive.
        package let name: String
        /// The size in the archive, bytes.
        package let compressedBytes: Int64
        /// The size as the directory states it, bytes.
        package let statedBytes: Int64
        /// When the file was changed last, by the archive's clock, as seconds since 1970 of no certain zone.
        package let modifiedSeconds: Int64?
        let method: UInt16
        let isEncrypted: Bool
        let nameBytes: Int
        let headerOffset: Int64
        let checksum: UInt32
    }

    /// The files in the order of the directory; folders are left out.
    package let members: [Member]
    private let read: Read
    private let total: ArchiveTotal

    /// Bytes by which an archive begins.
    package static let signature: [UInt8] = [0x50, 0x4B, 0x03, 0x04]

    /// Reads the directory.
    ///
    /// - Throws: `IngestError.content` where the archive is damaged, `.unsupported` for encryption, ZIP64 and spanning,
    ///   `.limit`.
    package init(byteCount: Int64, read: @escaping Read) throws {
        self.read = read
        total = ArchiveTotal(compressedBytes: byteCount)
        let tailBytes = min(byteCount, 65_557)
        let tail = try read(byteCount - tailBytes, Int(tailBytes))
        guard let end = ZipArchive.lastIndex(of: [0x50, 0x4B, 0x05, 0x06], in: tail), tail.count - end >= 22
        else { throw ZipArchive.damaged("has no directory at its end") }
        let record = LittleEndian(tail[end...])
        let count = Int(record.uint16(10))
        let directoryBytes = Int64(record.uint32(12))
        let directoryOffset = Int64(record.uint32(16))
        guard count != 0xFFFF, directoryOffset != 0xFFFF_FFFF else {
            throw IngestError.unsupported(
                what: "the ZIP archive is of the ZIP64 kind",
                remedy: "unpack it and import the folder"
            )
        }
        guard record.uint16(4) == 0, record.uint16(8) == record.uint16(10) else {
            throw IngestError.unsupported(
                what: "the ZIP archive is one part of several",
                remedy: "unpack it and import the folder"
            )
        }
        guard count <= Limits.archiveMembers else {
            throw IngestError.limit(.members, found: Int64(count), limit: Int64(Limits.archiveMembers))
        }
        guard directoryBytes <= Int64(Limits.archiveDirectoryBytes),
            directoryOffset + directoryBytes <= byteCount
        else { throw ZipArchive.damaged("states a directory that it cannot hold") }
        let directory = try read(directoryOffset, Int(directoryBytes))
        members = try ZipArchive.members(directory, count: count)
        try ZipArchive.refuseOverlaps(members, end: directoryOffset)
        // One encrypted file keeps no other out; where all are, the archive as a whole is refused.
        if let first = members.first, members.allSatisfy(\.isEncrypted) {
            throw ZipArchive.encrypted(first.name)
        }
    }

    /// Members that share bytes make much of little: no program that packs files writes them so.
    private static func refuseOverlaps(_ members: [Member], end: Int64) throws {
        var free: Int64 = 0
        for member in members.sorted(by: { $0.headerOffset < $1.headerOffset }) {
            guard member.headerOffset >= free else { throw damaged("has members that overlap") }
            free = member.headerOffset + headerBytes + Int64(member.nameBytes) + member.compressedBytes
        }
        guard free <= end else { throw damaged("states members that it cannot hold") }
    }

    /// The size of a member's own header without its name.
    private static let headerBytes: Int64 = 30

    private static func damaged(_ what: String) -> IngestError {
        .unsupported(what: "the ZIP archive is damaged: it \(what)", remedy: "download it again")
    }

    private static func encrypted(_ name: String) -> IngestError {
        .unsupported(
            what: "\(name) in the ZIP archive is encrypted",
            remedy: "unpack it with its password and import the folder"
        )
    }

    private static func lastIndex(of pattern: [UInt8], in bytes: [UInt8]) -> Int? {
        guard bytes.count >= pattern.count else { return nil }
        return (0...(bytes.count - pattern.count)).last {
            bytes[$0..<($0 + pattern.count)].elementsEqual(pattern)
        }
    }

    private static func members(_ directory: [UInt8], count: Int) throws -> [Member] {
        var members: [Member] = []
        var position = 0
        for _ in 0..<count {
            guard directory.count - position >= 46 else {
                throw damaged("has a directory that ends too early")
            }
            let entry = LittleEndian(directory[position...])
            guard entry.uint32(0) == 0x0201_4B50 else { throw damaged("has a directory that cannot be read") }
            let nameBytes = Int(entry.uint16(28))
            let whole = 46 + nameBytes + Int(entry.uint16(30)) + Int(entry.uint16(32))
            guard directory.count - position >= whole else {
                throw damaged("has a directory that ends too early")
            }
            let name = String(
                decoding: directory[(position + 46)..<(position + 46 + nameBytes)],
                as: UTF8.self
            )
            position += whole
            if name.hasSuffix("/") { continue }
            members.append(
                Member(
                    name: name,
                    compressedBytes: Int64(entry.uint32(20)),
                    statedBytes: Int64(entry.uint32(24)),
                    modifiedSeconds: nil,
                    method: entry.uint16(10),
                    isEncrypted: entry.uint16(8) & 1 != 0,
                    nameBytes: nameBytes,
                    headerOffset: Int64(entry.uint32(42)),
                    checksum: entry.uint32(16)
                )
            )
        }
        return members
    }

    /// Hands on a member's bytes.
    ///
    /// - Throws: `IngestError.limit` before too much comes out, `.unsupported` where the member is damaged or compressed
    ///   in a way that is not known, and what the sink throws.
    package func expand(_ member: Member, _ sink: (ArraySlice<UInt8>) throws -> Void) throws {
        guard !member.isEncrypted else { throw ZipArchive.encrypted(member.name) }
        let header = try read(member.headerOffset, 30)
        guard header.count == 30, LittleEndian(header[...]).uint32(0) == 0x0403_4B50 else {
            throw ZipArchive.damaged("has no \(member.name) where its directory says")
        }
        let fields = LittleEndian(header[...])
        var offset = member.headerOffset + 30 + Int64(fields.uint16(26)) + Int64(fields.uint16(28))
        var left = member.compressedBytes
        var bounds = ExpansionGuard(compressedBytes: member.compressedBytes)
        var checksum = CRC32()
        let inflater = member.method == 8 ? RawInflater() : nil
        guard member.method == 8 || member.method == 0 else {
            throw IngestError.unsupported(
                what: "\(member.name) in the ZIP archive is compressed by method \(member.method)",
                remedy: "unpack it and import the folder"
            )
        }
        var came: Int64 = 0
        func take(_ piece: ArraySlice<UInt8>) throws {
            try bounds.take(piece.count)
            came += Int64(piece.count)
            try total.take(came, of: member.headerOffset)
            checksum.update(piece)
            try sink(piece)
        }
        while left > 0 {
            let piece = try read(offset, Int(min(left, 256 << 10)))
            guard !piece.isEmpty else { throw ZipArchive.damaged("ends inside \(member.name)") }
            offset += Int64(piece.count)
            left -= Int64(piece.count)
            do {
                if let inflater { try inflater.expand(piece[...], take) } else { try take(piece[...]) }
            } catch is GzipExpander.Damaged {
                throw ZipArchive.damaged("holds \(member.name) with broken bytes")
            }
        }
        guard inflater?.isComplete ?? true, checksum.value == member.checksum else {
            throw ZipArchive.damaged("holds \(member.name) with a wrong checksum")
        }
    }
}

/// What came out of all members of an archive together. A class: members may be read in several threads; a lock is held.
private final class ArchiveTotal: @unchecked Sendable {
    private let lock = NSLock()
    private var bounds: ExpansionGuard
    /// A member that is read again does not count again.
    private var counted: [Int64: Int64] = [:]

    init(compressedBytes: Int64) {
        bounds = ExpansionGuard(compressedBytes: compressedBytes, mostBytes: Limits.archiveExpandedBytes)
    }

    /// Takes note of how much has come out of a member so far.
    ///
    /// - Throws: `IngestError.limit`.
    func take(_ byteCount: Int64, of member: Int64) throws {
        lock.lock()
        defer { lock.unlock() }
        let before = counted[member] ?? 0
        guard byteCount > before else { return }
        counted[member] = byteCount
        try bounds.take(Int(byteCount - before))
    }
}

/// Numbers in little-endian order; bytes beyond the end count 0.
private struct LittleEndian {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    private func byte(_ offset: Int) -> UInt32 {
        let index = bytes.startIndex + offset
        return index < bytes.endIndex ? UInt32(bytes[index]) : 0
    }

    func uint16(_ offset: Int) -> UInt16 { UInt16(byte(offset) | byte(offset + 1) << 8) }

    func uint32(_ offset: Int) -> UInt32 {
        byte(offset) | byte(offset + 1) << 8 | byte(offset + 2) << 16 | byte(offset + 3) << 24
    }
}
