// Reading the tables other than site_interval.

import GRDB
import Readings

extension LakeReader {
    /// Returns the device readings of a site, by device, origin and time.
    ///
    /// - Parameter interval: the starts wanted; nil for all.
    /// - Throws: `LakeError`. Costs time and memory in proportion to the months touched.
    package func deviceReadings(systemID: Int64, interval: Interval? = nil) throws -> [Sourced<DeviceReading>]
    {
        try records(.deviceReading, systemID, interval).deviceReadings
    }

    /// Returns what the devices of a site said about themselves.
    package func deviceStates(systemID: Int64, interval: Interval? = nil) throws -> [Sourced<DeviceState>] {
        try records(.deviceState, systemID, interval).deviceStates
    }

    /// Returns the events of a site by source and start.
    package func siteEvents(systemID: Int64, interval: Interval? = nil) throws -> [Sourced<SiteEvent>] {
        try records(.siteEvent, systemID, interval).siteEvents
    }

    /// Returns the utility's intervals of a site by meter and start.
    package func utilityIntervals(systemID: Int64, interval: Interval? = nil) throws
        -> [Sourced<UtilityInterval>]
    {
        try records(.utilityInterval, systemID, interval).utilityIntervals
    }

    /// Returns the energies of a site per minute, by source, in ascending order: evidence, from which nothing is reported.
    package func siteMinutes(systemID: Int64, interval: Interval? = nil) throws -> [Source: ReadingColumns] {
        try records(.siteMinute, systemID, interval).minutes
    }

    /// Returns the bills of a site by source, meter and first day.
    package func bills(systemID: Int64) throws -> [Sourced<Bill>] {
        try records(.bill, systemID, nil).bills
    }

    /// Returns the outdoor temperatures of a site by source and day.
    package func dailyTemperatures(systemID: Int64) throws -> [Sourced<DailyTemperature>] {
        try records(.dailyTemperature, systemID, nil).dailyTemperatures
    }
}

extension Lake {
    /// What one origin gave of one table.
    package struct RecordCoverage: Sendable, Equatable {
        /// The table.
        package let table: String
        /// The origin.
        package let source: Source
        /// The step in seconds; nil where rows have none.
        package let seconds: Int32?
        /// The number of rows.
        package let rowCount: Int
        /// The first start in seconds UTC.
        package let firstUTCSeconds: Int64
        /// The last start in seconds UTC.
        package let lastUTCSeconds: Int64
    }
}

extension LakeReader {
    /// Returns what each origin gave of each table other than site_interval; minutes, which are evidence only, are left out.
    /// Reads all of the site's rows.
    ///
    /// - Parameter interval: the starts wanted; nil for all.
    package func recordCoverage(systemID: Int64, interval: Interval? = nil) throws -> [Lake.RecordCoverage] {
        var result: [Lake.RecordCoverage] = []
        for table in LakeTable.recordTables where table.name != LakeTable.siteMinute.name {
            let rows = try records(table, systemID, interval)
            var groups: [Lake.GroupKey: (count: Int, first: Int64, last: Int64)] = [:]
            let hasStep = table.columns[2].name == "seconds"
            guard let sourceColumn = table.columns.firstIndex(where: { $0.name == "source" }) else {
                continue
            }
            for row in 0..<rows.rowCount {
                guard case .integer(let source) = rows.value(sourceColumn, row) else { continue }
                var seconds: Int64?
                if hasStep, case .integer(let step) = rows.value(2, row) { seconds = step }
                let start = rows.startUTCSeconds(row)
                let key = Lake.GroupKey(source: source, seconds: seconds)
                let known = groups[key] ?? (0, start, start)
                groups[key] = (known.count + 1, min(known.first, start), max(known.last, start))
            }
            for (key, group) in groups.sorted(by: { $0.key < $1.key }) {
                guard let source = Int16(exactly: key.source).flatMap({ Source(rawValue: $0) }) else {
                    continue
                }
                result.append(
                    Lake.RecordCoverage(
                        table: table.name,
                        source: source,
                        seconds: key.seconds.map { Int32(truncatingIfNeeded: $0) },
                        rowCount: group.count,
                        firstUTCSeconds: group.first,
                        lastUTCSeconds: group.last
                    )
                )
            }
        }
        return result
    }
}

extension Lake {
    fileprivate struct GroupKey: Hashable, Comparable {
        let source: Int64
        let seconds: Int64?

        static func < (left: GroupKey, right: GroupKey) -> Bool {
            (left.source, left.seconds ?? 0) < (right.source, right.seconds ?? 0)
        }
    }
}

extension LakeReader {
    /// Returns the rows of a site in a table, sorted by key. A store of an older version may lack the table.
    func records(_ table: LakeTable, _ systemID: Int64, _ interval: Interval?) throws -> RecordRows {
        guard try hasTable(table) else { return RecordRows(table) }
        var all = RecordRows(table)
        let (staged, segments) = try stagedRecordsAndSegments(table, systemID: systemID, interval: interval)
        for segment in segments {
            let rows = try RecordCodec.decode(
                try SegmentCodec.bytes(segment),
                table: table,
                path: segment.path
            )
            for row in 0..<rows.rowCount
            where rows.systemID(row) == systemID && interval?.contains(rows.startUTCSeconds(row)) ?? true {
                all.append(row: row, of: rows)
            }
        }
        // Rows that wait are laid over those that are in segments.
        all.append(contentsOf: staged)
        return all.sorted()
    }
}
