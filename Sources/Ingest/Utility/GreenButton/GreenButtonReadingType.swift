// The description of readings: unit, power of ten, direction, length. Codes: NAESB ESPI schema 3.3.

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
