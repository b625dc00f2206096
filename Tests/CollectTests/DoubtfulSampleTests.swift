// Samples that say nothing: registers that stand while energy goes through, zeros behind a start, times that cannot be now.

import Collect
import Readings
import TestSupport
import Testing

@Suite("samples that say nothing")
struct DoubtfulSampleTests {
    /// A quarter-hour in UTC.
    private static let start: Int64 = 1_772_323_200

    /// A meter of production of 3.6 kW, which shows of its register what it is told to: Wh at a second since the start.
    private func rows(
        hours: Int,
        power: Double = 3600,
        isTrusted: Bool = false,
        shift: (Int64) -> Int64 = { _ in 0 },
        shown: (Double) -> Double
    ) -> [Int64: Int64] {
        var maker = IntervalMaker()
        var made: [Int64: Int64] = [:]
        for second in stride(from: Int64(5), through: Int64(hours) * 3600 + 65, by: 60) {
            let time = DoubtfulSampleTests.start + second
            var reading = IntervalHouse.register(
                0,
                at: time + shift(second),
                [shown(Double(second)) == 0 ? 0 : 50_000 + shown(Double(second)), 0]
            )
            reading.values[.power] = power
            var rows = GatewayRows(
                [.deviceReadings([reading]), .deviceStates(IntervalHouse.list(at: time, count: 1))],
                fetchedUTCSeconds: time
            )
            rows.isOwnClockTrusted = isTrusted
            let quarters = maker.take(rows).quarters
            for (start, energy) in zip(quarters.startUTCSeconds, quarters[.produced]) {
                made[(start - DoubtfulSampleTests.start) / 900] = Int64(energy)
            }
        }
        return made
    }

    private func whole(_ quarters: some Sequence<Int64>) -> [Int64: Int64] {
        Dictionary(uniqueKeysWithValues: quarters.map { ($0, 900) })
    }

    @Test(
        "a register that stands while power goes through leaves a hole, and what it catches up is in no row"
    )
    func standing() {
        let made = rows(hours: 4) { (3000..<8000).contains($0) ? 3000 : $0 }
        #expect(made == whole([1, 2] + Array(9..<16)))
        // A night without power is no hole.
        let night = rows(hours: 2, power: 0) { _ in 1000 }
        #expect(night.count == 7 && night.values.allSatisfy { $0 == 0 })
    }

    @Test("zeros are never believed, however long they last")
    func zeros() {
        let made = rows(hours: 4) { (3000..<8000).contains($0) ? 0 : $0 }
        #expect(made == whole([1, 2] + Array(9..<16)))
    }

    @Test(
        "a clock that jumps makes no rows where it cannot be now, and costs none behind it",
        arguments: [7200, -7200] as [Int64]
    )
    func clock(jump: Int64) {
        let made = rows(hours: 4, isTrusted: true, shift: { (3000..<4000).contains($0) ? jump : 0 }) { $0 }
        #expect(made == whole([1, 2] + Array(5..<16)))
    }
}
