// From the resources of a Green Button document to intervals and bills.

import Readings

/// Assembles intervals and bills.
struct GreenButtonAssembler {
    let options: DocumentOptions
    let zone: TimeZoneRules

    /// A billing period shorter than this is a placeholder.
    private static let shortestBillSeconds: Int64 = 5 * 86_400
    private static let longestBillSeconds: Int64 = 400 * 86_400
    private static let estimatedCodes: Set<Int> = [7, 8, 9, 11, 13]
    private static let unverifiedCodes: Set<Int> = [10, 14, 16]
    private static let rejectedCodes: Set<Int> = [12, 15]
    /// Currencies by their ISO 4217 number.
    private static let currencies = [840: "USD", 124: "CAD", 978: "EUR", 826: "GBP", 36: "AUD"]

    /// A bill that is being put together from readings of both directions.
    private struct BillKey: Hashable {
        let meter: String
        let start: CivilDate
        let end: CivilDate
    }

    func assemble(
        blocks: [GreenButtonBlock],
        readings: GreenButtonReadings,
        resolver: inout GreenButtonResolver,
        summaries: [GreenButtonSummary],
        currency: Int?,
        otherServices: Set<String>,
        into summary: inout DocumentSummary,
        _ sink: RowSink
    ) throws {
        var rows = UtilityRows(format: .greenButton)
        var bills: [BillKey: Bill] = [:]
        var folds: [Int64: Int] = [:]
        for block in blocks where !block.range.isEmpty {
            let point = block.usagePoint
            if otherServices.contains(point) && !point.isEmpty {
                summary.counts["readings of other services, left out", default: 0] += block.range.count
                continue
            }
            let type = try resolver.type(of: block)
            guard let side = side(of: type, count: block.range.count, &summary) else { continue }
            let meter = UtilityInterval.meterName(point)
            var register: (start: Int64, wattHours: Int64)?
            for index in block.range {
                guard
                    let reading = try reading(
                        index,
                        of: readings,
                        type: type,
                        folds: &folds,
                        &summary
                    )
                else { continue }
                if reading.seconds >= GreenButtonParser.billSeconds {
                    add(reading, side: side, meter: meter, to: &bills)
                    continue
                }
                if let step = registerStep(to: reading, type: type, register: &register, &summary) {
                    try rows.add(
                        meter: meter,
                        start: step.start,
                        seconds: Int32(clamping: step.seconds),
                        side: side,
                        wattHours: step.wattHours,
                        quality: reading.quality,
                        rank: block.updated
                    )
                }
            }
        }
        if resolver.guessedBlocks > 0 {
            summary.warn(
                "\(resolver.guessedBlocks) blocks have no working link: the description before them was taken"
            )
        }
        var sums = IntervalSums()
        try rows.finish(into: &summary) { batch in
            if case .utility(let intervals) = batch { sums.take(intervals) }
            try sink(batch)
        }
        var all = Array(bills.values)
        all += self.bills(of: summaries, sums: sums, currency: currency, &summary)
        guard !all.isEmpty else { return }
        let sorted = all.sorted { ($0.meter, $0.start, $0.end) < ($1.meter, $1.start, $1.end) }
        for bill in sorted {
            let start = bill.start.daysSince1970 * 86_400
            summary.note(1, in: "bill", from: start, to: start)
        }
        try sink(.bills(sorted))
    }

    // MARK: Readings

    private func side(
        of type: GreenButtonReadingType,
        count: Int,
        _ summary: inout DocumentSummary
    ) -> UtilityRows.Side? {
        guard type.isEnergy else {
            summary.counts["readings of another unit, left out", default: 0] += count
            return nil
        }
        switch type.accumulation ?? 4 {
        case 4, 1, 2, 3, 9: break
        case 0: summary.warn("accumulationBehaviour 0: taken as the energy of each interval")
        default:
            summary.counts["instantaneous readings, left out", default: 0] += count
            return nil
        }
        switch type.flowDirection ?? 0 {
        case 1: return .import
        case 19: return .export
        case 4: return .net
        case 20:
            summary.counts["totals of both directions, left out", default: 0] += count
            return nil
        default:
            summary.warn("flowDirection \(type.flowDirection ?? 0): taken as import")
            return options.side?.rowSide ?? .import
        }
    }

