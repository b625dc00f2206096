// What a later capture does to rows that are there already, and what that changed.

import Readings

extension ReadingColumns {
    /// Lays a later capture over an earlier one of the same series.
    ///
    /// Per interval and channel the later value wins; a channel that the later capture does not have stays. A row that
    /// stands for no data (all zero) replaces nothing: it is the vendor's way of saying that it does not know.
    ///
    /// - Returns: all rows of both. Costs time in proportion to the rows.
    func merged(withLater later: ReadingColumns) -> ReadingColumns {
        guard !isEmpty else { return later }
        var result = ReadingColumns()
        var own = 0
        var other = 0
        while own < rowCount || other < later.rowCount {
            if other == later.rowCount
                || (own < rowCount && startUTCSeconds[own] < later.startUTCSeconds[other])
            {
                result.append(row: own, of: self)
                own += 1
            } else if own == rowCount || later.startUTCSeconds[other] < startUTCSeconds[own] {
                result.append(row: other, of: later)
                other += 1
            } else {
                appendOverlay(own, other, later, to: &result)
                own += 1
                other += 1
            }
        }
        return result
    }

    private func appendOverlay(
        _ own: Int,
        _ other: Int,
        _ later: ReadingColumns,
        to result: inout ReadingColumns
    ) {
        let earlierMarks = quality(ofRow: own)
        let laterMarks = later.quality(ofRow: other)
        if laterMarks.isAbsent && !earlierMarks.isAbsent {
            result.append(row: own, of: self)
            return
        }
        if earlierMarks.isAbsent && !laterMarks.isAbsent {
            result.append(row: other, of: later)
            return
        }
        var energies: [Int32] = []
        var coversAll = true
        for channelIndex in 0..<Channel.count {
            let value = later.energyWh[channelIndex][other]
            let before = energyWh[channelIndex][own]
            if value == ReadingColumns.missingWh && before != ReadingColumns.missingWh { coversAll = false }
            energies.append(value == ReadingColumns.missingWh ? before : value)
        }
        let soc = later.socPercent[other]
        result.append(
            startUTCSeconds: startUTCSeconds[own],
            energyWh: energies,
            socPercent: soc == ReadingColumns.missingSoC ? socPercent[own] : soc,
            quality: coversAll ? laterMarks : earlierMarks.union(laterMarks)
        )
    }
}

