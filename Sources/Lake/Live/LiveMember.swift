// One round of a gateway's journal as it lies on the disk: a gzip member whose head tells its length and its time, so that a
// file is walked without being expanded, and what lies behind damage is found again. Files and folders are not known here.
//
// Source: RFC 1952; the extra field `SV` holds the length of the member and the CRC-32 of the head before it, four bytes each,
// little-endian: gzip's own check does not cover the head.

import Deflate
import Readings

/// A gzip member that holds the lines of one round.
struct LiveMember: Equatable {
    /// The length of the member in bytes, head and end included.
    let byteCount: Int
    /// The time of the round, seconds UTC.
    let utcSeconds: Int64

    /// The bytes of a head.
    static let headBytes = 24
    /// The bytes behind the deflated ones: checksum and length of what they hold.
    private static let endBytes = 8
    /// The shortest deflated bytes there are.
    private static let leastBody = 2
    /// The most that a member may take: a round has some hundred kilobytes before it is packed.
    static let mostBytes = 32 << 20
    /// The most that a member may hold, expanded.
    static let mostContentBytes = 64 << 20
    /// The level of compression: a round is small, and the machine may be too.
    private static let level: Int32 = 6
    /// gzip, deflated, with an extra field.
    private static let magic: [UInt8] = [0x1F, 0x8B, 8, 4]
    /// No hint, no system; an extra field of 12 bytes whose name is SV and that holds 8.
    private static let field: [UInt8] = [0, 0xFF, 12, 0, 0x53, 0x56, 8, 0]
    /// The bytes of a head that its check covers.
    private static let checkedBytes = 20

    /// The bytes by which a head is found, from its first on.
    static var mark: [UInt8] { magic }

    /// A member holds more than is believed of a round.
    private struct TooLong: Error {}

    private init(byteCount: Int, utcSeconds: Int64) {
        (self.byteCount, self.utcSeconds) = (byteCount, utcSeconds)
    }

    /// Reads the head of a member; nil where there is none.
    init?(head: ArraySlice<UInt8>) {
        guard head.count >= LiveMember.headBytes, head.prefix(4).elementsEqual(LiveMember.magic) else {
            return nil
        }
        let at = head.startIndex
        guard head[(at + 8)..<(at + 16)].elementsEqual(LiveMember.field) else { return nil }
        let size = Int(LiveMember.number(head[(at + 16)..<(at + 20)]))
        let least = LiveMember.headBytes + LiveMember.leastBody + LiveMember.endBytes
        let check = LiveMember.number(head[(at + 20)..<(at + 24)])
        guard (least...LiveMember.mostBytes).contains(size),
            check == Checksum.crc32(head[at..<(at + LiveMember.checkedBytes)])
        else { return nil }
        byteCount = size
        utcSeconds = Int64(LiveMember.number(head[(at + 4)..<(at + 8)]))
    }

    /// Packs lines.
    ///
    /// - Parameter utcSeconds: the time of the round; one that the format cannot say stands as its nearest.
    static func packed(_ lines: some Sequence<[UInt8]>, utcSeconds: Int64) -> [UInt8] {
        let compressor = GzipCompressor(level: level)
        var body: [UInt8] = []
        for line in lines {
            compressor.compress((line + [10])[...], isLast: false) { body += $0 }
        }
        compressor.compress([], isLast: true) { body += $0 }
        // The compressor's own head, of 10 bytes, has no place for a length.
        let rest = body[10...]
        let time = UInt32(clamping: utcSeconds)
        let size = UInt32(clamping: headBytes + rest.count)
        let head = magic + little(time) + field + little(size)
        return head + little(Checksum.crc32(head[...])) + rest
    }

    /// Expands the bytes of a whole member.
    ///
    /// - Returns: the lines, and the checksum of what it holds; nil where the bytes are not those that were written.
    static func unpacked(_ bytes: ArraySlice<UInt8>) -> (lines: [[UInt8]], check: UInt32)? {
        guard let member = LiveMember(head: bytes), member.byteCount == bytes.count else { return nil }
        let end = bytes.endIndex - endBytes
        var content: [UInt8] = []
        var checksum = CRC32()
        let inflater = RawInflater()
        do {
            try inflater.expand(bytes[(bytes.startIndex + headBytes)..<end]) { piece in
                guard content.count + piece.count <= mostContentBytes else { throw TooLong() }
                content += piece
                checksum.update(piece)
            }
        } catch {
            return nil
        }
        guard inflater.isComplete, checksum.value == number(bytes[end..<(end + 4)]),
            UInt32(truncatingIfNeeded: content.count) == number(bytes[(end + 4)...])
        else { return nil }
        var lines = content.split(separator: 10, omittingEmptySubsequences: false).map { Array($0) }
        if lines.last?.isEmpty == true { lines.removeLast() }
        return (lines, checksum.value)
    }

    /// Returns the checksum that the end of a member states.
    static func statedCheck(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.count < endBytes ? 0 : number(bytes[(bytes.endIndex - endBytes)..<(bytes.endIndex - 4)])
    }

    private static func little(_ value: UInt32) -> [UInt8] {
        (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }
}
