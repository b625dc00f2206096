// Bills that contradict for one cause: it is named, told once, and nothing else rests on such bills.

import Analysis
import Foundation
import Readings
import Simulation
import Testing

/// One home with its bills, simulated once.
private let home: BilledHouse? = {
    var plan = BilledHouse.Plan(seed: 51, isCloudy: false, batteries: .none)
    plan.days = 230
    plan.gapDays = 20
    plan.gapStart = 110
    return BilledHouse(plan)
}()

private func reconciled(
    hasSilence: Bool = false,
    row: ([Int32]) -> [Int32] = { $0 },
    bill: (Bill, Int) -> Bill = { bill, _ in bill }
) throws -> (result: Reconciliation, zone: TimeZoneRules) {
    let house = try #require(home)
    var columns = ReadingColumns()
    for entry in house.rows where !hasSilence || !house.gap.contains(entry.startUTCSeconds) {
        columns.append(startUTCSeconds: entry.startUTCSeconds, energyWh: row(entry.monitorWh))
    }
    let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
    let presence = Presence(key: key, columns: columns, zone: house.zone)
    let input = ReconciliationInput(
        place: house.place,
        array: nil,
        batteryKWh: nil,
        zone: house.zone,
        series: [(presence, try #require(presence.span))],
        gaps: hasSilence ? [house.gap] : [],
        bills: house.bills.enumerated().map { bill($0.element, $0.offset) },
        temperatures: [],
        utility: []
    )
    return (Reconciliation(input), house.zone)
}

private func scaled(_ bill: Bill, import first: Double, export second: Double) -> Bill {
    var bill = bill
    bill.importWh = bill.importWh.map { Int64(Double($0) * first) }
    bill.exportWh = bill.exportWh.map { Int64(Double($0) * second) }
    bill.netExportWh = bill.importWh.flatMap { taken in bill.exportWh.map { $0 - taken } }
    return bill
}

/// Import and export exchanged, with the consumption that follows.
private func swapped(_ energy: [Int32]) -> [Int32] {
    [energy[0], energy[0] + energy[3] - energy[2], energy[3], energy[2], energy[4], energy[5]]
}

@Suite("bills that contradict for one cause")
struct BillContradictionTests {
    @Test("clamps that are turned round: one finding, named, and sure by many bills")
    func turned() throws {
        let (result, zone) = try reconciled(row: swapped)
        let found = try #require(result.contradiction)
        #expect(found.cause == .swapped && found.isSure && found.bills.count >= 5)
        let told = result.findings(zone: zone, dataEnd: nil).filter { $0.kind == .mismatch }
        #expect(told.count { $0.evidence.billCause == "swapped" } == 1)
        #expect(told.first { $0.evidence.billCause != nil }?.sureness == .sure)
        #expect(result.calibration == nil)
    }

    @Test("a silence is not explained by bills that contradict for a known cause")
    func silence() throws {
        let (result, _) = try reconciled(hasSilence: true, row: swapped)
        let gap = try #require(result.gaps.first)
        #expect(result.contradiction?.cause == .swapped)
        #expect(gap.balance == nil && gap.lowerBound == nil && gap.verdict == .cannotTell)
    }

    @Test("a factor of both directions is told with its size", arguments: [2.0, 0.5, 1.5])
    func factor(_ factor: Double) throws {
        let (result, _) = try reconciled(bill: { bill, _ in scaled(bill, import: factor, export: factor) })
        guard case .factor(let found)? = result.contradiction?.cause else {
            Issue.record("\(String(describing: result.contradiction))")
            return
        }
        #expect(abs(found / factor - 1) < 0.05, "\(found)")
    }

    @Test("one side that is wrong is told as that side")
    func oneSide() throws {
        let half = try reconciled(bill: { bill, _ in scaled(bill, import: 1, export: 0.5) }).result
        if case .exportWrong(let factor)? = half.contradiction?.cause {
            #expect(abs(factor - 0.5) < 0.1)
        } else {
            Issue.record("\(String(describing: half.contradiction))")
        }
    }

    @Test("bills of another home have no relation, and no other cause is invented")
    func unrelated() throws {
        let amounts: [Int64] = [700, 90, 650, 120, 800, 60, 720, 100, 640, 80]
        let (result, _) = try reconciled(bill: { bill, index in
            var bill = bill
            bill.importWh = amounts[index % amounts.count] * 1000
            bill.exportWh = amounts[(index + 5) % amounts.count] * 700
            bill.netExportWh = nil
            return bill
        })
        #expect(result.contradiction?.cause == .unrelated, "\(String(describing: result.contradiction))")
    }

    @Test("a home whose bills agree has no cause; nor has a single wrong bill, or clamps that read high")
    func none() throws {
        #expect(try reconciled().result.contradiction == nil)
        let one = try reconciled(bill: { bill, index in
            index == 3 ? scaled(bill, import: 1.9, export: 1) : bill
        })
        #expect(one.result.contradiction == nil && one.result.bills.contains { $0.verdict == .mismatch })
        let high = try reconciled(row: { energy in
            let consumed = Int32((Double(energy[1]) * 1.1).rounded())
            let net = energy[0] - consumed
            return [energy[0], consumed, max(0, -net), max(0, net), energy[4], energy[5]]
        })
        #expect(high.result.contradiction == nil && high.result.calibration != nil)
    }
}
