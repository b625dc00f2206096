// The detectors on a house whose faults are known, built by other code; and on data that are odd.

import Analysis
import Readings
import Simulation
import Testing

private let place = Place(latitude: 40.4, longitude: -3.7)

/// The findings about a stretch of a house.
private func findings(_ house: FaultHouse, in interval: Interval? = nil, installed: Double? = 4_200) throws
    -> [Finding]
{
    try analysis(house, in: interval, installed: installed).findings
}

private func analysis(
    _ house: FaultHouse,
    in interval: Interval? = nil,
    installed: Double? = 4_200,
    losses: LossMemory = .none
) throws -> SiteAnalysis {
    let (rows, columns) = try #require(house.columns(in: interval))
    let place = try #require(place)
    let home = HomeContext(columns, place: place, installedW: installed, batteryWh: 20_000)
    let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
    return SiteAnalysis(place: place, zone: .utc, series: [key: rows], home: home, losses: losses)
}

private func house(_ seed: UInt64, days: Int = 260, hasFaults: Bool = true) throws -> FaultHouse {
    let start = try #require(CivilDate("2023-01-01"))
    return try #require(FaultHouse(seed: seed, start: start, days: days, hasFaults: hasFaults))
}

@Suite("detectors on a house with faults")
struct FaultHouseTests {
    @Test("every planted fault is found, by its kind, device and time, and told within its deadline")
    func allKinds() throws {
        let house = try house(1)
        let found = try findings(house)
        let days: [String: Double] = [
            "site_silent": 1, "stale": 1.5, "spike": 1.5, "night_prod": 1.5, "island": 1.5, "batt_deep": 1.5,
            "partial_site": 2, "device_silent": 3, "micro_dead": 3, "batt_pinned": 4, "clock_shift": 4,
            "batt_no_charge": 5, "late_backfill": 5, "batt_unbalanced": 7, "micro_degraded": 30,
        ]
        #expect(Set(house.faults.map(\.kind)) == Set(days.keys))
        for fault in house.faults where fault.observable > 0 {
            let match = found.first { finding in
                let shared = finding.interval.intersection(fault.interval)?.seconds ?? 0
                let start = min(finding.interval.startUTCSeconds, fault.interval.startUTCSeconds)
                let end = max(finding.interval.endUTCSeconds, fault.interval.endUTCSeconds)
                return finding.kind.rawValue == fault.kind && finding.device == fault.device
                    && 2 * shared >= end - start
            }
            let name = Comment(rawValue: "\(fault.kind) of \(fault.device)")
            let told = try #require(match, name).alert.utcSeconds - fault.interval.startUTCSeconds
            let deadline = try #require(days[fault.kind])
            #expect(told >= 0 && Double(told) <= deadline * 86_400, name)
        }
    }

    @Test("a house in which all is well has no finding but lost single reports", arguments: [UInt64(3), 4])
    func allWell(seed: UInt64) throws {
        let found = try findings(try house(seed, hasFaults: false)).filter { $0.kind != .dropout }
        #expect(found.isEmpty, "\(found.map { "\($0.kind) \($0.device) \($0.start.iso8601)" })")
    }