    private struct Reading {
        let start: Int64
        let seconds: Int64
        let wattHours: Int64
        let quality: UtilityQuality
    }

    private func reading(
        _ index: Int,
        of readings: GreenButtonReadings,
        type: GreenButtonReadingType,
        folds: inout [Int64: Int],
        _ summary: inout DocumentSummary
    ) throws -> Reading? {
        let code =
            Int(readings.qualities[index]) >= 0 ? Int(readings.qualities[index]) : type.defaultQuality ?? 0
        if GreenButtonAssembler.rejectedCodes.contains(code) {
            summary.counts["projected or adjusted readings, left out", default: 0] += 1
            return nil
        }
        guard readings.starts[index] != Int64.min else {
            summary.warn("a reading without a time was left out")
            return nil
        }
        let power = type.powerOfTen - Int(readings.decimals[index])
        guard let energy = EnergyText("\(readings.mantissas[index])", powerOfTen: power) else {
            summary.warn("a reading out of range was left out")
            return nil
        }
        var quality: UtilityQuality = []
        if GreenButtonAssembler.estimatedCodes.contains(code) { quality.insert(.estimated) }
        if GreenButtonAssembler.unverifiedCodes.contains(code) { quality.insert(.unverified) }
        if energy.isRounded { quality.insert(.rounded) }
        let stated = Int64(readings.durations[index])
        let seconds = stated > 0 ? stated : type.intervalSeconds ?? 3600
        return Reading(
            start: try instant(readings.starts[index], &folds),
            seconds: seconds,
            wattHours: energy.wattHours,
            quality: quality
        )
    }

    /// A time that the file calls UTC; local wall time where the owner says so.
    private func instant(_ start: Int64, _ folds: inout [Int64: Int]) throws -> Int64 {
        switch options.times ?? (options.takesUTCAsLocal ? .local : .utc) {
        case .utc: return start
        case .standard: return zone.instant(ofStandardSeconds: start)
        case .local: break
        }
        switch zone.resolve(localSeconds: start) {
        case .unique(let utcSeconds): return utcSeconds
        case .fold(let first, let second):
            folds[start, default: 0] += 1
            return folds[start] == 1 ? first : second
        case .gap:
            throw IngestError.content(
                format: .greenButton,
                place: "the time \(Instant(utcSeconds: start).iso8601.dropLast())",
                found: "was shown by no clock in \(zone.identifier), so its times are not local",
                remedy: .takeTimesAsUTC
            )
        }
    }

    /// Energy of an interval; of registers the difference to the one before.
    private func registerStep(
        to reading: Reading,
        type: GreenButtonReadingType,
        register: inout (start: Int64, wattHours: Int64)?,
        _ summary: inout DocumentSummary
    ) -> (start: Int64, seconds: Int64, wattHours: Int64)? {
        guard let behaviour = type.accumulation, (1...3).contains(behaviour) else {
            return (reading.start, reading.seconds, reading.wattHours)
        }
        defer { register = (reading.start, reading.wattHours) }
        guard let before = register, reading.start > before.start else { return nil }
        let difference = reading.wattHours - before.wattHours
        // Another meter may begin lower or higher than the one before: what no house uses is no energy either.
        guard difference >= 0, difference <= UtilityRows.mostWattHours(seconds: reading.start - before.start)
        else {
            summary.warn(
                "a register went \(difference < 0 ? "down" : "up by more than a house can use"): the energy across it is not known"
            )
            return nil
        }
        return (before.start, reading.start - before.start, difference)
    }

    // MARK: Bills

    private func add(
        _ reading: Reading,
        side: UtilityRows.Side,
        meter: String,
        to bills: inout [BillKey: Bill]
    ) {
        guard reading.seconds <= GreenButtonAssembler.longestBillSeconds else { return }
        let (start, end) = days(reading.start, reading.seconds)
        let key = BillKey(meter: meter, start: start, end: end)
        var bill = bills[key] ?? Bill(meter: meter, start: start, end: end)
        switch side {
        case .import: bill.importWh = reading.wattHours
        case .export: bill.exportWh = reading.wattHours
        case .net: bill.netExportWh = -reading.wattHours
        }
        if let imported = bill.importWh, let exported = bill.exportWh {
            bill.netExportWh = exported - imported
        }
        if reading.quality.contains(.estimated) { bill.isEstimated = true }
        bills[key] = bill
    }

