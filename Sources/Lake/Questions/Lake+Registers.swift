// Lifetime registers of devices, read by column: nothing else of a reading is decoded.

import Parquet
import Readings

extension LakeReader {
    /// Returns the lifetime registers of a site's devices, by segment and key.
    ///
    /// - Throws: `LakeError`. Costs time in proportion to the months touched; months without registers cost one column.
    package func registers(systemID: Int64, interval: Interval) throws -> [RegisterReading] {
        let table = LakeTable.deviceReading
        guard try hasTable(table) else { return [] }
        var result: [RegisterReading] = []
        for file in try segments(table: table.name, systemID: systemID, interval: interval) {
            do {
                let reader = try ParquetReader(try SegmentCodec.bytes(file))
                result += try Lake.registers(reader, systemID, interval, file.path)
            } catch let error as ParquetError {
                throw LakeError.segment(path: file.path, error)
            }
        }
        return result
    }
}

extension Lake {
    fileprivate static func registers(
        _ reader: ParquetReader,
        _ systemID: Int64,
        _ interval: Interval,
        _ path: String
    ) throws -> [RegisterReading] {
        func column(_ name: String) throws -> ColumnData? {
            try reader.column(name, of: .deviceReading)
        }
        guard let registers = try column(Quantity.lifetime.rawValue) else { return [] }
        guard case .doubles(let values) = registers.values else {
            throw LakeError.segmentContent(path: path, column: Quantity.lifetime.rawValue)
        }
        guard !values.isEmpty else { return [] }
        guard case .int64s(let systems)? = try column("system_id")?.values,
            case .int64s(let starts)? = try column("start_at")?.values,
            case .byteArrays(let kinds)? = try column("device_kind")?.values,
            case .byteArrays(let serials)? = try column("serial")?.values,
            case .byteArrays(let origins)? = try column("origin")?.values, systems.count == reader.rowCount,
            starts.count == reader.rowCount, kinds.count == reader.rowCount,
            serials.count == reader.rowCount, origins.count == reader.rowCount
        else { throw LakeError.segmentContent(path: path, column: "start_at") }
        try SegmentCodec.checkStarts(starts, path)
        var result: [RegisterReading] = []
        var next = 0
        for row in 0..<reader.rowCount {
            if let present = registers.present, !present[row] { continue }
            let value = values[next]
            next += 1
            let at = starts[row].flooredDivision(by: 1_000_000)
            guard systems[row] == systemID, interval.contains(at),
                let kind = DeviceKind(rawValue: String(decoding: kinds[row], as: UTF8.self))
            else { continue }
            let serial = String(decoding: serials[row], as: UTF8.self)
            result.append(
                RegisterReading(
                    device: Device(kind, serial),
                    origin: String(decoding: origins[row], as: UTF8.self),
                    atUTCSeconds: at,
                    energyKWh: value / 1000
                )
            )
        }
        return result
    }
}
