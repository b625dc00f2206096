// The neighbours by which an inverter is judged: chosen by how steadily they go together, and their median in a slot.

import Foundation
import Readings

/// The neighbours that behave most like each inverter: those with the smallest spread of the ratio.
struct PeerChoice {
    private let count: Int
    private let peerCount: Int
    private var peers: [[Int]]
    /// Tells whether peers were chosen; before that all others stand for them.
    private(set) var isChosen = false
    /// The inverters whose last choice has little in common with the one before: what was usual beside those says nothing here.
    private(set) var isNew: [Bool]
    /// What must be added to the logarithm of a ratio so that it goes on from that of earlier peers.
    private(set) var shift: [Double]
    /// Days with the number of their remembered slots.
    private var days: [(day: Int64, rows: Int)] = []
    /// Logarithms of remembered slots, one column an inverter; nan where it gave too little.
    private var columns: [[Float]]
    private var rowsToday = 0
    /// The reports of a slot in order: the value's bits, then the inverter.
    private var order: [UInt64]
    private var orderCount = 0
    /// One bit an inverter: which of them are peers of one, and which reported.
    private var masks: [UInt64] = []
    private var reporting: [UInt64]
    private let words: Int

    init(count: Int, peers: Int) {
        self.count = count
        peerCount = min(peers, count - 1)
        self.peers = (0..<count).map { own in (0..<count).filter { $0 != own } }
        shift = Array(repeating: 0, count: count)
        isNew = Array(repeating: false, count: count)
        columns = Array(repeating: [], count: count)
        order = Array(repeating: 0, count: count)
        words = (count + 63) / 64
        reporting = Array(repeating: 0, count: words)
        setMasks()
    }

    private mutating func setMasks() {
        masks = Array(repeating: 0, count: count * words)
        for own in 0..<count {
            for peer in peers[own] { masks[own * words + peer >> 6] |= 1 << UInt64(peer & 63) }
        }
    }

    // MARK: History

    /// Remembers a slot: those that gave less than `least` say nothing.
    mutating func remember(_ values: UnsafeBufferPointer<Float>, least: Float) {
        for index in 0..<count { columns[index].append(values[index] >= least ? log(values[index]) : .nan) }
        rowsToday += 1
    }

    /// Ends a day.
    mutating func endDay(_ day: Int64) {
        if rowsToday > 0 { days.append((day, rowsToday)) }
        rowsToday = 0
    }

    /// The days of history before which nothing is chosen.
    private static let leastDays = 10
    /// Hours of light before which the first are not chosen: dull weeks of winter make all planes look alike.
    private static let leastHours = 60
    /// Rows that a pair must share.
    private static let leastRows: Float = 20

    /// A peer's spread is at most so many times that of the third nearest, or below what measuring makes.
    private static let likeness: Float = 3
    private static let leastSpread: Float = 0.02

    /// Chooses the peers by the days before one.
    mutating func choose(before day: Int64, historyDays: Int) {
        var forgotten = 0
        while let first = days.first, day - first.day > Int64(historyDays) {
            forgotten += first.rows
            days.removeFirst()
        }
        for index in 0..<count { columns[index].removeFirst(forgotten) }
        isNew = Array(repeating: false, count: count)
        guard days.count >= PeerChoice.leastDays, isChosen || litHours >= PeerChoice.leastHours else {
            return
        }
        var spread = [[Float]](repeating: [Float](repeating: .infinity, count: count), count: count)
        for left in 0..<count {
            for right in (left + 1)..<max(left + 1, count) {
                let value = PeerChoice.spread(columns[left], columns[right])
                spread[left][right] = value
                spread[right][left] = value
            }
        }
        let before = peers
        peers = (0..<count).map { own in
            // One that gave nothing keeps the peers it had, or has none: without a spread all others look alike.
            let known = spread[own].count(where: \.isFinite)
            if isChosen && known < 3 { return before[own] }
            if known < 2 { return [] }
            let sorted = (0..<count).filter { $0 != own }.sorted {
                (spread[own][$0], $0) < (spread[own][$1], $1)
            }
            // Where few inverters share a plane, those of another one are no peers though they are the next nearest.
            let nearest = sorted.prefix(peerCount)
            let (second, third) =
                nearest.count >= 3
                ? (spread[own][nearest[1]], spread[own][nearest[2]]) : (.infinity, .infinity)
            // Three on a plane are each other's only likes.
            let isApart = third > max(PeerChoice.likeness * second, PeerChoice.leastSpread)
            let likeness = PeerChoice.likeness * (isApart ? second : third)
            return nearest.filter { spread[own][$0] <= max(likeness, PeerChoice.leastSpread) }
        }
        if isChosen {
            for own in 0..<count where Set(peers[own]) != Set(before[own]) {
                shift[own] += change(from: before[own], to: peers[own])
                let (old, new) = (Set(before[own]), Set(peers[own]))
                isNew[own] = 2 * old.intersection(new).count < old.union(new).count
            }
        }
        setMasks()
        isChosen = true
    }

