// Reading device rows by column: only what analysis asks for is decoded, and no row becomes a record.

import Parquet
import Readings

extension LakeReader {
    /// Returns the interval rows of a site's inverters, batteries and meters; instants are left out.
    ///
    /// - Parameters:
    ///   - interval: the starts wanted; nil for all.
    ///   - snapshot: nil for the newest.
    /// - Throws: `LakeError`. Costs time and memory in proportion to the months touched.
    package func deviceSeries(systemID: Int64, interval: Interval? = nil, snapshot: Int64? = nil) throws
        -> [DeviceSeries]
    {
        let table = LakeTable.deviceReading
        guard try hasTable(table) else { return [] }
        var gathered = SeriesGathering(systemID: systemID, interval: interval)
        if snapshot == nil, let rows = try laidOverRows(systemID, interval) {
            try gathered.take(rows.reader, path: rows.path)
            return gathered.sorted
        }
        for file in try segments(
            table: table.name,
            snapshot: snapshot,
            systemID: systemID,
            interval: interval
        ).sorted(by: { ($0.firstMicroseconds, $0.fileID) < ($1.firstMicroseconds, $1.fileID) }) {
            do {
                try gathered.take(try ParquetReader(try SegmentCodec.bytes(file)), path: file.path)
            } catch let error as ParquetError {
                throw LakeError.segment(path: file.path, error)
            }
        }
        return gathered.sorted
    }

    /// Returns a site's device rows as one file in memory, with those that wait laid over those in segments; nil where none
    /// waits, so that segments are read by column.
    private func laidOverRows(_ systemID: Int64, _ interval: Interval?) throws -> (
        reader: ParquetReader, path: String
    )? {
        let table = LakeTable.deviceReading
        guard try read({ try waitRows(of: table.name, $0, systemID: systemID) }) else { return nil }
        let rows = try records(table, systemID, interval)
        let file = RecordCodec.encode(rows, keyValues: [], createdBy: environment.signature)
        let path = "rows of site \(systemID) that wait"
        return (try SegmentCodec.reader(bytes: file.bytes, path: path), path)
    }

    /// Returns what batteries said of themselves at single moments: state of health, cycles and state of charge, in the
    /// order of time.
    ///
    /// - Parameter interval: the moments wanted.
    /// - Throws: `LakeError`.
    package func batteryMoments(systemID: Int64, interval: Interval) throws -> [DeviceReading] {
        let table = LakeTable.deviceReading
        guard try hasTable(table) else { return [] }
        let gathering = SeriesGathering(systemID: systemID, interval: interval)
        var moments: [DeviceReading] = []
        if let rows = try laidOverRows(systemID, interval) {
            moments = try gathering.batteryMoments(rows.reader, path: rows.path)
        } else {
            for file in try segments(table: table.name, systemID: systemID, interval: interval) {
                do {
                    let reader = try ParquetReader(try SegmentCodec.bytes(file))
                    moments += try gathering.batteryMoments(reader, path: file.path)
                } catch let error as ParquetError {
                    throw LakeError.segment(path: file.path, error)
                }
            }
        }
        return moments.sorted {
            ($0.startUTCSeconds, $0.device, $0.origin) < ($1.startUTCSeconds, $1.device, $1.origin)
        }
    }

    /// A store of an older version may lack a table.
    func hasTable(_ table: LakeTable) throws -> Bool {
        try read { database in
            try Int64.fetchOne(
                database,
                sql: "SELECT 1 FROM ducklake_table WHERE table_name = ? AND end_snapshot IS NULL",
                arguments: [table.name]
            ) != nil
        }
    }
}

/// Series in the making, segment by segment in the order of months.
private struct SeriesGathering {
    let systemID: Int64
    let interval: Interval?
    var series: [Key: DeviceSeries] = [:]

    /// The series by device, source and step.
    var sorted: [DeviceSeries] {
        series.values.sorted {
            ($0.device, $0.source.rawValue, $0.seconds) < ($1.device, $1.source.rawValue, $1.seconds)
        }
    }

    struct Key: Hashable {
        let device: Device
        let source: Source
        let seconds: Int32
    }

    private static let missing = HomeColumns.missing

    mutating func take(_ reader: ParquetReader, path: String) throws {
        let systems = try integers("system_id", reader, path)
        let starts = try integers("start_at", reader, path)
        let steps = try integers("seconds", reader, path)
        let sources = try integers("source", reader, path)
        let kinds = try texts("device_kind", reader, path)
        let serials = try texts("serial", reader, path)
        let columns = try DeviceColumn.allCases.map { try values($0, reader, path) }
        var row = 0
        while row < systems.count {
            var end = row + 1
            while end < systems.count && steps[end] == steps[row] && systems[end] == systems[row]
                && sources[end] == sources[row] && serials[end] == serials[row] && kinds[end] == kinds[row]
            { end += 1 }
            defer { row = end }
            guard systems[row] == systemID, steps[row] > 0, let step = Int32(exactly: steps[row]),
                let source = Int16(exactly: sources[row]).flatMap({ Source(rawValue: $0) }),
                let kind = DeviceKind(rawValue: String(decoding: kinds[row], as: UTF8.self))
            else { continue }
            append(
                row..<end,
                Key(
                    device: Device(kind, String(decoding: serials[row], as: UTF8.self)),
                    source: source,
                    seconds: step
                ),
                starts,
                columns
            )
        }
    }

