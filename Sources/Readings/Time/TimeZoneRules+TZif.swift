// The grammar of compiled zone files. Source: RFC 9636, https://www.rfc-editor.org/rfc/rfc9636

extension TimeZoneRules {
    /// A zone file that cannot be used.
    package enum FileError: Error, Equatable, Sendable {
        /// The bytes do not begin with the letters TZif.
        case notTZif
        /// A number or a table reaches past the end, or contradicts another.
        case damaged(byteOffset: Int)
        /// The line of rules for the future is not in POSIX form.
        case badFutureRule(text: String)
    }

    /// The last year for which the rules of the future are written out as transitions.
    private static let lastExpandedYear = 2400
    /// The largest count that a table may claim; real zones have below 1,000 transitions.
    private static let maximumCount = 100_000

    /// Reads a compiled zone file.
    ///
    /// - Parameters:
    ///   - identifier: the zone's name.
    ///   - bytes: the whole file, untrusted.
    /// - Throws: `FileError`.
    package init(identifier: String, tzif bytes: [UInt8]) throws(FileError) {
        var reader = TZifReader(bytes: bytes)
        var header = try reader.header()
        var timeBytes = 4
        if header.version >= 2 {
            try reader.skip(header.bodyBytes(timeBytes: 4))
            header = try reader.header()
            timeBytes = 8
        }
        let times = try reader.integers(count: header.timeCount, bytes: timeBytes)
        let indices = try reader.integers(count: header.timeCount, bytes: 1)
        var typeOffsets: [Int64] = []
        for _ in 0..<header.typeCount {
            typeOffsets.append(try reader.integer(bytes: 4))
            try reader.skip(2)
        }
        try reader.skip(
            header.characterCount + header.leapCount * (timeBytes + 4) + header.standardCount + header.utCount
        )
        guard let firstOffset = typeOffsets.first else { throw .damaged(byteOffset: reader.position) }
        var transitions: [Int64] = []
        var offsets: [Int64] = [firstOffset]
        for (time, index) in zip(times, indices) {
            guard typeOffsets.indices.contains(Int(index)), transitions.last.map({ $0 < time }) ?? true else {
                throw .damaged(byteOffset: reader.position)
            }
            transitions.append(time)
            offsets.append(typeOffsets[Int(index)])
        }
        if timeBytes == 8, let line = reader.footer(), !line.isEmpty {
            guard let rule = PosixTimeZone(line) else { throw .badFutureRule(text: line) }
            TimeZoneRules.expand(rule, transitions: &transitions, offsets: &offsets)
        }
        self.init(identifier: identifier, transitions: transitions, offsets: offsets)
    }

    private static func expand(_ rule: PosixTimeZone, transitions: inout [Int64], offsets: inout [Int64]) {
        guard rule.hasDaylightTime else {
            if transitions.isEmpty { offsets = [rule.standardOffsetSeconds] }
            return
        }
        let firstYear = transitions.last.map { Instant(utcSeconds: $0).year } ?? 1970
        for year in firstYear...lastExpandedYear {
            for change in rule.changes(inYear: year) where change.utcSeconds > (transitions.last ?? .min) {
                if offsets.last != change.offsetSeconds {
                    transitions.append(change.utcSeconds)
                    offsets.append(change.offsetSeconds)
                }
            }
        }
    }

    private struct Header {
        var version: Int
        var utCount: Int
        var standardCount: Int
        var leapCount: Int
        var timeCount: Int
        var typeCount: Int
        var characterCount: Int

        func bodyBytes(timeBytes: Int) -> Int {
            timeCount * (timeBytes + 1) + typeCount * 6 + characterCount + leapCount * (timeBytes + 4)
                + standardCount + utCount
        }
    }

    private struct TZifReader {
        let bytes: [UInt8]
        var position = 0

        init(bytes: [UInt8]) { self.bytes = bytes }

        mutating func header() throws(FileError) -> Header {
            guard bytes.count - position >= 44, bytes[position..<position + 4].elementsEqual("TZif".utf8)
            else {
                throw .notTZif
            }
            let version = bytes[position + 4]
            position += 20
            var counts: [Int] = []
            for _ in 0..<6 {
                let count = try integer(bytes: 4)
                guard (0...Int64(maximumCount)).contains(count) else { throw .damaged(byteOffset: position) }
                counts.append(Int(count))
            }
            return Header(
                version: version == 0 ? 1 : Int(version) - 48,
                utCount: counts[0],
                standardCount: counts[1],
                leapCount: counts[2],
                timeCount: counts[3],
                typeCount: counts[4],
                characterCount: counts[5]
            )
        }

        mutating func skip(_ count: Int) throws(FileError) {
            guard count >= 0, count <= bytes.count - position else { throw .damaged(byteOffset: position) }
            position += count
        }

        /// Reads a big-endian integer; one byte is unsigned, more are two's complement.
        mutating func integer(bytes width: Int) throws(FileError) -> Int64 {
            let start = position
            try skip(width)
            var value: Int64 = width > 1 && bytes[start] >= 128 ? -1 : 0
            for byte in bytes[start..<position] { value = value << 8 | Int64(byte) }
            return value
        }

        mutating func integers(count: Int, bytes width: Int) throws(FileError) -> [Int64] {
            guard count * width <= bytes.count - position else { throw .damaged(byteOffset: position) }
            var values: [Int64] = []
            values.reserveCapacity(count)
            for _ in 0..<count { values.append(try integer(bytes: width)) }
            return values
        }

        /// Reads the line between two line feeds at the end; nil where there is none.
        func footer() -> String? {
            guard position < bytes.count, bytes[position] == 10,
                let end = bytes[(position + 1)...].firstIndex(of: 10)
            else { return nil }
            return String(decoding: bytes[(position + 1)..<end], as: UTF8.self)
        }
    }
}

extension Instant {
    /// The calendar year in UTC.
    var year: Int { CivilDate(daysSince1970: utcSeconds.flooredDivision(by: 86_400)).year }
}
