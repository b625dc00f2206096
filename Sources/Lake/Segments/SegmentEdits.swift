// Changes of a store's rows, gathered system by system and written as new segments, all visible at once.

import Foundation
import GRDB
import Parquet
import Readings

/// Changes in the making: what an import, an undo, a flush, a compaction or a repair does to rows.
///
/// Memory holds the rows of one system in the containers that changed, one row group of each segment that is being
/// written, and the months of other tables that changed. Nothing is visible before `commit`.
struct SegmentEdits {
    let lake: LakeWriter
    /// The number that new files bear.
    let importID: Int64
    /// The files written so far.
    var files = DurableFiles()
    let zones: SystemZones
    let live: [Int64: [Lake.Segment]]
    let currentYear: Int
    var units: [SegmentPeriod: Unit] = [:]
    var systemID: Int64?
    var isWhole: [BucketPeriod: Bool] = [:]
    var pending: [BucketPeriod: PendingSegment] = [:]
    /// Rows that wait in segments for their row groups to be full.
    var waitingRows = 0
    /// Segments that are written at once beyond which their files are closed between row groups.
    private static let mostOpenFiles = 100
    /// Rows that wait beyond which row groups are cut early.
    private static let mostWaitingRows = 1_000_000
    var records: [RecordPlace: RecordUnit] = [:]
    var merged: [SegmentReplacement] = []
    /// Rows of the tables of records that are held.
    var recordRowCount = 0
    /// The digest that each new file must have; nil where any will do. A repair writes a file once more under its own name.
    var expectedDigest: String?

    /// Tells that rows were lost on their way: the changes must be discarded.
    var isBroken = false

    /// A file would not have the digest that it must have: it was not written.
    struct OtherBytes: Error {}

    struct BucketPeriod: Hashable, Comparable {
        let bucket: Int64
        let period: SegmentPeriod

        static func < (left: BucketPeriod, right: BucketPeriod) -> Bool {
            (left.bucket, left.period) < (right.bucket, right.period)
        }
    }

    /// The rows of the current system in one container: in memory, or put aside.
    struct Unit {
        var rows: SegmentRows
        var touched: Set<CivilMonth> = []
        /// The number of its part in the spool, while its rows are there.
        var part: Int?

        var rowCount: Int { rows.values.reduce(0) { $0 + $1.rowCount } }
    }

    /// Rows of the current system that stay in memory: some years of five minutes. Those of other containers are put aside.
    private static let mostHeldRows = 1_000_000
    var spool: SpoolFile?
    /// The containers whose rows are in memory, that of the last use last.
    var inMemory: [SegmentPeriod] = []

    struct RecordPlace: Hashable {
        let table: String
        let bucket: Int64
        let period: SegmentPeriod
    }

    struct RecordUnit {
        var rows: RecordRows
        let segment: Lake.Segment?
        var isChanged = false
    }

    /// Begins changes.
    init(lake: LakeWriter, importID: Int64) throws {
        self.lake = lake
        self.importID = importID
        zones = SystemZones(sites: try lake.sites(), environment: lake.environment)
        live = Dictionary(grouping: try lake.segments(table: LakeTable.siteInterval.name), by: \.bucket)
        let now = Instant(utcSeconds: lake.environment.nowMicroseconds().flooredDivision(by: 1_000_000))
        currentYear = CivilMonth(utcSeconds: now.utcSeconds).year
    }

    /// The system whose rows are held; systems come in rising order.
    var currentSystem: Int64? { systemID }

    // MARK: Series

    /// The container in which rows of a month are merged together.
    func container(of month: CivilMonth) -> SegmentPeriod {
        SegmentPeriod.container(of: month, currentYear: currentYear)
    }

    /// Returns the rows of a system in a container as they are with all changes so far.
    mutating func rows(of systemID: Int64, in container: SegmentPeriod) throws -> SegmentRows {
        try enter(systemID)
        try hold(container, of: systemID)
        return units[container]?.rows ?? [:]
    }

