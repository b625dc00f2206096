// The rules that look at stretches of time, on varied houses of the simulation: other places, packs and steps, arrays that
// clip, clocks that are set wrong. Kinds one by one are in FaultHouseTests.

import Analysis
import Readings
import Simulation
import Testing

private func plan(step: Int64, days: Int = 90, units: Int = 0) throws -> FaultPlan {
    var plan = try #require(FaultPlan(varied: 5, isHard: false, step: step, days: days))
    plan.climate = .sunny
    plan.inverterCount = 6
    plan.exportLimitW = nil
    plan.oversize = 1
    plan.unitsWh = Array(repeating: 5_000, count: units)
    plan.hasFaults = false
    return plan
}

/// The findings of a house of which rows and states may be changed first.
private func found(
    _ house: FaultHouse,
    shiftedFrom day: Int = .max,
    by minutes: Int64 = 0,
    isRated: Bool = true
) throws -> [Finding] {
    var rows = ReadingColumns()
    let turn = day == .max ? Int64.max : house.grid.startUTCSeconds + Int64(day) * 86_400
    for slot in 0..<house.grid.count {
        guard let row = house.site[slot] else { continue }
        let start = house.grid.start(slot)
        rows.append(startUTCSeconds: start < turn ? start : start + minutes * 60, energyWh: row)
    }
    let devices = house.batteries.indices.map(house.series)
    let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(house.plan.step))
    let columns = try #require(HomeColumns(site: (key, rows), devices: devices, changes: []))
    let home = HomeContext(
        columns,
        place: house.plan.place,
        installedW: isRated ? house.plan.installedW : nil,
        batteryWh: house.plan.unitsWh.isEmpty ? nil : house.plan.unitsWh.reduce(0, +)
    )
    return HomeAnalysis.findings(home)
}

extension FaultHouse {
    /// The rows of a battery.
    fileprivate func series(_ index: Int) -> DeviceSeries {
        var series = DeviceSeries(
            device: Device(.battery, FaultHouse.batterySerial(index)),
            source: .cloudAPI,
            seconds: Int32(plan.step)
        )
        for slot in 0..<grid.count {
            guard let state = batteries[index][slot] else { continue }
            series.startUTCSeconds.append(grid.start(slot))
            let values: [DeviceColumn: Int32] = [
                .charged: state.charged, .discharged: state.discharged, .stateOfCharge: state.soc * 10,
            ]
            for column in DeviceColumn.allCases {
                series.columns[column.rawValue].append(values[column] ?? HomeColumns.missing)
            }
        }
        return series
    }
}

@Suite("rules of intervals on varied houses")
struct VariedHouseTests {
    @Test(
        "a clock set wrong is found, with its size and way, whether the rating is told or not",
        arguments: [
            (300, 30), (300, -60), (900, -30), (900, 60), (900, 120), (900, -420), (900, 720), (3_600, 60),
            (3_600, -120), (3_600, 300),
        ] as [(Int64, Int64)]
    )
    func clock(step: Int64, minutes: Int64) throws {
        let house = try #require(FaultHouse(try plan(step: step)))
        for isRated in [true, false] {
            let shifts = try found(house, shiftedFrom: 60, by: minutes, isRated: isRated)
                .filter { $0.kind == .clockShift }
            let shift = try #require(shifts.first, "none told")
            #expect(shifts.count == 1)
            let told = try #require(shift.evidence.shiftMinutes)
            let error = abs(told - Double(minutes)).truncatingRemainder(dividingBy: 1_440)
            #expect(min(error, 1_440 - error) <= (step == 3_600 ? 30 : 15), "\(told)")
            let begun = house.grid.startUTCSeconds + 60 * 86_400
            #expect(abs(shift.start.utcSeconds - begun) <= 3 * 86_400)
        }
    }

    @Test("a clock that is right is left alone in every climate", arguments: [300, 900, 3_600] as [Int64])
    func noClock(step: Int64) throws {
        for climate in FaultPlan.Climate.allCases {
            var plan = try plan(step: step, days: 150)
            plan.climate = climate
            let house = try #require(FaultHouse(plan))
            #expect(try found(house, isRated: false).filter { $0.kind == .clockShift }.isEmpty, "\(climate)")
        }
    }

    @Test(
        "inverters of several planes in the north are well from a dark winter into spring",
        arguments: [17, 19, 43] as [UInt64]
    )
    func winter(seed: UInt64) throws {
        var plan = try #require(FaultPlan(varied: seed, isHard: false, days: 140))
        plan.unitsWh = []
        plan.exportLimitW = nil
        plan.hasFaults = false
        let house = try #require(FaultHouse(plan))
        let home = try #require(house.columns()).home
        let context = HomeContext(home, place: plan.place, installedW: plan.installedW, batteryWh: nil)
        let told = HomeAnalysis.findings(context).filter { $0.kind == .microDegraded }
        #expect(told.isEmpty, "\(told.map { ($0.device, $0.start.iso8601) })")
    }

    @Test("an array at its own maximum for hours is not stale", arguments: [300, 900, 3_600] as [Int64])
    func clipping(step: Int64) throws {
        var plan = try plan(step: step)
        plan.oversize = 1.4
        let house = try #require(FaultHouse(plan))
        let produced = house.site.compactMap { $0?[0] }
        let most = try #require(produced.max())
        #expect(produced.count { most - $0 <= 3 } > 90 * 3_600 / Int(step), "the array does not clip")
        #expect(try found(house).filter { $0.kind == .stale }.isEmpty)
    }

    @Test("a pack in which all is well has no finding, whatever its size", arguments: [1, 2, 3, 6])
    func well(units: Int) throws {
        let house = try #require(FaultHouse(try plan(step: 900, units: units)))
        let kinds: Set<FindingKind> = [.batteryPinned, .batteryNoCharge, .batteryUnbalanced]
        #expect(try found(house).filter { kinds.contains($0.kind) }.isEmpty)
    }
}
