// Rows in which the array could give more than the home may take: at a site that may export nothing, or only so much. They say
// nothing of what the array can.

import Readings

/// What the site may export, as its rows show it.
struct HeldBack: Codable, Sendable {
    /// Share of the greatest production up to which export is none; and import, and charge as a share of production.
    private static let noExport = 0.01
    private static let atRest = 0.02
    /// A value at which export piles up: rows near it, their share of the top tenth, how near.
    private static let pileRows = 20
    private static let pileShare = 0.25
    private static let near = 0.01
    private static let memory: Int64 = 60
    private static let limitShare = 0.97

    private var top = 0.0
    private var days = 0
    private var mostExport = 0.0
    /// Export of the sunny rows of the last days, Wh.
    private var exports: [(day: Int64, values: [Float])] = []
    private var limit: Double?
    /// Days of rows before anything is said of a site that may export nothing.
    private let learningDays: Int

    init(learningDays: Int = 14) { self.learningDays = learningDays }

    /// A day's rows, Wh, in order; NaN where a value is not known. All arrays are of one length.
    struct Day {
        /// Its number; days rise.
        var number: Int64
        var produced: [Double]
        var imported: [Double]
        var exported: [Double]
        var charged: [Double]
        var discharged: [Double]
    }

    /// Takes a day.
    ///
    /// - Returns: one element a row: it says nothing.
    mutating func take(_ day: Day) -> [Bool] {
        var held = [Bool](repeating: false, count: day.produced.count)
        guard day.exported.contains(where: \.isFinite) else { return held }
        let mayNotExport = days >= learningDays && mostExport <= HeldBack.noExport * top
        for row in held.indices where day.produced[row] > 0 {
            let (made, out) = (day.produced[row], day.exported[row])
            if let limit, out >= HeldBack.limitShare * limit { held[row] = true }
            guard mayNotExport, out <= HeldBack.noExport * top else { continue }
            let drawn = day.imported[row]
            let charged = day.charged[row].isFinite ? day.charged[row] : 0
            if drawn <= HeldBack.atRest * top, charged <= HeldBack.atRest * made { held[row] = true }
        }
        learn(day)
        return held
    }

    private mutating func learn(_ day: Day) {
        var values: [Float] = []
        for row in day.produced.indices {
            if day.produced[row].isFinite { top = max(top, day.produced[row]) }
            guard day.exported[row].isFinite else { continue }
            // A single row beyond what was made is a meter's.
            if day.exported[row] <= day.produced[row] || day.discharged[row] > 0 {
                mostExport = max(mostExport, day.exported[row])
            }
            if day.exported[row] > 0.1 * top { values.append(Float(day.exported[row])) }
        }
        days += 1
        exports.append((day.number, values))
        while let first = exports.first, first.day <= day.number - HeldBack.memory { exports.removeFirst() }
        guard days % 2 == 0 || limit != nil else { return }
        limit = pile()
    }

    private func pile() -> Double? {
        var most: Float = 0
        var count = 0
        for day in exports {
            count += day.values.count
            for value in day.values { most = max(most, value) }
        }
        guard most > 0 else { return nil }
        var (near, high) = (0, 0)
        for day in exports {
            for value in day.values {
                if value >= (1 - Float(HeldBack.near)) * most { near += 1 }
                if value >= 0.9 * most { high += 1 }
            }
        }
        let tenth = max(1, count / 10)
        guard near >= HeldBack.pileRows, Double(near) >= HeldBack.pileShare * Double(min(tenth, high))
        else { return nil }
        return Double(most)
    }

    private enum CodingKeys: String, CodingKey {
        case top, days, mostExport, numbers, values, limit, learningDays
    }

    init(from decoder: any Decoder) throws {
        let box = try decoder.container(keyedBy: CodingKeys.self)
        top = try box.decode(Double.self, forKey: .top)
        days = try box.decode(Int.self, forKey: .days)
        mostExport = try box.decode(Double.self, forKey: .mostExport)
        limit = try box.decodeIfPresent(Double.self, forKey: .limit)
        learningDays = try box.decode(Int.self, forKey: .learningDays)
        let numbers = try box.decode([Int64].self, forKey: .numbers)
        exports = Array(zip(numbers, try box.decode([[Float]].self, forKey: .values))).map { ($0, $1) }
    }

    func encode(to encoder: any Encoder) throws {
        var box = encoder.container(keyedBy: CodingKeys.self)
        try box.encode(top, forKey: .top)
        try box.encode(days, forKey: .days)
        try box.encode(mostExport, forKey: .mostExport)
        try box.encodeIfPresent(limit, forKey: .limit)
        try box.encode(learningDays, forKey: .learningDays)
        try box.encode(exports.map(\.day), forKey: .numbers)
        try box.encode(exports.map(\.values), forKey: .values)
    }
}
