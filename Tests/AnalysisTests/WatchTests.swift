// The watches of detectors, fed with arrays: what they are at after each day or row, and what they tell.

import Foundation
import Readings
import Testing

@testable import Analysis

@Suite("watch over an inverter's loss")
struct LossWatchTests {
    /// A ratio that is usual but for a little noise, less a loss.
    private func ratio(_ day: Int, loss: Double = 0) -> Double {
        log(1 - loss) + 0.004 * Double([0, 1, -1, 2, -2, 1, -1][day % 7])
    }

    private func losses(_ losses: [Double]) -> (told: [InverterLoss], states: [String]) {
        var watch = LossWatch(DetectorParameters())
        var told: [InverterLoss] = []
        var states: [String] = []
        for (day, loss) in losses.enumerated() {
            if let over = watch.take(day: day, value: ratio(day, loss: loss)) { told.append(over) }
            switch watch.state {
            case .quiet: states.append("quiet")
            case .rising: states.append("rising")
            case .alarmed: states.append("alarmed")
            }
        }
        if let last = watch.finish(at: losses.count) { told.append(last) }
        return (told, states)
    }

    @Test("noise alone is never a loss, however long it goes on")
    func noise() {
        let (told, states) = losses(Array(repeating: 0, count: 400))
        #expect(told.isEmpty && !states.contains("alarmed"))
    }

    @Test("a loss begins where it began, is told within days, and is over with three days back")
    func oneLoss() throws {
        let days =
            Array(repeating: 0.0, count: 40) + Array(repeating: 0.2, count: 20)
            + Array(repeating: 0.0, count: 10)
        let (told, states) = losses(days)
        let loss = try #require(told.first)
        #expect(told.count == 1 && loss.start == 40 && (41...44).contains(loss.alert) && loss.end == 60)
        #expect(abs((Median.of(loss.losses) ?? 0) - 0.2) < 0.02)
        #expect(
            states[40] == "rising" && states[50] == "alarmed" && states[61] == "alarmed"
                && states[62] == "quiet"
        )
    }

    @Test("a loss that lasts is told with the end of the data")
    func lasting() {
        let (told, _) = losses(Array(repeating: 0.0, count: 40) + Array(repeating: 0.2, count: 20))
        #expect(told.map(\.end) == [60])
    }

    @Test("a sudden further step is a loss of its own")
    func deeper() {
        let days =
            Array(repeating: 0.0, count: 40) + Array(repeating: 0.15, count: 20)
            + Array(repeating: 0.6, count: 20)
        let (told, _) = losses(days)
        #expect(told.map(\.start) == [40, 60] && told.map(\.end) == [60, 80] && told[1].alert == 62)
    }

    @Test("days before a fortnight is learned tell nothing")
    func learning() {
        let (told, states) = losses(Array(repeating: 0.0, count: 5) + Array(repeating: 0.3, count: 45))
        #expect(told.isEmpty && states[..<14].allSatisfy { $0 == "quiet" })
    }
}

@Suite("watch over repeated rows")
struct RepeatWatchTests {
    /// Feeds rows of one channel in order.
    private func stretches(_ values: [Int32], watch: inout RepeatWatch) -> [StaleStretch] {
        var told: [StaleStretch] = []
        for (slot, value) in values.enumerated() {
            if slot % 96 == 0 && watch.isApart { watch.enter(day: Int64(slot / 96)) }
            guard let reference = watch.reference else {
                watch.begin(slot: slot)
                continue
            }
            if let over = watch.take(slot: slot, level: 0, holds: values[reference] == value) {
                told.append(over)
            }
        }
        if let last = watch.finish() { told.append(last) }
        return told
    }

    /// Ten days of values of which none repeats the one before.
    private let restless = (0..<960).map { Int32($0 % 89 + 10) }

    @Test("a long run of one value is told from its first row to its last, a short one is not")
    func runs() {
        var watch = RepeatWatch(classCount: 1, tolerance: 0, DetectorParameters())
        let found = stretches(
            restless + [7, 7, 7] + restless + Array(repeating: 5, count: 30) + [9, 8],
            watch: &watch
        )
        #expect(found.map(\.slots) == [1923..<1953] && found.map(\.rows) == [30])
        #expect(found.allSatisfy { $0.alert > 1923 && $0.alert < 1940 && $0.nats > 10 })
        #expect(watch.state == .single(slot: 1954))
    }

    @Test("a run at the end of the data is told")
    func atEnd() {
        var watch = RepeatWatch(classCount: 1, tolerance: 0, DetectorParameters())
        let found = stretches(restless + Array(repeating: 5, count: 30), watch: &watch)
        #expect(found.map(\.slots) == [960..<990])
    }

    @Test("before the first row nothing is held against anything")
    func beginning() {
        var watch = RepeatWatch(classCount: 1, tolerance: 0, DetectorParameters())
        #expect(watch.reference == nil && watch.isApart)
        #expect(watch.take(slot: 4, level: 0, holds: true) == nil)
        #expect(watch.state == .single(slot: 4) && watch.reference == 4)
        _ = watch.take(slot: 5, level: 0, holds: true)
        #expect(watch.reference == 4 && !watch.isApart)
    }

    @Test("a home in which values repeat often needs a longer run")
    func selfCalibrating() {
        let pairs = (0..<960).map { Int32($0 / 8 % 89 + 10) }
        var calm = RepeatWatch(classCount: 1, tolerance: 0, DetectorParameters())
        #expect(stretches(pairs + Array(repeating: 5, count: 12) + [6], watch: &calm).isEmpty)
        var lively = RepeatWatch(classCount: 1, tolerance: 0, DetectorParameters())
        #expect(stretches(restless + Array(repeating: 5, count: 12) + [6], watch: &lively).count == 1)
    }
}
