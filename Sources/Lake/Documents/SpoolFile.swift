// Rows put aside while a change is made: more of them than memory should hold.

import Foundation
import Parquet
import Readings

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Rows in a file without a name, which is gone when the program is. A class: it owns the descriptor.
final class SpoolFile {
    private let descriptor: Int32
    private let path: String
    private var parts: [Range<Int>] = []

    /// - Parameter folder: a folder of the store; the file needs its space.
    init(folder: String) throws {
        _ = try SystemCall.makeDirectories(folder.hasSuffix("/") ? String(folder.dropLast()) : folder)
        path = "\(folder)spool-\(UUID().uuidString)\(DurableFiles.temporarySuffix)"
        descriptor = try SystemCall.open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC)
        unlink(path)
    }

    deinit { close(descriptor) }

    /// The number of parts that were put aside.
    var partCount: Int { parts.count }

    /// Puts rows aside.
    ///
    /// - Returns: the number by which they are had again.
    func append(_ rows: SegmentRows) throws -> Int {
        var writer = ParquetWriter(columns: LakeTable.siteInterval.parquetColumns, createdBy: "spool")
        writer.append(SegmentCodec.columnData(rows.sorted { $0.key < $1.key }))
        let bytes = writer.finish().bytes
        let start = parts.last?.upperBound ?? 0
        // A write that failed may have moved the place.
        guard lseek(descriptor, off_t(start), SEEK_SET) >= 0 else {
            throw LakeError.system(operation: "write", path: path, code: errno)
        }
        try SystemCall.write(descriptor, bytes[...], path: path)
        parts.append(start..<(start + bytes.count))
        return parts.count - 1
    }

    /// Returns rows that were put aside.
    func rows(_ part: Int) throws -> SegmentRows {
        let bytes = try SystemCall.read(descriptor, parts[part], path: path)
        let reader = try SegmentCodec.reader(bytes: bytes, path: "rows put aside")
        return try SegmentCodec.decode(reader, path: "rows put aside")
    }
}