    @Test("a rule is causal: no alert comes before the data show it", arguments: [64, 118, 150])
    func causal(day: Int) throws {
        let house = try house(1)
        let cut = house.grid.startUTCSeconds + Int64(day) * 86_400
        let known = Interval(startUTCSeconds: house.grid.startUTCSeconds, endUTCSeconds: cut)
        let before = try findings(house, in: known)
        let later = try findings(house).filter { $0.alert.utcSeconds <= cut && $0.kind != .dropout }
        for finding in later {
            #expect(
                before.contains {
                    $0.kind == finding.kind && $0.device == finding.device && $0.start == finding.start
                },
                "\(finding.kind) \(finding.device) claims \(finding.alert.iso8601)"
            )
        }
    }

    @Test(
        "an incremental run gives what a full run gives",
        arguments: [
            (5, 60, []), (6, 130, []), (8, 235, []),
            // Alone, a fault is only found again by what the window remembers.
            (9, 199, ["clock_shift"]), (10, 124, ["micro_degraded"]), (11, 169, ["batt_unbalanced"]),
        ] as [(UInt64, Int, Set<String>)]
    )
    func incremental(seed: UInt64, day: Int, only: Set<String>) throws {
        // Two years, so that the window leaves most of them out.
        let start = try #require(CivilDate("2023-01-01"))
        let house = try #require(
            FaultHouse(seed: seed, start: start, days: 600, only: only.isEmpty ? nil : only)
        )
        #expect(!house.faults.isEmpty)
        let full = try findings(house)
        let changed = house.grid.startUTCSeconds + Int64(day + 340) * 86_400
        let before = try analysis(
            house,
            in: Interval(startUTCSeconds: house.grid.startUTCSeconds, endUTCSeconds: changed)
        )
        let known = before.findings
        let spans = known.flatMap { finding in
            [(finding.kind, finding.start.utcSeconds, finding.end?.utcSeconds ?? .max)]
                + finding.sideEffects.map {
                    (
                        $0.kind, $0.interval.startUTCSeconds,
                        finding.end == nil ? .max : $0.interval.endUTCSeconds
                    )
                }
        }
        let window = AnalysisWindow(
            changedFrom: changed,
            findings: spans.map {
                AnalysisWindow.Known(
                    kind: $0.0,
                    interval: Interval(startUTCSeconds: $0.1, endUTCSeconds: max($0.1, $0.2))
                )
            }
        )
        #expect(
            window.rowsFrom > house.grid.startUTCSeconds,
            "the window is the whole history: nothing is tested"
        )
        let part = try analysis(
            house,
            in: Interval(startUTCSeconds: window.rowsFrom, endUTCSeconds: house.grid.interval.endUTCSeconds),
            losses: LossMemory(states: before.lossStates)
        ).findings
        let joined =
            known.filter { $0.start.utcSeconds < window.findingsFrom }
            + part.filter { $0.start.utcSeconds >= window.findingsFrom }
        #expect(joined.map(text) == full.map(text))
    }

    private func text(_ finding: Finding) -> String {
        "\(finding.kind) \(finding.device) \(finding.start.iso8601) \(finding.end?.iso8601 ?? "-") \(finding.alert.iso8601) \(finding.severity) \(finding.rule.json.compact) \(finding.evidence.json.compact)"
    }

    @Test("little, odd and missing data never trap", arguments: [1, 2, 15])
    func little(days: Int) throws {
        let house = try house(9, days: days, hasFaults: false)
        let found = try findings(house, installed: nil).filter { $0.kind != .dropout }
        #expect(found.isEmpty)
    }

    @Test(
        "a home at other steps, with few devices or none, is analysed all the same",
        arguments: [300, 900, 3_600]
    )
    func otherSteps(step: Int64) throws {
        let place = try #require(place)
        let start: Int64 = 1_672_531_200
        for (inverterCount, batteryCount) in [(0, 0), (0, 1), (1, 0), (60, 2)] {
            var rows = ReadingColumns()
            var devices: [DeviceSeries] = []
            let slots = Int64(10 * 86_400) / step
            for slot in 0..<slots where slot % 97 != 5 {
                let isDay = (slot * step) % 86_400 > 30_000 && (slot * step) % 86_400 < 60_000
                rows.append(
                    startUTCSeconds: start + slot * step,
                    energyWh: [isDay ? 50 : 0, 40, 10, 5, 3, 2]
                )
            }
            for index in 0..<(inverterCount + batteryCount) {
                let isInverter = index < inverterCount
                var series = DeviceSeries(
                    device: Device(isInverter ? .inverter : .battery, "\(index)"),
                    source: .owner,
                    seconds: Int32(step)
                )
                for slot in 0..<slots where slot % 3 != 1 {
                    series.startUTCSeconds.append(start + slot * step)
                    for column in DeviceColumn.allCases {
                        series.columns[column.rawValue].append(
                            column == .delay ? HomeColumns.missing : Int32(slot % 50)
                        )
                    }
                }
                devices.append(series)
            }
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: Int32(step))
            let columns = try #require(HomeColumns(site: (key, rows), devices: devices, changes: []))
            let home = HomeContext(columns, place: place, installedW: nil, batteryWh: nil)
            #expect(home.grid.step == step)
            _ = HomeAnalysis.findings(home)
        }
    }

    @Test("versions are compared by their numbers; a device left behind is told after a fortnight")
    func firmware() throws {
        func state(_ serial: String, _ day: Int64, _ version: String) -> DeviceState {
            DeviceState(
                Device(.battery, serial),
                atUTCSeconds: day * 86_400,
                origin: "x",
                properties: [.firmware: version]
            )
        }
        let place = try #require(place)
        func found(_ last: Int64) -> [FindingKind] {
            let states = ["a", "b", "c"].flatMap { [state($0, 0, "2.9.1"), state($0, 3, "2.10.0")] }
            let records = SiteRecords(states: states + [state("d", 0, "2.9.1"), state("d", last, "2.9.1")])
            return SiteAnalysis(place: place, zone: .utc, series: [:], records: records).findings.map(\.kind)
        }
        #expect(found(10).isEmpty)
        #expect(found(18) == [.firmwareBehind])
    }
}

@Suite("device feeds")
struct DeviceFeedTests {
    @Test(
        "a battery whose export has ended with all others is not silent; one that stops while others report is"
    )
    func feedEnds() throws {
        let place = try #require(Place(latitude: 40.4, longitude: -3.7))
        func silent(_ rowCounts: [Int64]) throws -> [String] {
            var rows = ReadingColumns()
            for slot in 0..<Int64(960) {
                rows.append(startUTCSeconds: slot * 900, energyWh: [0, 40, 40, 0, 0, 0])
            }
            let devices = rowCounts.enumerated().map { index, count in
                var series = DeviceSeries(
                    device: Device(.battery, "\(index)"),
                    source: .cloudAPI,
                    seconds: 900
                )
                for slot in 0..<count {
                    series.startUTCSeconds.append(slot * 900)
                    for column in DeviceColumn.allCases {
                        series.columns[column.rawValue].append(column == .stateOfCharge ? 500 : 0)
                    }
                }
                return series
            }
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            let columns = try #require(HomeColumns(site: (key, rows), devices: devices, changes: []))
            let home = HomeContext(columns, place: place, installedW: nil, batteryWh: nil)
            return DeviceSilenceDetector.findings(home).map(\.device)
        }
        #expect(try silent([96, 96]).isEmpty)
        #expect(try silent([96, 900]) == ["0"])
    }
}