    /// Sees to it that the rows of a container are in memory, and those of few others.
    mutating func hold(_ container: SegmentPeriod, of systemID: Int64) throws {
        if inMemory.last == container, units[container]?.part == nil { return }
        if let unit = units[container] {
            if let part = unit.part {
                units[container]?.rows = try spool?.rows(part) ?? [:]
                units[container]?.part = nil
            }
        } else {
            units[container] = Unit(rows: try liveRows(systemID, container.utcInterval))
        }
        inMemory.removeAll { $0 == container }
        inMemory.append(container)
        var held = inMemory.reduce(0) { $0 + (units[$1]?.rowCount ?? 0) }
        while held > SegmentEdits.mostHeldRows, inMemory.count > 1 {
            let oldest = inMemory.removeFirst()
            guard let unit = units[oldest] else { continue }
            held -= unit.rowCount
            // What did not change is read again should it be wanted.
            if unit.touched.isEmpty {
                units[oldest] = nil
                continue
            }
            isBroken = true
            if spool == nil { spool = try SpoolFile(folder: lake.rawPath) }
            let part = unit.rows.isEmpty ? nil : try spool?.append(unit.rows)
            isBroken = false
            guard let part else { continue }
            units[oldest]?.part = part
            units[oldest]?.rows = [:]
        }
    }

    /// Puts rows of a system in place of those of a container.
    ///
    /// - Parameter touched: the months whose rows differ.
    mutating func put(
        _ rows: SegmentRows,
        touched: Set<CivilMonth>,
        of systemID: Int64,
        in container: SegmentPeriod
    ) throws {
        try enter(systemID)
        units[container, default: Unit(rows: [:])].rows = rows
        units[container]?.part = nil
        if !inMemory.contains(container) { inMemory.append(container) }
        units[container]?.touched.formUnion(touched)
    }

    /// Lays rows of a later capture over those of a series.
    ///
    /// - Returns: what that changed.
    mutating func merge(_ later: ReadingColumns, _ key: SeriesKey, in container: SegmentPeriod) throws
        -> RowChanges
    {
        guard let first = later.startUTCSeconds.first, let last = later.startUTCSeconds.last else {
            return RowChanges()
        }
        let months = later.rowCountsByMonth().map(\.0)
        // No name for what is there: the rows are appended in place.
        if try rows(of: key.systemID, in: container)[key]?.startUTCSeconds.last ?? .min < first {
            let most = Int(container.utcInterval.seconds / Int64(key.seconds))
            units[container]?.rows[key, default: ReadingColumns()].append(contentsOf: later, ofAtMost: most)
            units[container]?.touched.formUnion(months)
            var changes = RowChanges()
            changes.new = later.rowCount
            return changes
        }
        let span = Interval(startUTCSeconds: first, endUTCSeconds: last + 1)
        let earlier = try rows(of: key.systemID, in: container)[key] ?? ReadingColumns()
        let range = earlier.rowRange(in: span)
        let inside = earlier.slice(range)
        let merged = inside.merged(withLater: later)
        let changes = RowChanges(before: inside, after: merged, touched: later, seconds: key.seconds)
        if merged != inside {
            var after = earlier.slice(0..<range.lowerBound)
            after.append(contentsOf: merged)
            after.append(contentsOf: earlier.slice(range.upperBound..<earlier.rowCount))
            units[container]?.rows[key] = after
            units[container]?.touched.formUnion(months)
        }
        return changes
    }

