// What counters showed at whole minutes. How they got there is told by the tracks of registers and powers.

/// The values of one meter at marks, in whole Wh.
struct Marks: Sendable {
    /// The values at a mark: those that end what was before, and those that begin what comes. Both are the same but where a
    /// sum begins anew at 0.
    private struct At: Sendable {
        var end: Value?
        var start: Value?
    }

    private struct Value: Sendable {
        /// Values of two chains have no difference: something unknown lies between.
        let chain: Int
        let wattHours: [Int64]
    }

    private var marks: [Int64: At] = [:]

    /// More marks than these wait for nobody.
    private static let most = 4_096

    /// The marks that are known, in any order.
    var times: [Int64] { Array(marks.keys) }

    /// Sets the values at a mark; what is known there of the same chain stays.
    mutating func set(_ mark: Int64, chain: Int, _ wattHours: [Int64]) {
        setEnd(mark, chain: chain, wattHours)
        setStart(mark, chain: chain, wattHours)
    }

    /// Sets the values that end what was before.
    mutating func setEnd(_ mark: Int64, chain: Int, _ wattHours: [Int64]) {
        if marks[mark]?.end?.chain != chain {
            marks[mark, default: At()].end = Value(chain: chain, wattHours: wattHours)
        }
    }

    /// Sets the values that begin what comes.
    mutating func setStart(_ mark: Int64, chain: Int, _ wattHours: [Int64]) {
        if marks[mark]?.start?.chain != chain {
            marks[mark, default: At()].start = Value(chain: chain, wattHours: wattHours)
        }
    }

    /// Returns what was counted between two marks, Wh; nil where it is not known.
    func energies(from first: Int64, to last: Int64) -> [Int64]? {
        guard let start = marks[first]?.start, let end = marks[last]?.end, start.chain == end.chain,
            start.wattHours.count == end.wattHours.count
        else { return nil }
        return zip(end.wattHours, start.wattHours).map { $0 - $1 }
    }

    /// Forgets marks before a time.
    mutating func forget(before utcSeconds: Int64) {
        if marks.contains(where: { $0.key < utcSeconds }) {
            marks = marks.filter { $0.key >= utcSeconds }
        }
        if marks.count > Marks.most { marks = [:] }
    }
}
