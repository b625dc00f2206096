// A ZIP archive in memory: deflated members with fixed stamps, so that equal files give equal bytes. Archives are not read
// here: this room knows bytes only.
// Source: PKWARE APPNOTE 6.3.10, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT

/// Writes a ZIP archive of less than 4 GB and 65,535 members.
package struct ZipWriter {
    /// The archive up to now.
    private var bytes: [UInt8] = []
    private var directory: [UInt8] = []
    private var memberCount = 0

    /// The level of compression, 1 to 9.
    private static let level: Int32 = 6
    /// 1980-01-01 00:00, the first stamp that the format has.
    private static let stamp: [UInt8] = [0, 0, 0x21, 0]
    /// The most that the format without its 64-bit form can say.
    private static let limit = 0xFFFF_FFFE
    /// The flag that names are UTF-8.
    private static let utf8Flag = 0x0800

    /// Begins an archive.
    package init() {}

    /// Adds a file.
    ///
    /// - Parameter name: the path in the archive, with `/` between folders.
    /// - Returns: false where the archive would grow beyond what the format can say; then nothing was added.
    package mutating func add(_ name: String, _ content: [UInt8]) -> Bool {
        var packed: [UInt8] = []
        GzipCompressor(level: ZipWriter.level).compress(content[...], isLast: true) { packed += $0 }
        // A gzip member is a head of 10 bytes, the deflated bytes, their checksum and their count.
        let body = packed[10..<(packed.count - 8)]
        let checksum = packed[(packed.count - 8)..<(packed.count - 4)]
        let path = Array(name.utf8)
        let size = bytes.count + body.count + directory.count + 2 * path.count + 200
        guard content.count < ZipWriter.limit, size < ZipWriter.limit, memberCount < 65_535,
            path.count < 65_535
        else { return false }
        var common = ZipWriter.little(20, 2) + ZipWriter.little(ZipWriter.utf8Flag, 2)
        common += ZipWriter.little(8, 2) + ZipWriter.stamp + checksum
        common += ZipWriter.little(body.count, 4) + ZipWriter.little(content.count, 4)
        common += ZipWriter.little(path.count, 2) + ZipWriter.little(0, 2)
        directory += [0x50, 0x4B, 1, 2] + ZipWriter.little(20, 2) + common
        directory += ZipWriter.little(0, 2) + ZipWriter.little(0, 2) + ZipWriter.little(0, 2)
        directory += ZipWriter.little(0, 4) + ZipWriter.little(bytes.count, 4) + path
        bytes += [0x50, 0x4B, 3, 4] + common + path
        bytes += body
        memberCount += 1
        return true
    }

    /// Ends the archive and returns its bytes.
    package func finish() -> [UInt8] {
        var end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0]
        end += ZipWriter.little(memberCount, 2) + ZipWriter.little(memberCount, 2)
        end += ZipWriter.little(directory.count, 4) + ZipWriter.little(bytes.count, 4) + [0, 0]
        return bytes + directory + end
    }

    private static func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }
}