    /// The local days of a period. Some utilities write local dates as midnight UTC; an hour more or less is the clock's
    /// change and no fraction of a day.
    private func days(_ start: Int64, _ seconds: Int64) -> (CivilDate, CivilDate) {
        let wall = zone.wallClock(atUTCSeconds: start)
        let isUTCDate = start.flooredRemainder(by: 86_400) == 0 && wall.secondOfDay != 0
        let first = isUTCDate ? CivilDate(daysSince1970: start.flooredDivision(by: 86_400)) : wall.day
        return (first, first.advanced(by: (seconds + 43_200) / 86_400))
    }

    private func bills(
        of summaries: [GreenButtonSummary],
        sums: IntervalSums,
        currency: Int?,
        _ summary: inout DocumentSummary
    ) -> [Bill] {
        var result: [Bill] = []
        for item in summaries {
            guard let start = item.start, let duration = item.duration,
                duration >= GreenButtonAssembler.shortestBillSeconds,
                duration <= GreenButtonAssembler.longestBillSeconds, GatewayTime.plausible(start) != nil
            else {
                summary.warn("a billing period of \(item.duration ?? 0) s is a placeholder and was left out")
                continue
            }
            let (first, end) = days(start, duration)
            let point = item.links.map(GreenButtonLinks.usagePoint).first { !$0.isEmpty } ?? ""
            var bill = Bill(meter: UtilityInterval.meterName(point), start: first, end: end)
            if let value = item.value, (item.unit ?? 72) == 72,
                let energy = EnergyText("\(value)", powerOfTen: item.powerOfTen)
            {
                let period = Interval(
                    startUTCSeconds: zone.startOfDay(first),
                    endUTCSeconds: zone.startOfDay(end)
                )
                switch sums.side(of: energy.wattHours, in: period) {
                case .import: bill.importWh = energy.wattHours
                case .net: bill.netExportWh = -energy.wattHours
                default: bill.unknownSideWh = energy.wattHours
                }
            }
            bill.amount = item.amount.map { Double($0) / 100_000 }
            bill.currency = (item.currency ?? currency).flatMap { GreenButtonAssembler.currencies[$0] } ?? ""
            bill.isEstimated = item.quality.map(GreenButtonAssembler.estimatedCodes.contains) ?? false
            result.append(bill)
        }
        return result
    }

    /// Sums of intervals per day, by which the side of a bill's total is told.
    private struct IntervalSums {
        private var hours: [Int64: (covered: Int64, imported: Int64, exported: Int64)] = [:]

        mutating func take(_ intervals: [UtilityInterval]) {
            for interval in intervals {
                let hour = interval.startUTCSeconds.flooredDivision(by: 3600)
                var sum = hours[hour] ?? (0, 0, 0)
                sum.covered += Int64(interval.seconds)
                sum.imported += interval.importWh ?? max(0, interval.netWh ?? 0)
                sum.exported += interval.exportWh ?? max(0, -(interval.netWh ?? 0))
                hours[hour] = sum
            }
        }

        /// Returns what a total is, where the intervals cover the period and only one side fits within 1 %.
        func side(of wattHours: Int64, in period: Interval) -> UtilityRows.Side? {
            var (covered, imported, exported) = (Int64(0), Int64(0), Int64(0))
            let first = period.startUTCSeconds.flooredDivision(by: 3600)
            let end = period.endUTCSeconds.flooredDivision(by: 3600)
            for hour in first..<max(first, end) {
                guard let sum = hours[hour] else { continue }
                covered += sum.covered
                imported += sum.imported
                exported += sum.exported
            }
            guard Double(covered) >= 0.99 * Double(period.seconds) else { return nil }
            func fits(_ other: Int64) -> Bool { abs(wattHours - other) <= max(1_000, abs(other) / 100) }
            switch (fits(imported), fits(imported - exported)) {
            case (true, false): return .import
            case (false, true): return .net
            default: return nil
            }
        }
    }
}
