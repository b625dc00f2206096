// The reconciliation on homes whose truth is known, built by other code; and on bills that are odd.

import Analysis
import Foundation
import Readings
import Simulation
import Testing

/// Homes are simulated once each.
private enum Homes {
    static let flat = make(.flat, seed: 21)
    static let working = make(.working, seed: 22, isCloudy: true)
    static let none = make(.none, seed: 23)
    static let stopped = make(.flat, seed: 24, lost: 1)
    static let half = make(.working, seed: 21, lost: 0.5)

    private static func make(
        _ batteries: BilledHouse.Batteries,
        seed: UInt64,
        isCloudy: Bool = false,
        lost: Double = 0
    ) -> BilledHouse? {
        var plan = BilledHouse.Plan(seed: seed, isCloudy: isCloudy, batteries: batteries)
        plan.days = 230
        plan.gapDays = 30
        plan.gapStart = 110
        plan.lostShare = lost
        return BilledHouse(plan)
    }
}

/// What the owner of a home gives.
private func input(_ house: BilledHouse?, isSilent: Bool = true, change: (Int, [Int32]) -> [Int32] = { $1 })
    throws -> ReconciliationInput
{
    let house = try #require(house)
    var columns = ReadingColumns()
    for (index, row) in house.rows.enumerated() where !isSilent || !house.gap.contains(row.startUTCSeconds) {
        columns.append(startUTCSeconds: row.startUTCSeconds, energyWh: change(index, row.monitorWh))
    }
    let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
    let presence = Presence(key: key, columns: columns, zone: house.zone)
    return ReconciliationInput(
        place: house.place,
        array: nil,
        batteryKWh: house.batteryKWh > 0 ? house.batteryKWh : nil,
        zone: house.zone,
        series: [(presence, try #require(presence.span))],
        gaps: isSilent ? [house.gap] : [],
        bills: house.bills,
        temperatures: house.temperatures,
        utility: []
    )
}

@Suite("reconciliation of silences")
struct SilenceTests {
    @Test(
        "the truth lies in the interval, the lower bound below it, and the panels did not stop",
        arguments: ["flat", "working", "none"]
    )
    func holdsTruth(name: String) throws {
        let house = ["flat": Homes.flat, "working": Homes.working, "none": Homes.none][name] ?? nil
        let gap = try #require(Reconciliation(try input(house)).gaps.first)
        let truth = try #require(house).truthKWh[0]
        let production = try #require(gap.production)
        #expect(abs(production.value - truth) <= production.halfWidth90, "\(production) \(truth)")
        #expect(production.halfWidth90 < 0.15 * truth)
        let bound = try #require(gap.lowerBound)
        #expect(bound <= truth && bound > 0.25 * truth, "\(bound) \(truth)")
        #expect(gap.verdict == .reportingOnly && gap.evidence == .combined && !gap.isProvisional)
        #expect(gap.balance?.usesTemperature == true && gap.balance?.unbilledDays == 0)
        let flat = gap.balance?.flatShare
        switch name {
        case "flat": #expect(try #require(flat) > 0.6)
        case "working": #expect(try #require(flat) < 0.4)
        default: #expect(flat == nil)
        }
    }

    @Test("panels that stopped are found, and the sky is then no evidence of what they made")
    func stopped() throws {
        let gap = try #require(Reconciliation(try input(Homes.stopped)).gaps.first)
        #expect(gap.verdict == .productionStopped && gap.evidence == .balance)
        let production = try #require(gap.production)
        #expect(production.value - production.halfWidth90 <= 0 && production.value < 0.2 * gap.sky!.value)
        #expect(try #require(gap.lowerBound) == 0)
    }

    @Test("half of the production lost is found, with what it made")
    func half() throws {
        let gap = try #require(Reconciliation(try input(Homes.half)).gaps.first)
        let truth = try #require(Homes.half).truthKWh[0]
        #expect(gap.verdict == .productionPartlyLost)
        let production = try #require(gap.production)
        #expect(abs(production.value - truth) <= 1.5 * production.halfWidth90, "\(production) \(truth)")
        #expect(try #require(gap.detectableLoss) < 0.5)
    }

    @Test("without the closing bill the estimate is provisional, says which is awaited, and is wider")
    func provisional() throws {
        var known = try input(Homes.flat)
        let whole = try #require(Reconciliation(known).gaps.first?.production)
        let end = known.zone.wallClock(atUTCSeconds: try #require(Homes.flat).gap.endUTCSeconds).day
        known.bills = known.bills.filter { $0.end < end }
        let gap = try #require(Reconciliation(known).gaps.first)
        #expect(gap.isProvisional && gap.billsReachTo == known.bills.last?.end)
        #expect(try #require(gap.balance).unbilledDays > 0)
        #expect(try #require(gap.production).halfWidth90 > whole.halfWidth90)
        known.bills = []
        let alone = try #require(Reconciliation(known).gaps.first)
        #expect(alone.isProvisional && alone.balance == nil && alone.lowerBound == nil)
        #expect(alone.evidence == .clearSky && alone.verdict == .cannotTell)
        #expect(alone.production == alone.sky)
    }

    @Test("where the days around are too few there is no estimate")
    func noEstimate() throws {
        var known = try input(Homes.flat)
        let house = try #require(Homes.flat)
        let reach: Int64 = 6 * 86_400
        known.series = known.series.map { presence, _ in
            (
                presence,
                Interval(
                    startUTCSeconds: house.gap.startUTCSeconds - reach,
                    endUTCSeconds: house.gap.endUTCSeconds + reach
                )
            )
        }
        let gap = try #require(Reconciliation(known).gaps.first)
        #expect(gap.production == nil && gap.verdict == .cannotTell)
    }

    @Test("the utility's intervals take the place of bills")
    func intervals() throws {
        var known = try input(Homes.flat)
        let house = try #require(Homes.flat)
        known.bills = []
        known.utility = house.rows.map {
            UtilityInterval(
                meter: "m",
                startUTCSeconds: $0.startUTCSeconds,
                seconds: 900,
                importWh: Int64($0.meterWh.imported.rounded()),
                exportWh: Int64($0.meterWh.exported.rounded())
            )
        }
        let gap = try #require(Reconciliation(known).gaps.first)
        let truth = house.truthKWh
        let balance = try #require(gap.balance)
        #expect(balance.source == .utilityIntervals && !gap.isProvisional)
        #expect(abs(balance.net.value - (truth[3] - truth[2])) < 0.01 * (truth[3] + truth[2]))
        #expect(abs(try #require(gap.production).value - truth[0]) <= gap.halfWidth90!)
        #expect(try #require(gap.lowerBound) <= truth[0])
    }

    @Test("of several files of the same time one is taken; one side alone is none")
    func severalFiles() throws {
        var known = try input(Homes.flat)
        let house = try #require(Homes.flat)
        known.bills = []
        func intervals(_ meter: String, imports: Bool, exports: Bool) -> [UtilityInterval] {
            house.rows.map {
                UtilityInterval(
                    meter: meter,
                    startUTCSeconds: $0.startUTCSeconds,
                    seconds: 900,
                    importWh: imports ? Int64($0.meterWh.imported.rounded()) : nil,
                    exportWh: exports ? Int64($0.meterWh.exported.rounded()) : nil
                )
            }
        }
        let both = intervals("a", imports: true, exports: true)
        known.utility = both
        let single = try #require(Reconciliation(known).gaps.first?.balance?.net.value)
        known.utility = both + intervals("b", imports: true, exports: true)
        #expect(try #require(Reconciliation(known).gaps.first?.balance).net.value == single)
        let imports = intervals("i", imports: true, exports: false)
        known.utility = imports
        #expect(try #require(Reconciliation(known).gaps.first).balance == nil)
        known.utility = imports + intervals("e", imports: false, exports: true)
        let pair = try #require(Reconciliation(known).gaps.first?.balance?.net.value)
        #expect(abs(pair - single) < 1e-9)
    }

    @Test("clamps that read a tenth high leave the estimate where it is, since bills correct them")
    func calibrated() throws {
        let right = try #require(Reconciliation(try input(Homes.flat)).gaps.first?.production)
        let high = try input(Homes.flat) { _, energy in
            let consumed = Int32((Double(energy[1]) * 1.1).rounded())
            return Rows.balanced([energy[0], consumed, 0, 0, energy[4], energy[5]])
        }
        let gap = try #require(Reconciliation(high).gaps.first)
        let production = try #require(gap.production)
        #expect(abs(production.value - right.value) < 0.02 * right.value, "\(production) \(right)")
        let truth = try #require(Homes.flat).truthKWh[0]
        #expect(abs(production.value - truth) <= production.halfWidth90)
        #expect(try #require(gap.lowerBound) <= truth)
    }

    @Test("consumption that is not reported follows from the balance")
    func derived() throws {
        let whole = try #require(Reconciliation(try input(Homes.flat)).gaps.first?.production)
        let without = try input(Homes.flat) { _, energy in
            [energy[0], ReadingColumns.missingWh, energy[2], energy[3], energy[4], energy[5]]
        }
        let gap = try #require(Reconciliation(without).gaps.first)
        #expect(abs(try #require(gap.production).value - whole.value) < 0.01 * whole.value)
        // Production alone leaves the sky.
        let alone = try input(Homes.flat) { _, energy in
            [energy[0]] + [Int32](repeating: ReadingColumns.missingWh, count: 5)
        }
        let sky = try #require(Reconciliation(alone).gaps.first)
        #expect(sky.evidence == .clearSky && sky.balance == nil)
    }

    @Test("a register that counted on decides; one that was read inside only proves a part")
    func register() throws {
        var known = try input(Homes.flat)
        let house = try #require(Homes.flat)
        var count = 5_000.0
        var readings: [RegisterReading] = []
        let meter = Device(.meter, "production")
        for row in house.rows {
            if row.startUTCSeconds.flooredRemainder(by: 86_400) == 0 {
                readings.append(
                    RegisterReading(device: meter, atUTCSeconds: row.startUTCSeconds, energyKWh: count)
                )
            }
            count += row.truthWh[0] / 1000
        }
        func registers(_ readings: [RegisterReading]) -> [RegisterSeries] {
            RegisterSeries.meters(readings, serials: ["production"], limitOfError: 0.005)
        }
        known.registers = registers(readings)
        let gap = try #require(Reconciliation(known).gaps.first)
        let production = try #require(gap.production)
        #expect(gap.evidence == .register && gap.verdict == .reportingOnly)
        #expect(abs(production.value - house.truthKWh[0]) < 0.01 * house.truthKWh[0])
        #expect(production.halfWidth90 < 0.01 * house.truthKWh[0])
        // Read from the middle of the silence on.
        let middle = (house.gap.startUTCSeconds + house.gap.endUTCSeconds) / 2
        known.registers = registers(readings.filter { $0.atUTCSeconds >= middle })
        let part = try #require(Reconciliation(known).gaps.first)
        #expect(part.evidence == .combined && part.register?.isWhole == false)
        #expect(try #require(part.register).production.value < house.truthKWh[0])
        #expect(try #require(part.lowerBound) <= house.truthKWh[0])
        // One that was set back says nothing.
        known.registers = registers(
            readings.map {
                RegisterReading(
                    device: $0.device,
                    atUTCSeconds: $0.atUTCSeconds,
                    energyKWh: $0.atUTCSeconds > middle ? $0.energyKWh - 4_900 : $0.energyKWh
                )
            }
        )
        #expect(try #require(Reconciliation(known).gaps.first).register == nil)
    }
}

@Suite("reconciliation of bills")
struct BillReconciliationTests {
    @Test("bills of a healthy home agree, and both-way counting is told apart from a fault")
    func healthy() throws {
        let result = Reconciliation(try input(Homes.none, isSilent: false))
        let judged = result.bills.filter { $0.verdict != .cannotTell }
        #expect(judged.count >= 6 && judged.allSatisfy { $0.verdict == .consistent })
        #expect(judged.allSatisfy { ($0.bothDirections ?? 0) > 0 })
        #expect(result.shiftDays == 0 && result.boundary?.bestShift == 0)
        let calibration = try #require(result.calibration)
        #expect(calibration.residualKWh < calibration.rawResidualKWh)
    }

    @Test(
        "a consumption clamp that reads a tenth high is told with its size; a production meter, as a mismatch"
    )
    func meters() throws {
        let right = try #require(Reconciliation(try input(Homes.none, isSilent: false)).calibration)
        let high = try input(Homes.none, isSilent: false) { _, energy in
            let consumed = Int32((Double(energy[1]) * 1.1).rounded())
            return Rows.balanced([energy[0], consumed, 0, 0, energy[4], energy[5]])
        }
        let result = Reconciliation(high)
        let share = try #require(result.calibration?.share)
        #expect(abs(share - ((1 + right.share) / 1.1 - 1)) < 0.01, "\(share) \(right.share)")
        let low = try input(Homes.none, isSilent: false) { _, energy in
            let produced = Int32((Double(energy[0]) * 0.9).rounded())
            return Rows.balanced([produced, energy[1], 0, 0, energy[4], energy[5]])
        }
        let bills = Reconciliation(low).bills.filter { $0.verdict != .cannotTell }
        #expect(bills.count { $0.verdict == .mismatch } * 2 > bills.count)
        let findings = Reconciliation(low).findings(zone: low.zone, dataEnd: nil)
        #expect(findings.contains { $0.kind == .mismatch && $0.severity == .warning })
    }

    @Test("dates that are off by a day are found, stated and taken", arguments: [-1, 1])
    func shifted(days: Int) throws {
        var known = try input(Homes.none, isSilent: false)
        known.bills = known.bills.map { bill in
            var moved = bill
            moved.start = bill.start.advanced(by: Int64(days))
            moved.end = bill.end.advanced(by: Int64(days))
            return moved
        }
        let result = Reconciliation(known)
        #expect(result.shiftDays == -days && result.boundary?.isDecisive == true)
        #expect(result.bills.filter { $0.verdict != .cannotTell }.allSatisfy { $0.verdict == .consistent })
        #expect(result.bills.first?.period.printedStart == known.bills.first?.start)
        known.shiftDays = 0
        #expect(Reconciliation(known).shiftDays == 0)
    }

    @Test("bills in watt-hours are told, and no balance is made of them")
    func units() throws {
        var known = try input(Homes.flat)
        known.bills = known.bills.map { bill in
            var wrong = bill
            wrong.importWh = bill.importWh.map { $0 * 1000 }
            wrong.exportWh = bill.exportWh.map { $0 * 1000 }
            return wrong
        }
        let result = Reconciliation(known)
        #expect(
            result.bills.allSatisfy {
                if case .unit(let factor) = $0.period.problem { return factor > 100 && factor < 10_000 }
                return false
            }
        )
        let gap = try #require(result.gaps.first)
        #expect(gap.balance == nil && gap.lowerBound == nil && gap.evidence == .clearSky)
    }

    @Test(
        "a bill that no sun can explain is told, and nothing is concluded from it",
        arguments: [true, false]
    )
    func impossible(isExport: Bool) throws {
        var known = try input(Homes.flat)
        let gap = try #require(Homes.flat).gap
        let index = try #require(
            known.bills.firstIndex { known.zone.startOfDay($0.end) > gap.startUTCSeconds + 15 * 86_400 }
        )
        let wrong: Int64 = 9_000_000
        if isExport {
            known.bills[index].exportWh = (known.bills[index].exportWh ?? 0) + wrong
        } else {
            known.bills[index].importWh = (known.bills[index].importWh ?? 0) + wrong
        }
        let estimate = try #require(Reconciliation(known).gaps.first)
        #expect(estimate.impossibleBeyond != nil && estimate.verdict == .cannotTell)
        #expect(estimate.production == estimate.sky && estimate.lowerBound == nil)
    }

    @Test("overlaps, estimates, missing sides and a year's single bill are told for what they are")
    func odd() throws {
        var known = try input(Homes.flat)
        let bills = known.bills
        var doubled = bills[2]
        doubled.start = bills[2].start.advanced(by: 3)
        known.bills = bills + [doubled]
        let overlapping = Reconciliation(known).bills.filter {
            if case .overlaps = $0.period.problem { return true }
            return false
        }
        #expect(overlapping.count >= 2 && overlapping.allSatisfy { $0.verdict == .cannotTell })

        known.bills = bills
        known.bills[1].isEstimated = true
        let merged = Reconciliation(known).bills
        #expect(merged.count == bills.count - 1 && merged[1].period.mergedBills == 2)
        #expect(merged[1].period.start == bills[1].start && merged[1].period.end == bills[2].end)
        known.bills[bills.count - 1].isEstimated = true
        #expect(Reconciliation(known).bills.last?.period.problem == .estimated)

        known.bills = bills
        known.bills[0].exportWh = nil
        known.bills[0].netExportWh = nil
        #expect(Reconciliation(known).bills[0].period.problem == .noNet)

        func sum(_ side: (Bill) -> Int64?) -> Int64 { bills.reduce(0) { $0 + (side($1) ?? 0) } }
        known.bills = [
            Bill(
                start: bills[0].start,
                end: bills[bills.count - 1].end,
                importWh: sum(\.importWh),
                exportWh: sum(\.exportWh)
            )
        ]
        let single = Reconciliation(known)
        #expect(single.calibration == nil && single.bills[0].verdict == .cannotTell)
        let gap = try #require(single.gaps.first)
        let several = try #require(Reconciliation(try input(Homes.flat)).gaps.first)
        let truth = try #require(Homes.flat).truthKWh[0]
        #expect(abs(try #require(gap.production).value - truth) <= gap.halfWidth90!)
        #expect(gap.halfWidth90! > several.halfWidth90!)
    }
}

/// Rows made by hand.
private enum Rows {
    /// Returns energies whose import and export balance the others, netted.
    static func balanced(_ energy: [Int32]) -> [Int32] {
        let net = energy[0] + energy[5] - energy[1] - energy[4]
        return [energy[0], energy[1], max(0, -net), max(0, net), energy[4], energy[5]]
    }
}

@Suite("parts of the reconciliation")
struct ReconciliationPartTests {
    @Test("the sky is that of the published equations, summed")
    func sky() throws {
        let place = try #require(Place(latitude: 37.4, longitude: -122.1))
        let array = try #require(ArrayOrientation(tiltDegrees: 30, azimuthDegrees: 140))
        let sky = ClearSky(place: place, array: array)
        let day = try #require(CivilDate("2022-07-14")).daysSince1970 * 86_400
        let sum = (0..<96).reduce(0.0) { $0 + power(day + Int64($1) * 900 + 450, place, array) / 4 }
        #expect(abs(sky.energy(from: day, to: day + 86_400) - sum) < 1e-9)
        let part = sky.energy(from: day + 70_000, to: day + 75_000)
        let rest = sky.energy(from: day + 75_000, to: day + 86_400)
        #expect(abs(part + rest - sky.energy(from: day + 70_000, to: day + 86_400)) < 1e-9 && part > 0)
        #expect(sky.energy(from: day + 10 * 3600, to: day + 11 * 3600) == 0)
    }

    /// The equations written out once more, as they stand in the documentation.
    private func power(_ at: Int64, _ place: Place, _ array: ArrayOrientation) -> Double {
        let rad = Double.pi / 180
        let date = CivilDate(daysSince1970: at.flooredDivision(by: 86_400))
        let first = CivilDate.daysSince1970(year: Int64(date.year), month: 1, day: 1)
        let n = Double(date.daysSince1970 - first + 1)
        let hours = Double(at.flooredRemainder(by: 86_400)) / 3600
        let b = 2 * Double.pi * (n - 81) / 364
        let equation = 9.87 * sin(2 * b) - 7.53 * cos(b) - 1.5 * sin(b)
        let omega = 15 * rad * (hours + place.longitude / 15 + equation / 60 - 12)
        let delta = 23.45 * rad * sin(2 * .pi * (284 + n) / 365)
        let (phi, beta, gamma) = (
            place.latitude * rad, array.tiltDegrees * rad, (array.azimuthDegrees - 180) * rad
        )
        let sinE = sin(phi) * sin(delta) + cos(phi) * cos(delta) * cos(omega)
        guard sinE > 0 else { return 0 }
        let degrees = asin(sinE) / rad
        let mass = 1 / (max(sinE, 0.01) + 0.50572 * pow(max(degrees + 6.07995, 0.5), -1.6364))
        let direct = 1361 * pow(0.7, pow(mass, 0.678))
        let first1 = sin(delta) * sin(phi) * cos(beta)
        let second = sin(delta) * cos(phi) * sin(beta) * cos(gamma)
        let third = cos(delta) * cos(phi) * cos(beta) * cos(omega)
        let fourth = cos(delta) * sin(phi) * sin(beta) * cos(gamma) * cos(omega)
        let fifth = cos(delta) * sin(beta) * sin(gamma) * sin(omega)
        let incidence = first1 - second + third + fourth + fifth
        return min(
            0.93 * (direct * max(incidence, 0) + 0.1 * direct * (1 + cos(beta)) / 2) / 1000,
            0.8
        )
    }

    @Test("quantiles of Student's t are those of the tables")
    func quantiles() {
        for (freedom, value) in [(6.0, 1.9432), (10.69, 1.8007), (20.38, 1.7232), (120, 1.6577)] {
            #expect(abs(StudentT.quantile95(degreesOfFreedom: freedom) - value) < 0.001)
        }
    }

    @Test("the array's direction is learnt from its clear days, and the place from its light")
    func learnt() throws {
        let house = try #require(Homes.none)
        let result = Reconciliation(try input(Homes.none))
        let array = try #require(result.array)
        #expect(result.isArrayFitted)
        #expect(abs(array.azimuthDegrees - house.array.azimuthDegrees) < 15, "\(array) \(house.array)")
        #expect(abs(array.tiltDegrees - house.array.tiltDegrees) < 12, "\(array) \(house.array)")
        var columns = ReadingColumns()
        for row in house.rows {
            columns.append(startUTCSeconds: row.startUTCSeconds, energyWh: row.monitorWh)
        }
        let place = try #require(PlaceGuess.place(columns, seconds: 900))
        #expect(abs(place.latitude - house.place.latitude) < 8, "\(place) \(house.place)")
        #expect(abs(place.longitude - house.place.longitude) < 8, "\(place) \(house.place)")
    }
}
