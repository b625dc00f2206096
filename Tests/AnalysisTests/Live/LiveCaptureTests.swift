// The live rules on the rows that the parser gives of real captures, as rounds of a watch.

import Foundation
import Readings
import TestSupport
import Testing

@testable import Analysis

@Suite("live: captures as rounds", .enabled(if: Shared.isPresent))
struct LiveCaptureTests {
    /// Plays the same bodies minute by minute, and returns what changed.
    private func changes(_ capture: String, minutes: Int) throws -> [LiveChange] {
        let rows = try readCapture(folder: Shared.path("samples/gateway/\(capture)"))
        let at = rows.states.map(\.atUTCSeconds).max() ?? 1_790_000_000
        var rules = LiveRules(
            site: LiveSite(
                zone: .utc,
                gateway: rows.summary.identifiers["gateway"] ?? "",
                place: Place(latitude: 40, longitude: -3),
                installedW: 5_000
            )
        )
        return (0..<minutes).flatMap { minute in
            rules.take(
                LiveRound(
                    atUTCSeconds: at + Int64(minute) * 60,
                    monotonicSeconds: Double(minute) * 60,
                    signals: [.answered],
                    readings: rows.readings,
                    states: rows.states,
                    events: rows.events
                )
            )
        }
    }

    private func lines(_ changes: [LiveChange]) -> [String] {
        changes.map { "\($0.word) \($0.finding.kind.rawValue) \($0.finding.severity)" }
    }

    @Test(
        "silent to the cloud for 54.7 days, three inverters lost: told in the first round, with their starts"
    )
    func silent() throws {
        let all = try changes("8.3.5289_modGone", minutes: 20)
        #expect(
            lines(all) == ["opened cloud_silent critical"]
                + Array(repeating: "opened inverter_lost warning", count: 3)
        )
        #expect(all[0].finding.start.utcSeconds == 1_777_644_466)
        #expect(abs((all[0].finding.evidence.silentSeconds ?? 0) - 4_723_456) < 60)
        #expect(all.dropFirst().map(\.finding.device).map { $0.suffix(2) } == ["04", "06", "12"])
    }

    @Test("commanded closed and open, on a generator: told in the second round, critical after ten minutes")
    func generator() throws {
        let all = try changes("8.2.127_with_generator_running", minutes: 20)
        #expect(
            lines(all) == ["opened relay_opened_itself warning", "updated relay_opened_itself critical"]
        )
        #expect(all[0].finding.device == "122210043898" && all[0].finding.evidence.grid == "generator")
    }

    @Test("batteries at rest that differ are none of the live rules' business")
    func resting() throws { #expect(try changes("8.1.41", minutes: 20).isEmpty) }

    @Test("no other capture says anything by itself")
    func others() throws {
        let folder = Shared.path("samples/gateway")
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            guard !name.contains("LICENSE"),
                !["8.3.5289_modGone", "8.2.127_with_generator_running"].contains(name),
                let all = try? changes(name, minutes: 20)
            else { continue }
            #expect(all.isEmpty, "\(name): \(lines(all))")
        }
    }
}