    /// What batteries said at single moments.
    func batteryMoments(_ reader: ParquetReader, path: String) throws -> [DeviceReading] {
        let steps = try integers("seconds", reader, path)
        guard steps.contains(0) else { return [] }
        let systems = try integers("system_id", reader, path)
        let starts = try integers("start_at", reader, path)
        let kinds = try texts("device_kind", reader, path)
        let serials = try texts("serial", reader, path)
        let batteries: Set<[UInt8]> = [
            Array(DeviceKind.battery.rawValue.utf8), Array(DeviceKind.acBattery.rawValue.utf8),
        ]
        var moments: [Int: DeviceReading] = [:]
        for row in steps.indices
        where steps[row] == 0 && systems[row] == systemID && batteries.contains(kinds[row]) {
            let start = starts[row].flooredDivision(by: 1_000_000)
            let kind = DeviceKind(rawValue: String(decoding: kinds[row], as: UTF8.self))
            guard interval?.contains(start) ?? true, let kind else { continue }
            let serial = String(decoding: serials[row], as: UTF8.self)
            moments[row] = DeviceReading(
                Device(kind, serial),
                startUTCSeconds: start,
                origin: "",
                values: [:]
            )
        }
        guard !moments.isEmpty else { return [] }
        for quantity in [Quantity.stateOfHealth, .cycles, .stateOfCharge] {
            guard let data = try reader.column(quantity.rawValue, of: .deviceReading),
                case .doubles(let values) = data.values
            else { continue }
            var next = 0
            for row in steps.indices where data.present?[row] ?? true {
                moments[row]?.values[quantity] = values[next]
                next += 1
            }
        }
        return moments.sorted { $0.key < $1.key }.map(\.value).filter { !$0.values.isEmpty }
    }

    /// Rows of two origins of one device may follow each other: what goes back in time is left out.
    private mutating func append(_ rows: Range<Int>, _ key: Key, _ starts: [Int64], _ columns: [[Int32]?]) {
        var own =
            series.removeValue(forKey: key)
            ?? DeviceSeries(device: key.device, source: key.source, seconds: key.seconds)
        var last = own.startUTCSeconds.last ?? .min
        for row in rows {
            let start = starts[row].flooredDivision(by: 1_000_000)
            guard start > last, interval?.contains(start) ?? true else { continue }
            last = start
            own.startUTCSeconds.append(start)
            for (index, column) in columns.enumerated() {
                own.columns[index].append(column?[row] ?? SeriesGathering.missing)
            }
        }
        if !own.startUTCSeconds.isEmpty { series[key] = own }
    }

    // MARK: Columns

    private func integers(_ name: String, _ reader: ParquetReader, _ path: String) throws -> [Int64] {
        guard let data = try reader.column(name, of: .deviceReading), data.present == nil else {
            throw LakeError.segmentContent(path: path, column: name)
        }
        switch data.values {
        case .int64s(let values):
            if name == "start_at" { try SegmentCodec.checkStarts(values, path) }
            return values
        case .int32s(let values): return values.map { Int64($0) }
        default: throw LakeError.segmentContent(path: path, column: name)
        }
    }

    private func texts(_ name: String, _ reader: ParquetReader, _ path: String) throws -> [[UInt8]] {
        guard let data = try reader.column(name, of: .deviceReading), data.present == nil,
            case .byteArrays(let values) = data.values
        else { throw LakeError.segmentContent(path: path, column: name) }
        return values
    }

    /// Returns a quantity in whole units; nil where no row has it.
    private func values(_ wanted: DeviceColumn, _ reader: ParquetReader, _ path: String) throws -> [Int32]? {
        guard let data = try reader.column(wanted.quantity.rawValue, of: .deviceReading) else { return nil }
        guard case .doubles(let values) = data.values else {
            throw LakeError.segmentContent(path: path, column: wanted.quantity.rawValue)
        }
        if values.isEmpty { return nil }
        let scale = wanted.scale
        func whole(_ value: Double) -> Int32 {
            abs(value) < 2e8 ? Int32((value * scale).rounded()) : SeriesGathering.missing
        }
        guard let present = data.present else { return values.map(whole) }
        var next = 0
        return present.map { isPresent in
            guard isPresent else { return SeriesGathering.missing }
            next += 1
            return whole(values[next - 1])
        }
    }
}

extension ParquetReader {
    /// Returns a column of a table by its name; nil where the file was written before the table had it.
    func column(_ name: String, of table: LakeTable) throws -> ColumnData? {
        guard let index = table.columns.firstIndex(where: { $0.name == name }),
            let position = columnIndex(fieldID: Int32(index + 1), name: name)
        else { return nil }
        return try column(position)
    }
}