    /// Puts other rows of a system in place of those of a month.
    ///
    /// - Returns: the rows of the month before and after.
    mutating func exchange(_ month: CivilMonth, of systemID: Int64, for others: SegmentRows) throws -> (
        before: SegmentRows, after: SegmentRows
    ) {
        let container = container(of: month)
        var all = try rows(of: systemID, in: container)
        let before = all.mapValues { $0.rows(in: month.utcInterval) }.filter { !$0.value.isEmpty }
        let after = others.filter { !$0.value.isEmpty }
        guard before != after else { return (before, after) }
        for key in Set(all.keys).union(after.keys) {
            let columns = all[key] ?? ReadingColumns()
            let range = columns.rowRange(in: month.utcInterval)
            var joined = columns.slice(0..<range.lowerBound)
            joined.append(contentsOf: after[key] ?? ReadingColumns())
            joined.append(contentsOf: columns.slice(range.upperBound..<columns.rowCount))
            all[key] = joined.isEmpty ? nil : joined
        }
        try put(all, touched: [month], of: systemID, in: container)
        return (before, after)
    }

    mutating func enter(_ systemID: Int64) throws {
        guard self.systemID != systemID else { return }
        // What fails here has lost rows of the system before: nothing of these changes may be committed any more.
        isBroken = true
        try closeSystem()
        isBroken = false
        inMemory = []
        spool = nil
        precondition(
            self.systemID ?? .min < systemID,
            "system \(systemID) behind system \(self.systemID ?? 0)"
        )
        self.systemID = systemID
    }

    func liveRows(_ systemID: Int64, _ interval: Interval) throws -> SegmentRows {
        var rows: SegmentRows = [:]
        for segment in live[Lake.bucket(ofSystem: systemID)] ?? []
        where segment.period?.utcInterval.overlaps(interval) ?? true {
            for (key, columns) in try lake.rows(of: systemID, in: segment) {
                let part = columns.rows(in: interval)
                rows[key] = rows[key].map { $0.merged(withLater: part) } ?? part
            }
        }
        return rows.filter { !$0.value.isEmpty }
    }

    /// Hands the rows of the current system to the segments that are being written.
    mutating func closeSystem() throws {
        guard let systemID else { return }
        let bucket = Lake.bucket(ofSystem: systemID)
        for container in units.keys.sorted() {
            guard var unit = units.removeValue(forKey: container), !unit.touched.isEmpty else { continue }
            if let part = unit.part { unit.rows = try spool?.rows(part) ?? [:] }
            let place = BucketPeriod(bucket: bucket, period: container)
            if isWhole[place] == nil { isWhole[place] = decideWhole(place, touched: unit.touched) }
            let periods =
                isWhole[place] == true
                ? [container] : Set(unit.touched.map { period(of: $0, bucket: bucket) }).sorted()
            for period in periods {
                let rows = unit.rows.mapValues { $0.rows(in: period.utcInterval) }
                try write(systemID, rows, BucketPeriod(bucket: bucket, period: period))
            }
        }
    }

    /// Tells whether a container is written as one segment: where it is one already, or where history comes at once.
    func decideWhole(_ place: BucketPeriod, touched: Set<CivilMonth>) -> Bool {
        let inside = (live[place.bucket] ?? []).filter { segment in
            segment.period.map { place.period.months.overlaps($0.months) } ?? false
        }
        if let only = inside.first { return inside.count == 1 && only.period == place.period }
        return touched.count > 1 && place.period.lastYear < currentYear
    }

    /// The period of the segment that holds a month's rows.
    func period(of month: CivilMonth, bucket: Int64) -> SegmentPeriod {
        let covering = (live[bucket] ?? []).compactMap(\.period).first { $0.months.contains(month) }
        return covering ?? .month(month)
    }

    mutating func write(_ systemID: Int64, _ rows: SegmentRows, _ place: BucketPeriod) throws {
        if pending[place] == nil {
            let old = live[place.bucket]?.filter { $0.period == place.period } ?? []
            pending[place] = try PendingSegment(
                lake: lake,
                importID: importID,
                bucket: place.bucket,
                period: place.period,
                replaced: old,
                copied: old.first,
                zones: zones,
                files: &files
            )
        }
        let before = pending[place]?.waitingRowCount ?? 0
        try pending[place]?.put(systemID: systemID, rows)
        waitingRows += (pending[place]?.waitingRowCount ?? 0) - before
        guard waitingRows > SegmentEdits.mostWaitingRows || pending.count > SegmentEdits.mostOpenFiles else {
            return
        }
        for place in pending.keys { try pending[place]?.suspend() }
        waitingRows = 0
    }

