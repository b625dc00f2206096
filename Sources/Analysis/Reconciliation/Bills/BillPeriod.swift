// Bills made ready to be compared: one for each period, estimated ones merged, those that cannot be used told.

import Readings

/// What speaks for one period of the utility.
package struct BillPeriod: Equatable, Sendable {
    /// The first day.
    package var start: CivilDate
    /// The day of the closing read.
    package var end: CivilDate
    /// Energy from the grid, kWh; nil where no bill of the period says it.
    package var importKWh: Double?
    /// Energy to the grid, kWh.
    package var exportKWh: Double?
    /// Export less import, kWh; nil where it cannot be told.
    package var netKWh: Double?
    /// The registers whose rounding enters: 2 for import and export, 1 for a net.
    package var registers = 2.0
    /// Bills that were merged because their reads were estimated.
    package var mergedBills = 1
    /// Why it is not used; nil where it is.
    package var problem: Problem?
    /// Days by which its dates were moved, because those of all bills fit better so.
    package var shiftDays = 0

    /// The dates as they are printed.
    package var printedStart: CivilDate { start.advanced(by: Int64(-shiftDays)) }
    package var printedEnd: CivilDate { end.advanced(by: Int64(-shiftDays)) }

    /// Returns the period with its dates moved.
    package func shifted(by days: Int) -> BillPeriod {
        var result = self
        result.start = start.advanced(by: Int64(days))
        result.end = end.advanced(by: Int64(days))
        result.shiftDays += days
        return result
    }

    /// Days of the period.
    package var dayCount: Int { Int(end.daysSince1970 - start.daysSince1970) }

    /// Why a bill cannot be held against the monitor.
    package enum Problem: Equatable, Sendable {
        /// It overlaps another one.
        case overlaps(CivilDate)
        /// Its read is estimated and no actual one follows.
        case estimated
        /// It has no net: import or export is missing.
        case noNet
        /// A register went back from one read to a lower one: another meter, whose energy is not known.
        case otherMeter(from: Double, to: Double)
        /// It has closing reads only, and no bill before it has the opening ones.
        case noOpeningRead
        /// It has no days, or more than a year.
        case length
        /// Its energy is so far from the monitor's that its unit must be another.
        case unit(factor: Double)
    }

    /// Most days of a period.
    private static let mostDays = 400

    /// Makes periods of bills in any order.
    package static func periods(_ bills: [Bill]) -> [BillPeriod] {
        var periods: [BillPeriod] = []
        let sorted = bills.sorted { ($0.start, $0.end, $0.meter) < ($1.start, $1.end, $1.meter) }
        let unread = unread(sorted)
        var open: BillPeriod?
        for bill in joined(sorted) {
            var period = BillPeriod(bill)
            if period.problem == .noNet, let reason = unread[bill.start] { period.problem = reason }
            if let waiting = open {
                if waiting.end == period.start {
                    period = waiting.followed(by: period)
                } else {
                    periods.append(waiting)
                }
                open = nil
            }
            if bill.isEstimated {
                period.problem = .estimated
                open = period
            } else {
                if period.problem == .estimated { period.problem = period.netKWh == nil ? .noNet : nil }
                periods.append(period)
            }
        }
        if let open { periods.append(open) }
        for index in periods.indices.dropFirst() where periods[index].start < periods[index - 1].end {
            periods[index].problem = .overlaps(periods[index - 1].start)
            periods[index - 1].problem = .overlaps(periods[index].start)
        }
        return periods
    }

    /// Why bills that print registers have no energy, by their first days.
    private static func unread(_ sorted: [Bill]) -> [CivilDate: Problem] {
        var result: [CivilDate: Problem] = [:]
        for bills in Dictionary(grouping: sorted, by: \.meter).values {
            for (index, bill) in bills.enumerated() {
                let before = index > 0 && bills[index - 1].end == bill.start ? bills[index - 1] : nil
                for (energy, read) in [
                    (\Bill.importWh, \Bill.importRead), (\Bill.exportWh, \Bill.exportRead),
                ] {
                    guard bill[keyPath: energy] == nil, let closing = bill[keyPath: read] else { continue }
                    guard let opening = before?[keyPath: read] else {
                        result[bill.start] = result[bill.start] ?? .noOpeningRead
                        continue
                    }
                    if case .otherMeter(let from, let to)? = result[bill.start], to < from { continue }
                    result[bill.start] = .otherMeter(from: opening, to: closing)
                }
            }
        }
        return result
    }

    /// Adds up the bills of several meters of the same period.
    private static func joined(_ sorted: [Bill]) -> [Bill] {
        var result: [Bill] = []
        for bill in sorted {
            guard let last = result.last, last.start == bill.start, last.end == bill.end,
                last.meter != bill.meter
            else {
                result.append(bill)
                continue
            }
            var sum = last
            func add(_ left: Int64?, _ right: Int64?) -> Int64? {
                guard left != nil || right != nil else { return nil }
                return (left ?? 0) + (right ?? 0)
            }
            sum.meter = bill.meter
            // A register without energy is not one that counted nothing.
            let lacksImport = [last, bill].contains { $0.importWh == nil && $0.importRead != nil }
            let lacksExport = [last, bill].contains { $0.exportWh == nil && $0.exportRead != nil }
            sum.importWh = lacksImport ? nil : add(last.importWh, bill.importWh)
            sum.exportWh = lacksExport ? nil : add(last.exportWh, bill.exportWh)
            if lacksImport { sum.importRead = last.importRead ?? bill.importRead }
            if lacksExport { sum.exportRead = last.exportRead ?? bill.exportRead }
            sum.netExportWh =
                lacksImport || lacksExport ? nil : add(last.netExportWh, bill.netExportWh)
            sum.isEstimated = last.isEstimated || bill.isEstimated
            result[result.count - 1] = sum
        }
        return result
    }

    private init(_ bill: Bill) {
        start = bill.start
        end = bill.end
        importKWh = bill.importWh.map { Double($0) / 1000 }
        exportKWh = bill.exportWh.map { Double($0) / 1000 }
        if let importKWh, let exportKWh {
            netKWh = exportKWh - importKWh
        } else if let net = bill.netExportWh {
            netKWh = Double(net) / 1000
            registers = 1
        } else {
            problem = .noNet
        }
        if dayCount < 1 || dayCount > BillPeriod.mostDays { problem = .length }
    }

    private func followed(by next: BillPeriod) -> BillPeriod {
        func sum(_ left: Double?, _ right: Double?) -> Double? {
            left.flatMap { left in right.map { left + $0 } }
        }
        var result = next
        result.start = start
        result.importKWh = sum(importKWh, next.importKWh)
        result.exportKWh = sum(exportKWh, next.exportKWh)
        result.netKWh = sum(netKWh, next.netKWh)
        result.mergedBills = mergedBills + next.mergedBills
        if result.netKWh == nil { result.problem = .noNet }
        return result
    }
}