    /// Remembered slots, one an hour, in which some inverter gave enough.
    private var litHours: Int {
        guard let rows = columns.first?.count else { return 0 }
        return (0..<rows).count { row in columns.contains { !$0[row].isNaN } }
    }

    /// Mean absolute deviation of the log ratio, with single large ones cut.
    private static func spread(_ left: [Float], _ right: [Float]) -> Float {
        left.withUnsafeBufferPointer { left in
            right.withUnsafeBufferPointer { right in
                var sum: Float = 0
                var used: Float = 0
                for row in 0..<left.count {
                    let difference = left[row] - right[row]
                    let isKnown = difference == difference
                    sum += isKnown ? max(-0.5, min(0.5, difference)) : 0
                    used += isKnown ? 1 : 0
                }
                guard used >= leastRows else { return .infinity }
                let mean = sum / used
                var deviation: Float = 0
                for row in 0..<left.count {
                    let difference = abs(left[row] - right[row] - mean)
                    deviation += difference == difference ? min(0.3, difference) : 0
                }
                return deviation / used
            }
        }
    }

    /// Returns by how much the logarithm of the peers' median rises with other peers.
    private func change(from old: [Int], to new: [Int]) -> Double {
        var changes: [Double] = []
        for row in stride(from: 0, to: columns[0].count, by: 5) {
            let before = old.compactMap { columns[$0][row].isNaN ? nil : Double(columns[$0][row]) }
            let after = new.compactMap { columns[$0][row].isNaN ? nil : Double(columns[$0][row]) }
            guard let left = Median.of(before), let right = Median.of(after) else { continue }
            changes.append(right - left)
        }
        return Median.of(changes) ?? 0
    }

    // MARK: A slot

    /// Puts the reports of a slot in order, once for all inverters; a missing report is below 0.
    mutating func sort(_ values: UnsafeBufferPointer<Float>) {
        orderCount = 0
        for word in 0..<words { reporting[word] = 0 }
        order.withUnsafeMutableBufferPointer { order in
            for index in 0..<values.count where values[index] >= 0 {
                reporting[index >> 6] |= 1 << UInt64(index & 63)
                // The bits of a float that is not negative are in the order of its value.
                let key = UInt64(values[index].bitPattern) << 32 | UInt64(index)
                var place = orderCount
                while place > 0 && order[place - 1] > key {
                    order[place] = order[place - 1]
                    place -= 1
                }
                order[place] = key
                orderCount += 1
            }
        }
    }

    /// Returns the median of the peers that reported in the slot last sorted, of two the greater; -1 where fewer than three did,
    /// or than two of two.
    func median(of own: Int) -> Float {
        masks.withUnsafeBufferPointer { masks in
            order.withUnsafeBufferPointer { order in
                let row = own * words
                var used = 0
                for word in 0..<words { used += (masks[row + word] & reporting[word]).nonzeroBitCount }
                guard used >= min(3, max(2, peers[own].count)) else { return -1 }
                var left = used / 2 + 1
                var place = 0
                while place < orderCount {
                    let index = Int(order[place] & 0xFFFF_FFFF)
                    left -= Int((masks[row + index >> 6] >> UInt64(index & 63)) & 1)
                    if left == 0 { return Float(bitPattern: UInt32(order[place] >> 32)) }
                    place += 1
                }
                return -1
            }
        }
    }
}
