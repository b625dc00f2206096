// What meters of homes of all sizes cannot give, and what they can.

import Analysis
import Foundation
import Readings
import Testing

@Suite("limits of meters")
struct MeterLimitTests {
    private func spikes(
        _ home: SmallHome,
        _ columns: ReadingColumns,
        installedW: Double? = nil,
        batteryWh: Double? = nil
    )
        -> [Finding]
    {
        home.findings(columns, installedW: installedW, batteryWh: batteryWh).filter { $0.kind == .spike }
    }

    @Test(
        "from a balcony to a factory an export under broken clouds is what the site is for, its rating told or not",
        arguments: [1_000.0, 15_000, 60_000, 1_000_000],
        [Int64(300), 900, 3600]
    )
    func sizes(peakW: Double, seconds: Int64) {
        var home = SmallHome()
        home.seconds = seconds
        home.peakW = { _ in peakW }
        let columns = home.columns()
        #expect(spikes(home, columns, installedW: peakW).isEmpty)
        #expect(spikes(home, columns).isEmpty)
    }

    @Test(
        "a car, a heat pump and a stove together draw what a large connection gives, once in a while",
        arguments: [
            Int64(300), 900, 3600,
        ]
    )
    func loads(seconds: Int64) {
        var home = SmallHome()
        home.seconds = seconds
        let hours = Double(seconds) / 3600
        let columns = home.columns { start, row in
            // A load of minutes lies in two rows or more of a short step; an hour holds it alone.
            let place = (start / seconds).flooredRemainder(by: 137)
            guard place == 5 || place == 6 && seconds < 3600 else { return }
            let extra = Int32(38_000 * hours)
            row[Channel.consumed.rawValue] += extra
            let net = row[0] - row[1]
            row[2] = max(0, -net)
            row[3] = max(0, net)
        }
        #expect(spikes(home, columns, installedW: 5_000).isEmpty)
    }

    @Test("panels that were added, and a rating that was stated too low, are no fault of the meter")
    func grown() {
        var home = SmallHome()
        home.peakW = { $0 < 20 ? 3_000 : 5_500 }
        #expect(spikes(home, home.columns(), installedW: 3_000).isEmpty)
    }

    @Test("a battery gives to the grid beside the array")
    func batteryExport() {
        var home = SmallHome()
        home.peakW = { _ in 10_000 }
        let columns = home.columns([.produced, .consumed, .imported, .exported, .charged, .discharged]) {
            start,
            row in
            guard start.flooredRemainder(by: 86_400) == 11 * 3600 else { return }
            row[5] = 4_500
            let net = row[0] + row[5] - row[1] - row[4]
            row[2] = max(0, -net)
            row[3] = max(0, net)
        }
        #expect(spikes(home, columns, installedW: 10_000, batteryWh: 20_000).isEmpty)
    }

    @Test("noise of clamps below zero is none; more is")
    func negative() throws {
        let home = SmallHome()
        let noise = home.columns { start, row in
            if row[0] == 0 { row[0] = start % 1_800 == 0 ? -4 : -1 }
        }
        #expect(spikes(home, noise).isEmpty)
        let one = home.time(day: 20, hour: 12, hours: 0.25)
        let fault = home.columns { start, row in if one.contains(start) { row[0] = -700 } }
        let found = spikes(home, fault)
        #expect(found.map(\.interval) == [one] && found.first?.device == "meter_prod")
    }

    /// What a meter gives once, Wh in 15 minutes.
    struct Error: Sendable {
        let channel: Channel
        let wattHours: Int32
        /// Whether consumption, which is computed, follows.
        let isFollowed: Bool
        let device: String
    }

    @Test(
        "an error of a meter is found: the row's sum is wrong, or it is beyond what a home can have",
        arguments: [
            Error(channel: .produced, wattHours: 61_000, isFollowed: false, device: "meter_prod"),
            Error(channel: .produced, wattHours: 61_000, isFollowed: true, device: "meter_prod"),
            Error(channel: .imported, wattHours: 4_000, isFollowed: false, device: "meter_net"),
            Error(channel: .imported, wattHours: 50_000, isFollowed: true, device: "meter_net"),
            Error(channel: .exported, wattHours: 44_000, isFollowed: false, device: "meter_net"),
            Error(channel: .exported, wattHours: 44_000, isFollowed: true, device: "meter_net"),
        ],
        [5_000.0, nil]
    )
    func errors(error: Error, installedW: Double?) {
        let home = SmallHome()
        let one = home.time(day: 20, hour: 11, hours: 0.25)
        let columns = home.columns { start, row in
            guard one.contains(start) else { return }
            row[error.channel.rawValue] = error.wattHours
            if error.isFollowed { row[1] = row[0] + row[2] - row[3] }
        }
        let found = spikes(home, columns, installedW: installedW)
        #expect(found.contains { $0.device == error.device && $0.interval == one }, "\(found)")
    }
}
