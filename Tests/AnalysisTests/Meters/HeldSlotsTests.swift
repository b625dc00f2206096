// Homes that may not export, or only so much: what they hold back is no clock that moved and no meter that stands still.

import Foundation
import Readings
import Testing

@testable import Analysis

@Suite("rows that are held back")
struct HeldSlotsTests {
    private static let start: Int64 = 1_743_465_600  // 2025-04-01T00:00:00Z
    private static let place = Place(latitude: 37.4, longitude: -2)!

    /// A home under a clear sky that is a little different every day.
    ///
    /// - Parameters:
    ///   - shift: seconds by which its clock is late, by day.
    ///   - change: changes a row by its day and hour: made, imported, exported.
    private func home(
        seconds: Int64,
        days: Int = 45,
        shift: (Int) -> Int64 = { _ in 0 },
        _ change: (Int, Double, inout [Int32]) -> Void
    ) throws -> HomeContext {
        let sun = SolarPosition(place: HeldSlotsTests.place)
        var columns = ReadingColumns()
        let missing = ReadingColumns.missingWh
        for index in 0..<(Int64(days) * 86_400 / seconds) {
            let at = HeldSlotsTests.start + index * seconds
            let day = Int(index * seconds / 86_400)
            let height = sun.elevation(atUTCSeconds: at - shift(day) + seconds / 2) * .pi / 180
            let haze = 0.9 + 0.1 * sin(Double(day) * 2.3) + 0.01 * sin(Double(index) * 1.7)
            let hours = Double(seconds) / 3600
            let made = Int32((max(0, sin(height)) * haze * 5_000 * hours).rounded())
            let used = Int32((250 + 90 * sin(Double(index) * 0.7)) * hours)
            var row = [made, max(0, used - made), max(0, made - used)]
            change(day, Double(at % 86_400) / 3600, &row)
            columns.append(
                startUTCSeconds: at,
                energyWh: [row[0], missing, row[1], row[2], missing, missing]
            )
        }
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(seconds))
        let home = try #require(HomeColumns(site: (key, columns), devices: [], changes: []))
        return HomeContext(home, place: HeldSlotsTests.place, installedW: 5_000, batteryWh: 5_000)
    }

    @Test("a battery that is full by nine where nothing may be exported", arguments: [Int64(300), 900, 3600])
    func noExport(seconds: Int64) throws {
        let home = try home(seconds: seconds) { day, hour, row in
            // The battery takes what the house leaves; from the third week on it is soon full.
            row[2] = 0
            guard day >= 20, hour >= 9, row[0] > 0 else { return }
            let used = Int32((160 + 70 * sin(hour * 9 + Double(day))) * Double(seconds) / 3600)
            (row[0], row[1]) = (min(row[0], used), max(0, used - row[0]))
        }
        #expect(HeldSlots.of(home).count { $0 } > 20 * 8 * Int(3600 / seconds))
        #expect(ClockShiftDetector.findings(home).isEmpty)
    }

    @Test("a clock that moves at a home whose export is limited is found", arguments: [Int64(300), 900])
    func shifted(seconds: Int64) throws {
        let most = Int32(Double(2_000 * seconds) / 3600)
        let home = try home(seconds: seconds, shift: { $0 >= 25 ? 3600 : 0 }) { _, _, row in
            if row[2] > most { (row[0], row[2]) = (row[0] - row[2] + most, most) }
        }
        let held = HeldSlots.of(home)
        #expect(home.slots(ofDay: 20).count { held[$0] } > home.grid.slots(hours: 4))
        let found = ClockShiftDetector.findings(home)
        #expect(found.count == 1)
        #expect(abs((found.first?.evidence.shiftMinutes ?? 0) - 60) < 15)
    }

    @Test("production that follows the limit and a quiet house repeats itself, and no meter stands still")
    func repeats() throws {
        func stale(_ quiet: @escaping (Int, Double) -> Bool) throws -> [Finding] {
            let home = try home(seconds: 900) { day, hour, row in
                let used = quiet(day, hour) ? 20 + Int32(hour * 4) % 2 : row[0] + row[1] - row[2]
                row[1] = max(0, used - row[0])
                row[2] = max(0, row[0] - used)
                if row[2] > 500 { (row[0], row[2]) = (500 + used, 500) }
            }
            return StaleDetector.findings(home)
        }
        #expect(try stale { day, hour in day == 30 && (8...15).contains(hour) }.isEmpty)
    }

    @Test("a value that is repeated for less than three hours is a notice")
    func short() throws {
        func found(hours: Double) throws -> Finding? {
            let home = try home(seconds: 900) { day, hour, row in
                if day == 30, hour >= 8, hour < 8 + hours { row[0] = 431 }
            }
            return StaleDetector.findings(home).first { $0.device == "meter_prod" }
        }
        #expect(try found(hours: 2.5)?.severity == .notice)
        #expect(try found(hours: 4)?.severity == .warning)
    }
}
