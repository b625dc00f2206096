// Totals and gaps without decoding rows: from rollups, and from the blocks of the time column.

import Foundation
import GRDB
import Parquet
import Readings

extension LakeReader {
    /// Returns the days of series, from the rollups kept with the segments.
    ///
    /// - Parameters:
    ///   - systemID: the site wanted; nil for all.
    ///   - snapshot: nil for the newest, or the pinned one.
    /// - Throws: `LakeError`, also where a rollup is damaged. A segment of another program, which has no rollup, is read.
    package func days(systemID: Int64? = nil, snapshot: Int64? = nil) throws -> [SeriesKey: DayRollup] {
        var result: [SeriesKey: DayRollup] = [:]
        try forEachDays(systemID: systemID, snapshot: snapshot) { key, columns in
            let rollup = DayRollup(columns)
            if result[key] == nil { result[key] = rollup } else { result[key]?.append(rollup) }
        }
        return result
    }

    /// Hands on the days of series, segment by segment in the order of time: of one series in parts, of which two may hold
    /// the same day.
    package func forEachDays(
        systemID: Int64? = nil,
        snapshot: Int64? = nil,
        _ body: (SeriesKey, DayColumns) throws -> Void
    ) throws {
        let zones = SystemZones(sites: try sites(), environment: environment)
        let (staged, files) = try stagedSeriesAndSegments(systemID, snapshot)
        var live: [SeriesKey: DayRollup] = [:]
        try addLive(staged, zones, &live)
        for file in files {
            var rows = try rollupRows(fileID: file.fileID, systemID: systemID)
            if rows.isEmpty, file.period == nil || !keepsRollups {
                rows = try SegmentCodec.rollups(try reader(file), file.path, zones: zones).filter {
                    systemID == nil || $0.key.systemID == systemID
                }
            }
            for row in rows where live[row.key] == nil {
                guard let columns = DayColumns(bytes: row.days) else {
                    throw LakeError.catalogue(
                        path: cataloguePath,
                        reason:
                            "the day rollup of system \(row.key.systemID) in \(file.path) is damaged"
                    )
                }
                try body(row.key, columns)
            }
        }
        for (key, rollup) in live.sorted(by: { $0.key < $1.key }) {
            if let columns = DayColumns(rollup) { try body(key, columns) }
        }
    }

    /// Returns the series that have staged rows, and the segments of the same state by their first row.
    fileprivate func stagedSeriesAndSegments(_ systemID: Int64?, _ snapshot: Int64?) throws -> (
        Set<SeriesKey>, [Lake.Segment]
    ) {
        let (staged, files) = try stagedRowsAndSegments(systemID, snapshot)
        return (Set(staged.keys), files.sorted { $0.firstMicroseconds < $1.firstMicroseconds })
    }
}

extension LakeReader {
    /// A series with staged rows is summed from its rows.
    fileprivate func addLive(
        _ staged: Set<SeriesKey>,
        _ zones: SystemZones,
        _ days: inout [SeriesKey: DayRollup]
    )
        throws
    {
        for systemID in Set(staged.map(\.systemID)) {
            let rows = try readings(systemID: systemID)
            for key in staged where key.systemID == systemID {
                guard let columns = rows[key] else { continue }
                days[key] = DayRollup(columns, zone: try zones.rules(ofSystem: systemID))
            }
        }
    }
}

extension Lake {
    /// A run of intervals without a row.
    package struct MissingRows: Sendable, Equatable {
        /// The series.
        package let key: SeriesKey
        /// The first missing start, seconds UTC.
        package let startUTCSeconds: Int64
        /// The start of the next row, seconds UTC.
        package let endUTCSeconds: Int64

        /// The number of missing rows.
        package var rowCount: Int64 { (endUTCSeconds - startUTCSeconds) / Int64(key.seconds) }
    }
}

extension LakeReader {
    /// Returns the runs of missing rows between the first and the last row of each series with a step below a day.
    ///
    /// Only the time column is read, and of it only the blocks whose step is not constant are decoded.
    ///
    /// - Throws: `LakeError`.
    package func missingRows(systemID: Int64? = nil, snapshot: Int64? = nil) throws -> [Lake.MissingRows] {
        var found: [Lake.MissingRows] = []
        var last: [SeriesKey: Int64] = [:]
        let (staged, files) = try stagedSeriesAndSegments(systemID, snapshot)
        for file in files {
            for part in try timesOfSeries(in: file, systemID: systemID) where part.key.seconds < SeriesKey.day
            {
                let step = Int64(part.key.seconds)
                if let before = last[part.key], part.first > before + step {
                    found.append(
                        Lake.MissingRows(
                            key: part.key,
                            startUTCSeconds: before + step,
                            endUTCSeconds: part.first
                        )
                    )
                }
                for jump in part.jumps {
                    found.append(
                        Lake.MissingRows(
                            key: part.key,
                            startUTCSeconds: jump.from + step,
                            endUTCSeconds: jump.to
                        )
                    )
                }
                last[part.key] = part.last
            }
        }
        try addLive(staged, &found)
        return found.sorted {
            ($0.key, $0.startUTCSeconds) < ($1.key, $1.startUTCSeconds)
        }
    }
}

