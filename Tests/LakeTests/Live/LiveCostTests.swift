// What rounds of the live watch cost: CPU of a round, bytes written in a day. Not a test of time; numbers for benchmarks.

import Foundation
import Lake
import Readings
import TestSupport
import Testing

@Suite("cost of the live watch", .serialized)
struct LiveCostTests {
    private let days = Int64(ProcessInfo.processInfo.environment["SUNVIGIL_LIVE_DAYS"] ?? "") ?? 0

    /// What the process wrote through calls of the system, and what of it went to a device, bytes.
    private func written() throws -> (calls: Int64, device: Int64) {
        var found: [String: Int64] = [:]
        for line in try String(contentsOfFile: "/proc/self/io", encoding: .utf8).split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2 { found[String(words[0])] = Int64(words[1]) }
        }
        return (found["wchar:"] ?? 0, found["write_bytes:"] ?? 0)
    }

    /// Bodies of a round as long as those of a small gateway.
    private func lines(_ round: Int64, _ random: inout SeededGenerator) -> [[UInt8]] {
        (0..<4).map { path in
            var text = #"{"at":\#(round),"path":"\#(path)","body":""#
            for _ in 0..<40 {
                text += "\"power\":\(Int.random(in: 0..<9999, using: &random)),\"phase\":\"A\","
            }
            return Array((text + "\"}").utf8)
        }
    }

    @Test(
        "rounds of some days, with a flush each night and without",
        .enabled(if: ProcessInfo.processInfo.environment["SUNVIGIL_LIVE_DAYS"] != nil),
        arguments: [1, 5] as [Int64],
        [true, false]
    )
    func cost(every: Int64, flushes: Bool) throws {
        let home = try LiveHome()
        let journal = try home.journal()
        var random = SeededGenerator(seed: 1)
        for day in 0..<days {
            let before = try written()
            var times: [Double] = []
            var (waiting, positions): ([RowBatch], [LivePosition]) = ([], [])
            for minute in 0..<1440 as Range<Int64> {
                let round = day * 1440 + minute
                let lines = lines(round, &random)
                var rows = LiveHome.rows(round)
                // Two records a round: some 3,000 a day.
                if round % 15 != 0 { rows.append(LiveCostTests.state(round)) }
                let began = clock()
                let at = LiveHome.start + round * 60
                let position = try journal.append(lines, utcSeconds: at)
                waiting += rows
                positions += [position].compactMap { $0 }
                if minute % every == every - 1 {
                    _ = try home.lake.stageLive(waiting, systemID: 1, staged: positions)
                    (waiting, positions) = ([], [])
                }
                times.append(Double(clock() - began) / Double(CLOCKS_PER_SEC) * 1e3)
            }
            let staged = try written()
            let began = clock()
            if flushes { _ = try home.lake.flush { _, _ in } }
            let flush = Double(clock() - began) / Double(CLOCKS_PER_SEC)
            let after = try written()
            fflush(nil)
            guard day % max(1, days / 6) == 0 || day == days - 1 else { continue }
            let sorted = times.sorted()
            func megabytes(_ bytes: Int64) -> String { String(format: "%.1f", Double(bytes) / 1e6) }
            print(
                "staged each \(every), flush \(flushes), day \(day + 1): \(String(format: "%.2f", sorted[720])) ms CPU a round in the middle, "
                    + "\(String(format: "%.2f", times.reduce(0, +) / 1440)) on average, \(String(format: "%.1f", sorted[1439])) at most; "
                    + "written \(megabytes(staged.calls - before.calls)) MB, to the device \(megabytes(staged.device - before.device)) MB; "
                    + "flush \(String(format: "%.2f", flush)) s CPU, \(megabytes(after.calls - staged.calls)) MB; "
                    + "catalogue \(megabytes(size(home.path + "/catalog.sqlite"))) MB"
            )
        }
    }

    private func size(_ path: String) -> Int64 {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int64) ?? 0
    }

    private static func state(_ round: Int64) -> RowBatch {
        .deviceStates([
            DeviceState(
                Device(.relay, "R1"),
                atUTCSeconds: LiveHome.start + round * 60,
                origin: "122000000001/ivp/ensemble/relay",
                lastReportUTCSeconds: nil,
                properties: [.relayActual: "closed", .relayCommanded: "closed"]
            )
        ])
    }
}
