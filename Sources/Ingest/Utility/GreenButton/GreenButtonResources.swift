// The resources of a Green Button document as they stand in it: descriptions of readings, blocks, summaries.
// Codes: NAESB ESPI schema 3.3.

import Readings

/// What a reading is: the resource ReadingType.
struct GreenButtonReadingType: Equatable {
    /// The power of ten of values.
    var powerOfTen = 0
    /// The unit: 72 is Wh.
    var unit = 72
    /// 1 to the house, 19 to the grid, 4 net, 0 not stated.
    var flowDirection: Int?
    /// 4 per interval; 1 to 3 are registers.
    var accumulation: Int?
    /// 12 energy, 37 power.
    var kind: Int?
    /// The length of a reading without a time of its own, seconds.
    var intervalSeconds: Int64?
    /// The quality of readings without one of their own.
    var defaultQuality: Int?

    /// Takes a field by its name; false for one that is not read.
    mutating func take(_ name: String, _ text: String) {
        let number = Int(text)
        switch name {
        case "powerOfTenMultiplier": powerOfTen = number.map { max(-12, min(12, $0)) } ?? 0
        case "uom": unit = number ?? 72
        case "flowDirection": flowDirection = number
        case "accumulationBehaviour": accumulation = number
        case "kind": kind = number
        case "intervalLength": intervalSeconds = number.map { Int64($0) }
        case "defaultQuality": defaultQuality = number
        default: break
        }
    }

    /// Reads a description that another document gave, as JSON.
    init?(json text: String) {
        guard let root = try? JSONDocument(Array(text.utf8)).root, root.kind == .object else { return nil }
        for (name, value) in root.members { if let text = value.text { take(name, text) } }
    }

    init() {}

    /// The description as JSON, for the journal.
    var json: String {
        let fields: [(String, Int?)] = [
            ("accumulationBehaviour", accumulation), ("defaultQuality", defaultQuality),
            ("flowDirection", flowDirection), ("intervalLength", intervalSeconds.map { Int(clamping: $0) }),
            ("kind", kind), ("powerOfTenMultiplier", powerOfTen), ("uom", unit),
        ]
        let members = fields.compactMap { name, value in value.map { "\"\(name)\":\($0)" } }
        return "{\(members.joined(separator: ","))}"
    }

    /// Tells whether it describes energy, which alone is taken.
    var isEnergy: Bool { unit == 72 && (kind ?? 12) != 37 }

    /// The same without its accumulation, in which some utilities' descriptions differ alone.
    var withoutAccumulation: GreenButtonReadingType {
        var copy = self
        copy.accumulation = nil
        return copy
    }
}

/// Values of readings as they stand: 24 bytes each.
struct GreenButtonReadings {
    private(set) var starts: [Int64] = []
    private(set) var durations: [Int32] = []
    private(set) var mantissas: [Int64] = []
    private(set) var decimals: [UInt8] = []
    private(set) var qualities: [Int8] = []

    /// The number of readings.
    var count: Int { starts.count }

    /// Adds a reading; `quality` is -1 where it has none of its own.
    mutating func append(
        start: Int64,
        duration: Int32,
        mantissa: Int64,
        decimals places: UInt8,
        quality: Int8
    ) {
        starts.append(start)
        durations.append(duration)
        mantissas.append(mantissa)
        decimals.append(places)
        qualities.append(quality)
    }

    /// Gives a reading its time.
    mutating func place(_ index: Int, start: Int64, duration: Int32) {
        starts[index] = start
        durations[index] = duration
    }

    /// Adds to the value of a reading; false where the two do not fit.
    mutating func add(_ mantissa: Int64, decimals places: UInt8, to index: Int) -> Bool {
        let (sum, overflow) = mantissas[index].addingReportingOverflow(mantissa)
        guard decimals[index] == places, !overflow else { return false }
        mantissas[index] = sum
        return true
    }
}

/// A block of readings: where they lie, which links it bears, and when it was updated.
struct GreenButtonBlock {
    /// The readings' place among all.
    var range: Range<Int>
    /// The meter readings that its links name.
    var meterReadings: [String]
    /// The service point that its links name; empty where they name none.
    var usagePoint: String
    /// When the entry was updated, microseconds UTC; the newest of one key counts.
    var updated: Int64
    /// The number of descriptions of readings before it in the document.
    let typesBefore: Int
}

/// A bill inside Green Button: the resource UsageSummary.
struct GreenButtonSummary {
    var start: Int64?
    var duration: Int64?
    /// The amount in 1e-5 of the currency's units.
    var amount: Int64?
    var currency: Int?
    var value: Int64?
    var powerOfTen = 0
    var unit: Int?
    var quality: Int?
    var links: [String] = []
}