extension LakeReader {
    /// A series with staged rows is looked at row by row.
    fileprivate func addLive(_ staged: Set<SeriesKey>, _ found: inout [Lake.MissingRows]) throws {
        for systemID in Set(staged.map(\.systemID)) {
            let rows = try readings(systemID: systemID)
            for key in staged where key.systemID == systemID && key.seconds < SeriesKey.day {
                found.removeAll { $0.key == key }
                let starts = rows[key]?.startUTCSeconds ?? []
                for (from, to) in zip(starts, starts.dropFirst()) where to - from > Int64(key.seconds) {
                    found.append(
                        Lake.MissingRows(
                            key: key,
                            startUTCSeconds: from + Int64(key.seconds),
                            endUTCSeconds: to
                        )
                    )
                }
            }
        }
    }
}

extension Lake {
    /// A series in a segment: its first and last start, and where the step is longer than the series'.
    fileprivate struct SeriesTimes {
        let key: SeriesKey
        let first: Int64
        let last: Int64
        let jumps: [(from: Int64, to: Int64)]
    }
}

extension LakeReader {
    fileprivate func timesOfSeries(in file: Lake.Segment, systemID: Int64?) throws -> [Lake.SeriesTimes] {
        let reader = try reader(file)
        let groups = Dictionary(grouping: try seriesPlaces(fileID: file.fileID), by: \.rowGroup)
        var places: [Lake.SeriesTimes] = []
        do {
            for group in 0..<reader.rowGroupCount {
                let series = (groups[group] ?? []).sorted { $0.key < $1.key }
                if let systemID, !series.isEmpty, !series.contains(where: { $0.key.systemID == systemID }) {
                    continue
                }
                // A group of one series needs no count; a store of an older version has none.
                let rowCount = reader.rowCount(ofRowGroup: group)
                let counts = series.count == 1 ? [rowCount] : series.map(\.rowCount)
                guard !series.isEmpty, counts.allSatisfy({ $0 > 0 }), counts.reduce(0, +) == rowCount,
                    let column = reader.columnIndex(fieldID: 2, name: "start_at")
                else {
                    places += try decodedTimes(reader, group, file, systemID)
                    continue
                }
                let jumps = try reader.jumps(
                    column,
                    rowGroup: group,
                    steps: zip(series, counts).map { (Int64($0.key.seconds) * 1_000_000, $1) }
                )
                try SegmentCodec.checkStarts(jumps.flatMap { [$0.first, $0.last] }, file.path)
                for (entry, found) in zip(series, jumps)
                where systemID == nil || entry.key.systemID == systemID {
                    places.append(
                        Lake.SeriesTimes(
                            key: entry.key,
                            first: found.first / 1_000_000,
                            last: found.last / 1_000_000,
                            jumps: found.jumps.map { ($0.from / 1_000_000, $0.to / 1_000_000) }
                        )
                    )
                }
            }
        } catch let error as ParquetError {
            throw LakeError.segment(path: file.path, error)
        }
        return places
    }

    /// The same by decoding: for segments of other programs.
    fileprivate func decodedTimes(
        _ reader: ParquetReader,
        _ group: Int,
        _ file: Lake.Segment,
        _ systemID: Int64?
    )
        throws
        -> [Lake.SeriesTimes]
    {
        try SegmentCodec.decode(reader, rowGroups: [group], systemID: systemID, path: file.path).compactMap {
            key,
            columns in
            let starts = columns.startUTCSeconds
            guard let first = starts.first, let last = starts.last else { return nil }
            let jumps = zip(starts, starts.dropFirst()).filter { $1 - $0 > Int64(key.seconds) }
            return Lake.SeriesTimes(key: key, first: first, last: last, jumps: jumps.map { ($0, $1) })
        }
    }
}

extension DayRollup {
    /// Adds the days of a later segment; a day that both hold is summed.
    mutating func append(_ other: DayRollup) {
        var others = other.days[...]
        if let last = days.last, let first = others.first, last.startUTCSeconds == first.startUTCSeconds {
            days[days.count - 1].add(first)
            others = others.dropFirst()
        }
        if let last = days.last, let first = others.first, last.startUTCSeconds > first.startUTCSeconds {
            days = (days + others).sorted { $0.startUTCSeconds < $1.startUTCSeconds }
        } else {
            days += others
        }
    }
}

extension DayRollup.Day {
    fileprivate mutating func add(_ other: DayRollup.Day) {
        rowCount += other.rowCount
        absentRows += other.absentRows
        markedRows &+= other.markedRows
        energyWh &+= other.energyWh
        valueCounts &+= other.valueCounts
    }
}
