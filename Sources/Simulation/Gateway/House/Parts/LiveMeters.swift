// The meters of a house that is played live: registers in mJ that go on exactly with the powers, phase by phase; and the sums
// of the truth, which no fault of a meter touches.

import Readings

/// Registers of production, grid and storage.
struct LiveMeters: Sendable {
    /// A meter, with its number in the gateway.
    enum Meter: Int, CaseIterable {
        case production, net, storage

        var eid: Int64 { 704_643_328 + Int64(rawValue) * 256 }

        var measurement: String {
            switch self {
            case .production: "production"
            case .net: "net-consumption"
            case .storage: "storage"
            }
        }
    }

    /// Registers by meter and phase, mJ: entry `3 * meter + phase`.
    private(set) var delivered: [Int64]
    private(set) var received: [Int64]
    /// Powers of the last step, mW, by the same entries.
    private(set) var power = [Int64](repeating: 0, count: 9)

    init(_ shape: LiveHouseShape, seed: UInt64) {
        var random = SplitMix(state: seed &* 67 &+ 23)
        delivered = [Int64](repeating: 0, count: 9)
        received = delivered
        let phases = shape.phaseCount
        func spread(_ wattHours: Double, of meter: Meter, in registers: inout [Int64]) {
            for phase in 0..<phases {
                let part = wattHours * 3_600_000 / Double(phases) * (0.98 + 0.04 * random.unit())
                registers[3 * meter.rawValue + phase] = Int64(part)
            }
        }
        let made = (3_000_000 + 6_000_000 * random.unit()) * shape.installedW / 5_000
        let earlier =
            shape.earlierWh?.map { Double($0) } ?? [made, made * 0.7, made * 0.4, made * 0.33, made * 0.29]
        spread(earlier[0], of: .production, in: &delivered)
        spread(earlier[0] * 0.001, of: .production, in: &received)
        spread(earlier[1], of: .net, in: &delivered)
        spread(earlier[2], of: .net, in: &received)
        if shape.hasStorageMeter && !shape.batteries.isEmpty {
            spread(earlier[4], of: .storage, in: &delivered)
            spread(earlier[3], of: .storage, in: &received)
        }
    }

    /// Counts a step of one meter on one phase.
    mutating func count(_ meter: Meter, phase: Int, milliwatts: Int64, seconds: Int64) {
        let index = 3 * meter.rawValue + phase
        power[index] = milliwatts
        if milliwatts > 0 {
            delivered[index] += milliwatts * seconds
        } else {
            received[index] -= milliwatts * seconds
        }
    }

    /// What a meter shows as delivered and as received, mWh: the sum of its phases as they are shown.
    func shown(_ meter: Meter) -> (delivered: Int64, received: Int64) {
        let first = 3 * meter.rawValue
        return (
            delivered[first] / 3600 + delivered[first + 1] / 3600 + delivered[first + 2] / 3600,
            received[first] / 3600 + received[first + 1] / 3600 + received[first + 2] / 3600
        )
    }

    /// The power of a meter, mW.
    func milliwatts(_ meter: Meter) -> Int64 {
        let first = 3 * meter.rawValue
        return power[first] + power[first + 1] + power[first + 2]
    }
}

/// What the house truly made and used, minute by minute.
struct LiveSums: Sendable {
    /// Energies since the begin by channel, mJ.
    private(set) var millijoules = [Int64](repeating: 0, count: Channel.count)
    /// Powers of the running step by channel, mW.
    var milliwatts = [Int64](repeating: 0, count: Channel.count)
    /// Energies at full minutes, `Channel.count` entries each, and what the pack held, percent.
    private(set) var marks: [Int64] = []
    private(set) var percents: [Float] = []
    /// The first full minute.
    let firstMark: Int64
    private var nextMark: Int64

    init(from utcSeconds: Int64) {
        firstMark = -(-utcSeconds).flooredDivision(by: 60) * 60
        nextMark = firstMark
    }

    /// Counts a step.
    mutating func count(from utcSeconds: Int64, seconds: Int64, percent: Double) {
        while nextMark < utcSeconds + seconds {
            let part = nextMark - utcSeconds
            for channel in 0..<Channel.count {
                marks.append(millijoules[channel] + milliwatts[channel] * part)
            }
            percents.append(Float(percent))
            nextMark += 60
        }
        for channel in 0..<Channel.count { millijoules[channel] += milliwatts[channel] * seconds }
    }
}
