// Clamps that are turned round, and homes that look a little like it.

import Analysis
import Readings
import Testing

@Suite("reversed meters")
struct ReversedMeterTests {
    private func reversed(_ home: SmallHome, production time: Interval) -> ReadingColumns {
        home.columns { start, row in
            guard time.contains(start) else { return }
            row[0] = -row[0]
            row[1] = row[0] + row[2] - row[3]
        }
    }

    /// Findings about meters; what is lost rests on how the weather is made.
    private func found(_ home: SmallHome, _ columns: ReadingColumns, batteryWh: Double? = nil) -> [Finding] {
        home.findings(columns, batteryWh: batteryWh).filter {
            ![.productionLost, .degradation].contains($0.kind)
        }
    }

    private func exchanged(_ home: SmallHome, _ channels: [Channel], in time: Interval) -> ReadingColumns {
        home.columns(channels) { start, row in
            guard time.contains(start) else { return }
            (row[2], row[3]) = (row[3], row[2])
            row[1] = row[0] + row[2] + row[5] - row[3] - row[4]
        }
    }

    @Test(
        "production below zero in the sun is one lasting finding from its first row on",
        arguments: [
            Int64(300), 900, 3600,
        ]
    )
    func lasting(seconds: Int64) throws {
        var home = SmallHome()
        home.seconds = seconds
        home.days = 20
        let found = self.found(home, reversed(home, production: home.time(day: 0, hour: 0, hours: 9_000)))
        #expect(found.map(\.kind) == [.productionMeterWrong])
        let finding = try #require(found.first)
        let first = try #require(home.rows.first { $0.wattHours[0] > 2 })
        // Finer rows are summed to quarter hours.
        #expect(finding.start.utcSeconds == first.start - first.start % max(900, seconds))
        #expect(finding.end == nil)
        #expect(finding.evidence.wrongWh ?? 0 > 0)
        #expect(finding.device == "meter_prod" && finding.severity == .warning)
        #expect(finding.evidence.fault == "reversed" && !finding.sideEffects.isEmpty)
        #expect(finding.alert.utcSeconds <= home.start + 86_400)
    }

    @Test("a clamp that was right, was turned round at noon, and was put right at noon")
    func forATime() throws {
        let home = SmallHome()
        let time = home.time(day: 12, hour: 11, hours: 24 * 9)
        let found = self.found(home, reversed(home, production: time))
        #expect(found.map(\.kind) == [.productionMeterWrong])
        #expect(try #require(found.first).interval == time)
    }

    @Test("daily reports show it as well")
    func daily() throws {
        var columns = ReadingColumns()
        let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 86_400)
        let missing = ReadingColumns.missingWh
        for day in 0..<60 {
            let sign: Int32 = (20..<40).contains(day) ? -1 : 1
            columns.append(
                startUTCSeconds: 1_743_465_600 + Int64(day) * 86_400,
                energyWh: [sign * Int32(9_000 + day % 7 * 1_000), 8_000, 3_000, 4_000, missing, missing]
            )
        }
        let found = SiteAnalysis(
            place: Place(latitude: 52, longitude: 5)!,
            zone: .utc,
            series: [key: columns]
        ).findings
        #expect(found.map(\.kind) == [.productionMeterWrong])
        #expect(try #require(found.first).interval.seconds == 20 * 86_400)
    }

    @Test("one finding stands in the place of its spikes; its end is not before it is put right")
    func oneCause() {
        let home = SmallHome()
        let dull = home.columns { start, row in
            // A clamp right, with the draw of inverters at night and a single row below zero.
            if row[0] == 0 { row[0] = -3 }
            if start == home.start + 10 * 86_400 + 43_200 { row[0] = -400 }
        }
        #expect(found(home, dull).map(\.kind) == [.spike])
    }

    @Test("import and export exchanged are one finding", arguments: [Int64(900), 3600])
    func grid(seconds: Int64) throws {
        var home = SmallHome()
        home.seconds = seconds
        let channels: [Channel] = [.produced, .consumed, .imported, .exported]
        let always = found(home, exchanged(home, channels, in: home.time(day: 0, hour: 0, hours: 9_000)))
        #expect(always.map(\.kind) == [.gridMeterWrong])
        let finding = try #require(always.first)
        #expect(finding.start.utcSeconds == home.start && finding.end == nil && finding.device == "meter_net")
        let time = home.time(day: 14, hour: 12, hours: 24 * 10)
        let later = found(home, exchanged(home, channels, in: time))
        #expect(later.map(\.kind) == [.gridMeterWrong])
        let own = try #require(later.first).interval
        #expect(abs(own.startUTCSeconds - time.startUTCSeconds) < 12 * 3600)
        #expect(abs(own.endUTCSeconds - time.endUTCSeconds) < 12 * 3600)
    }

    @Test("behind a battery the days tell: import that rises with the sun where it used to export")
    func gridBehindBattery() throws {
        var home = SmallHome()
        home.batteryWh = 9_000
        let time = home.time(day: 20, hour: 0, hours: 9_000)
        let found = self.found(home, exchanged(home, Channel.allCases, in: time), batteryWh: 9_000)
        #expect(found.filter { $0.kind == .gridMeterWrong }.count == 1)
        let start = try #require(found.first { $0.kind == .gridMeterWrong }).start.utcSeconds
        #expect(abs(start - time.startUTCSeconds) < 2 * 86_400)
    }

    @Test(
        "homes that look like it: a battery that sells at night, gross counting, noise, a load that follows the sun"
    )
    func lookalikes() {
        let home = SmallHome()
        func kinds(
            _ channels: [Channel] = Channel.allCases,
            _ spoil: @escaping (Int64, inout [Int32]) -> Void
        )
            -> [FindingKind]
        {
            found(home, home.columns(channels, spoil: spoil)).map(\.kind)
        }
        let isNight = { (start: Int64) in start.flooredRemainder(by: 86_400) < 4 * 3600 }
        // A battery sells at night, which is told.
        #expect(
            kinds { start, row in
                if isNight(start) { (row[2], row[3], row[5]) = (0, 400, 400 + row[1]) }
            }.isEmpty
        )
        // The same, of a battery that the monitor does not know, for an hour each night.
        #expect(
            kinds([.produced, .consumed, .imported, .exported]) { start, row in
                if start.flooredRemainder(by: 86_400) < 3600 { (row[1], row[2], row[3]) = (-400, 0, 400) }
            }.isEmpty
        )
        // Import and export in one row.
        #expect(
            kinds { _, row in
                row[2] += 30
                row[3] += 30
            }.isEmpty
        )
        // A few Wh of noise.
        #expect(
            kinds { start, row in
                if isNight(start) { (row[1], row[2], row[3]) = (-2, 0, 2) }
            }.isEmpty
        )
        // The clamp at the load is turned round, and the exchange is computed from it: the grid's is not.
        #expect(
            !kinds([.produced, .consumed, .imported, .exported]) { _, row in
                row[1] = -row[1]
                row[2] = 0
                row[3] = row[0] - row[1]
            }.contains(.gridMeterWrong)
        )
        // Cooling that draws twice what the array gives, from the first day on.
        #expect(
            kinds { _, row in
                row[1] += 2 * row[0]
                row[2] = max(0, row[1] - row[0])
                row[3] = 0
            }.isEmpty
        )
    }
}
