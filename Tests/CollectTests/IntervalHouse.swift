// A house for the makers of intervals: registers that go on at random, and rounds that ask for them.

import Collect
import Ingest
import Readings
import TestSupport

/// A house with meters for production, exchange and batteries.
struct IntervalHouse {
    static let serial = "122000000001"
    /// The meters in their order: production, exchange, storage.
    static let measurements = ["production", "net-consumption", "storage"]

    var random: SeededGenerator
    /// What the registers have counted, Wh: delivered and received of each meter.
    var counted: [[Double]] = [[4_000_000, 900], [1_190_000, 7_000_000], [600_000, 700_000]]
    /// What a register shows of what it counted.
    var shows: (_ meter: Int, _ register: Int, _ counted: Double) -> Double = { _, _, counted in counted }
    private var lastTime: Int64?

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    static func meter(_ index: Int) -> Device { Device(.meter, "\(index + 1)") }

    /// The list of meters.
    static func list(at time: Int64, serial: String = serial, count: Int = 3) -> [DeviceState] {
        (0..<count).map {
            DeviceState(
                meter($0),
                atUTCSeconds: time,
                origin: "\(serial)/ivp/meters",
                properties: [.state: "enabled", .measurement: measurements[$0], .phases: "1"]
            )
        }
    }

    static func register(_ meter: Int, at time: Int64, _ values: [Double], serial: String = serial)
        -> DeviceReading
    {
        DeviceReading(
            Self.meter(meter),
            startUTCSeconds: time,
            origin: "\(serial)/ivp/meters/readings",
            values: [.lifetime: values[0], .lifetimeReceived: values[1]]
        )
    }

    static func charge(_ percent: Double, at time: Int64) -> DeviceReading {
        DeviceReading(
            Device(.battery, ""),
            startUTCSeconds: time,
            origin: "\(serial)/ivp/ensemble/secctrl",
            values: [.stateOfCharge: percent, .capacity: 10_000]
        )
    }

    static func power(_ serial: String, _ powerW: Double, at time: Int64, soc: Double? = nil) -> DeviceReading
    {
        DeviceReading(
            Device(.battery, serial),
            startUTCSeconds: time,
            origin: "ivp/ensemble/power",
            values: [.power: powerW].merging(soc.map { [.stateOfCharge: $0] } ?? [:]) { $1 }
        )
    }

    /// Lets the registers go on to a time and returns what was counted there.
    mutating func go(to time: Int64) -> [[Double]] {
        let seconds = Double(time - (lastTime ?? time))
        lastTime = time
        for meter in 0..<3 {
            for register in 0..<2 {
                counted[meter][register] += Double.random(in: 0..<6_000, using: &random) * seconds / 3600
            }
        }
        return counted
    }

    /// The round of a time.
    mutating func round(_ time: Int64, hasList: Bool) -> GatewayRows {
        let counted = go(to: time)
        var rows = GatewayRows(fetchedUTCSeconds: time + 7)
        if hasList { rows.states = IntervalHouse.list(at: time) }
        rows.readings = (0..<3).map { meter in
            IntervalHouse.register(
                meter,
                at: time,
                (0..<2).map { shows(meter, $0, counted[meter][$0]) }
            )
        }
        if (time / 60) % 5 == 0 { rows.readings.append(IntervalHouse.charge(50, at: time)) }
        return rows
    }
}

/// All that a maker made.
struct MadeSeries {
    var minutes = ReadingColumns()
    var quarters = ReadingColumns()
    var events: [SiteEvent] = []

    mutating func take(_ made: MadeRows) {
        minutes.append(contentsOf: made.minutes)
        quarters.append(contentsOf: made.quarters)
        events += made.events
    }

    /// The rows of a step by their starts.
    static func byStart(_ rows: ReadingColumns) -> [Int64: [Int32]] {
        var result: [Int64: [Int32]] = [:]
        for row in 0..<rows.rowCount {
            result[rows.startUTCSeconds[row]] =
                rows.energyWh.map { $0[row] } + [Int32(rows.socPercent[row]), rows.quality[row]]
        }
        return result
    }
}