    /// Writes the rows of all systems of segments into one segment of a longer period.
    mutating func merge(_ segments: [Lake.Segment], bucket: Int64, into period: SegmentPeriod) throws {
        try closeSystem()
        let readers = try segments.map { try SegmentReader(lake, $0) }
        let place = BucketPeriod(bucket: bucket, period: period)
        var segment = try PendingSegment(
            lake: lake,
            importID: importID,
            bucket: bucket,
            period: period,
            replaced: segments,
            copied: nil,
            zones: zones,
            files: &files
        )
        do {
            for systemID in Set(readers.flatMap(\.systems)).sorted() {
                var rows: SegmentRows = [:]
                for reader in readers {
                    for (key, columns) in try reader.rows(of: systemID) {
                        rows[key] = rows[key].map { $0.merged(withLater: columns) } ?? columns
                    }
                }
                try segment.put(systemID: systemID, rows)
            }
        } catch {
            segment.discard()
            throw error
        }
        pending[place] = segment
    }

    /// Writes rows in place of all of a segment's.
    mutating func replace(_ segment: Lake.Segment, period: SegmentPeriod, bySystem rows: [Int64: SegmentRows])
        throws
    {
        var new = try PendingSegment(
            lake: lake,
            importID: importID,
            bucket: segment.bucket,
            period: period,
            replaced: [segment],
            copied: nil,
            zones: zones,
            files: &files
        )
        for systemID in rows.keys.sorted() { try new.put(systemID: systemID, rows[systemID] ?? [:]) }
        pending[BucketPeriod(bucket: segment.bucket, period: period)] = new
    }

    /// Writes records in place of all of a segment's.
    mutating func replace(_ segment: Lake.Segment, period: SegmentPeriod, with rows: RecordRows) throws {
        merged.append(
            SegmentReplacement(
                table: rows.table,
                old: [segment],
                new: try write(rows, period: period, bucket: segment.bucket)
            )
        )
    }

    // MARK: End

    /// Writes what is left, and makes every file durable.
    mutating func finish() throws -> [SegmentReplacement] {
        try closeSystem()
        systemID = nil
        var replacements = merged
        merged = []
        for place in pending.keys.sorted() {
            guard var segment = pending.removeValue(forKey: place) else { continue }
            let new: SnapshotChange.NewFile?
            do {
                new = try segment.finish(files: &files, expecting: expectedDigest)
            } catch {
                segment.discard()
                throw error
            }
            replacements.append(SegmentReplacement(table: .siteInterval, old: segment.replaced, new: new))
        }
        for table in LakeTable.recordTables {
            let places = records.keys.filter { $0.table == table.name }
                .sorted { ($0.bucket, $0.period) < ($1.bucket, $1.period) }
            for place in places {
                guard let unit = records.removeValue(forKey: place), unit.isChanged else { continue }
                let new = try write(unit.rows, period: place.period, bucket: place.bucket)
                if new == nil && unit.segment == nil { continue }
                replacements.append(
                    SegmentReplacement(table: table, old: [unit.segment].compactMap { $0 }, new: new)
                )
            }
        }
        try files.synchroniseDirectories()
        return replacements
    }

    /// Gives documents their names; they are removed with the changes.
    mutating func publish(_ documents: [StagedDocument]) throws {
        for document in documents { try document.publish(in: lake, files: &files) }
        try files.synchroniseDirectories()
    }

    /// Leaves what was written to the store, which names it now.
    mutating func release() { files = DurableFiles() }

    /// Removes everything that was written.
    mutating func discard() {
        for place in pending.keys { pending[place]?.discard() }
        pending = [:]
        files.discard()
    }
}