/// What a change did to the rows of one series.
package struct RowChanges: Sendable, Equatable {
    /// Rows that were not there before.
    package var new = 0
    /// Rows of which a value that was there differs from before.
    package var changed = 0
    /// Rows that got a value which they lacked; what was there stayed.
    package var completed = 0
    /// Rows of the document that left the store as it was.
    package var same = 0
    /// New rows before others that were there: of the rows in `new`, those that came late.
    package var late = 0
    /// Rows that a changed day holds, by day and channel.
    package var revisions: [RevisionKey: Revision] = [:]

    /// Where a revision happened.
    package struct RevisionKey: Hashable, Sendable {
        /// The day in UTC.
        package let day: CivilDate
        /// The channel, or the column of another table without its unit, as `import`.
        package let quantity: String
        /// The step of the series.
        package let seconds: Int32
    }

    /// The energy of the changed rows before and after.
    package struct Revision: Hashable, Sendable {
        /// The number of changed rows.
        package var rowCount = 0
        /// Their energy before.
        package var before = WattHours.zero
        /// Their energy after.
        package var after = WattHours.zero
        /// Of the changed rows, those that stood for no data.
        package var filledRows = 0
        /// By how much those changed the energy.
        package var filled = WattHours.zero
    }

    /// Makes an empty account.
    package init() {}

    mutating func add(_ other: RowChanges) {
        new += other.new
        changed += other.changed
        completed += other.completed
        same += other.same
        late += other.late
        revisions.merge(other.revisions) { first, second in
            Revision(
                rowCount: first.rowCount + second.rowCount,
                before: first.before + second.before,
                after: first.after + second.after,
                filledRows: first.filledRows + second.filledRows,
                filled: first.filled + second.filled
            )
        }
    }

    /// Compares a series before and after a change; `touched` are the rows that the document holds.
    init(before: ReadingColumns, after: ReadingColumns, touched: ReadingColumns, seconds: Int32) {
        var old = 0
        var document = 0
        for row in 0..<after.rowCount {
            let start = after.startUTCSeconds[row]
            while document < touched.rowCount && touched.startUTCSeconds[document] < start { document += 1 }
            let isTouched = document < touched.rowCount && touched.startUTCSeconds[document] == start
            while old < before.rowCount && before.startUTCSeconds[old] < start { old += 1 }
            guard old < before.rowCount, before.startUTCSeconds[old] == start else {
                if isTouched { new += 1 }
                continue
            }
            count(record(before, old, after, row, seconds: seconds), isTouched: isTouched)
        }
    }

    /// What became of a row that was there.
    private enum Fate { case same, completed, changed }

    private mutating func count(_ fate: Fate, isTouched: Bool) {
        switch fate {
        case .changed: changed += 1
        case .completed: completed += 1
        case .same: if isTouched { same += 1 }
        }
    }

    private mutating func record(
        _ before: ReadingColumns,
        _ old: Int,
        _ after: ReadingColumns,
        _ row: Int,
        seconds: Int32
    ) -> Fate {
        var fate = Fate.same
        if before.socPercent[old] != after.socPercent[row] {
            fate = before.socPercent[old] == ReadingColumns.missingSoC ? .completed : .changed
        }
        for channel in Channel.allCases {
            let was = before[channel][old]
            let becomes = after[channel][row]
            guard was != becomes else { continue }
            guard was != ReadingColumns.missingWh else {
                if fate == .same { fate = .completed }
                continue
            }
            fate = .changed
            let day = CivilDate(daysSince1970: after.startUTCSeconds[row].flooredDivision(by: 86_400))
            let key = RevisionKey(day: day, quantity: channel.name, seconds: seconds)
            var revision = revisions[key] ?? Revision()
            revision.rowCount += 1
            revision.before += WattHours(Int64(was))
            revision.after += WattHours(becomes == ReadingColumns.missingWh ? 0 : Int64(becomes))
            if before.quality(ofRow: old).isAbsent, !after.quality(ofRow: row).isAbsent {
                revision.filledRows += 1
                revision.filled += WattHours(Int64(becomes) - Int64(was))
            }
            revisions[key] = revision
        }
        return fate
    }
}

extension RowChanges {
    /// Compares records before and after a change; `touched` are the rows that the document holds. All are sorted.
    init(before: RecordRows, after: RecordRows, touched: RecordRows) {
        self.init()
        var old = 0
        var document = 0
        for row in 0..<after.rowCount {
            while document < touched.rowCount && touched.order(document, after, row) < 0 { document += 1 }
            let isTouched = document < touched.rowCount && touched.order(document, after, row) == 0
            while old < before.rowCount && before.order(old, after, row) < 0 { old += 1 }
            guard old < before.rowCount, before.order(old, after, row) == 0 else {
                if isTouched { new += 1 }
                continue
            }
            let fate: Fate =
                before.isSame(old, after, row)
                ? .same : before.isKept(old, after, row) ? .completed : .changed
            if fate == .changed { noteRevision(before, old, after, row) }
            count(fate, isTouched: isTouched)
        }
    }

    /// Energies of intervals and bills are revised; what a device said at a time is only completed.
    private mutating func noteRevision(_ before: RecordRows, _ old: Int, _ after: RecordRows, _ row: Int) {
        let table = after.table
        guard table.name == LakeTable.utilityInterval.name || table.name == LakeTable.bill.name else {
            return
        }
        let day = CivilDate(daysSince1970: after.startUTCSeconds(row).flooredDivision(by: 86_400))
        for (index, column) in table.columns.enumerated() where column.name.hasSuffix("_wh") {
            let was = before.value(index, old)
            let becomes = after.value(index, row)
            guard was != becomes, was != .missing else { continue }
            var seconds: Int32 = 0
            if case .integer(let step) = after.value(2, row), table.name == LakeTable.utilityInterval.name {
                seconds = Int32(truncatingIfNeeded: step)
            }
            let key = RevisionKey(day: day, quantity: String(column.name.dropLast(3)), seconds: seconds)
            var revision = revisions[key] ?? Revision()
            revision.rowCount += 1
            if case .integer(let value) = was { revision.before += WattHours(value) }
            if case .integer(let value) = becomes { revision.after += WattHours(value) }
            revisions[key] = revision
        }
    }
}
