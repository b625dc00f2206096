// Registers that cannot be true of a silence: none decides, and each is told with its reason.

import Analysis
import Foundation
import Readings
import Simulation
import Testing

private let home: BilledHouse? = {
    var plan = BilledHouse.Plan(seed: 61, isCloudy: false, batteries: .none)
    plan.days = 160
    plan.gapDays = 20
    plan.gapStart = 70
    return BilledHouse(plan)
}()

@Suite("registers that cannot be true")
struct RegisterTrialTests {
    /// What the registers' reads before and behind the silence show.
    private func estimate(
        _ registers: [(serial: String, added: Double)],
        installedW: Double? = nil,
        days: Int64 = 60,
        withBills: Bool = false
    ) throws -> (gap: GapEstimate, truth: Double) {
        let house = try #require(home)
        let scope = Interval(
            startUTCSeconds: house.gap.startUTCSeconds - days * 86_400,
            endUTCSeconds: house.gap.endUTCSeconds + days * 86_400
        )
        var columns = ReadingColumns()
        for row in house.rows
        where scope.contains(row.startUTCSeconds) && !house.gap.contains(row.startUTCSeconds) {
            columns.append(startUTCSeconds: row.startUTCSeconds, energyWh: row.monitorWh)
        }
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
        let presence = Presence(key: key, columns: columns, zone: house.zone)
        var input = ReconciliationInput(
            place: house.place,
            array: nil,
            batteryKWh: nil,
            zone: house.zone,
            series: [(presence, try #require(presence.span))],
            gaps: [house.gap],
            bills: withBills ? house.bills : [],
            temperatures: [],
            utility: []
        )
        input.installedW = installedW
        let truth = house.truthKWh[0]
        let readings = registers.flatMap { serial, added in
            [
                RegisterReading(
                    device: Device(.meter, serial),
                    atUTCSeconds: house.gap.startUTCSeconds,
                    energyKWh: 1_000
                ),
                RegisterReading(
                    device: Device(.meter, serial),
                    atUTCSeconds: house.gap.endUTCSeconds,
                    energyKWh: 1_000 + truth + added
                ),
            ]
        }
        input.registers = RegisterSeries.meters(
            readings,
            serials: Set(registers.map(\.serial)),
            limitOfError: 0.005
        )
        return (try #require(Reconciliation(input).gaps.first), truth)
    }

    @Test("one that rose by more than the panels can make is no evidence, with and without a rating")
    func jumped() throws {
        for rating in [nil, 7_000.0] {
            let (gap, truth) = try estimate([("a", 7_475)], installedW: rating)
            #expect(gap.register == nil && gap.evidence == .clearSky && gap.verdict == .cannotTell)
            guard case .jumped(let most)? = gap.doubts.first?.reason else {
                Issue.record("\(gap.doubts)")
                return
            }
            #expect(most > truth && most < 3 * truth, "\(most) \(truth)")
            let production = try #require(gap.production)
            #expect(abs(production.value - truth) <= 1.5 * production.halfWidth90)
            #expect(gap.range90(production).upperBound <= most + 1e-9)
        }
    }

    @Test("one that is true decides, and is sure by the sky; finding and bound agree")
    func right() throws {
        let (gap, truth) = try estimate([("a", 0)])
        #expect(gap.evidence == .register && gap.verdict == .reportingOnly && gap.doubts.isEmpty)
        #expect(gap.isRegisterConfirmed)
        #expect(abs(try #require(gap.production).value - truth) < 0.01 * truth)
    }

    @Test("one that was set back is no evidence where the utility's figures prove more")
    func setBack() throws {
        let truth = try #require(home).truthKWh[0]
        let (gap, _) = try estimate([("a", -0.97 * truth)], withBills: true)
        #expect(gap.evidence == .combined && gap.verdict == .reportingOnly)
        guard case .setBack? = gap.doubts.first?.reason else {
            Issue.record("\(gap.doubts)")
            return
        }
    }

    @Test("two that contradict each other decide nothing; two that agree confirm each other")
    func two() throws {
        let truth = try #require(home).truthKWh[0]
        let apart = try estimate([("a", 0), ("b", -0.6 * truth)]).gap
        #expect(apart.register == nil && apart.doubts.count == 2 && apart.verdict == .cannotTell)
        let alike = try estimate([("a", 0), ("b", 1)]).gap
        #expect(alike.evidence == .register && alike.isRegisterConfirmed)
    }
}
