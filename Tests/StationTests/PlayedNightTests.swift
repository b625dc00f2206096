// The story of the house, played live and night by night: what the watch tells at once, what the night takes over, and that
// nothing is told twice.

import Analysis
import Foundation
import Lake
import Readings
import Simulation
import Station
import TestSupport
import Testing

@Suite("the story, watched live")
struct PlayedNightTests {
    private static let zoneName = StoryHouse.timeZone

    /// A watch over the story from a local time on.
    private static func story(from text: String) throws -> PlayedWatch {
        let zone = try ZoneFiles.load(zoneName)
        let start = try #require(Instant(iso8601: text)).utcSeconds
        let story = try #require(LiveStory(seed: 1, zone: zone, playingFrom: start))
        let gateway = MockGateway(play: story, startUTCSeconds: Double(start), zone: zone, seed: 1)
        return try PlayedWatch(gateway, serial: story.serial, start: Double(start), zone: zoneName)
    }

    /// Seconds UTC of the first news of a kind.
    private static func first(_ kind: FindingKind, in played: PlayedWatch)
        -> Int64?
    {
        played.changes.first { $0.change.finding.kind == kind }?.at
    }

    private static func seconds(_ text: String) throws -> Int64 {
        try #require(Instant(iso8601: text)).utcSeconds
    }

    @Test("silence towards the cloud is told after an hour; the night keeps its number and tells it once")
    func silence() throws {
        // The gateway falls silent at 14:15 on the twelfth of March.
        let played = try PlayedNightTests.story(from: "2025-03-12T12:00:00Z")
        try played.watch(seconds: 5 * 3600)
        let told = try #require(PlayedNightTests.first(.cloudSilent, in: played))
        let begin = try PlayedNightTests.seconds("2025-03-12T14:15:00Z")
        #expect((begin + 3_000...begin + 3_600 + 16 * 60).contains(told), "\(played.news)")
        #expect(played.remarks.isEmpty, "\(played.remarks)")
        let live = try #require(try played.findings().first { $0.kind == .cloudSilent })
        let night = try played.night()
        #expect(night.text.contains("#\(live.findingID)"), "\(night.text)")
        let after = try played.findings().filter { $0.kind == .cloudSilent }
        #expect(after.count == 1 && after[0].findingID == live.findingID && after[0].state == .open)
        // Another night without news tells it as lasting, not as new.
        try played.watch(seconds: 3_600)
        let again = try played.night()
        #expect(again.new.isEmpty, "\(again.text)")
        #expect(try played.findings().count { $0.kind == .cloudSilent } == 1)
    }

    @Test("in the dark night the relay is told in 3 min, and flat batteries at 10 %")
    func dark() throws {
        let played = try PlayedNightTests.story(from: "2025-04-19T18:00:00Z")
        try played.watch(seconds: 11 * 3600)
        let dusk = try PlayedNightTests.seconds("2025-04-19T19:00:00Z")
        let relay = try #require(PlayedNightTests.first(.relayOpenedItself, in: played), "\(played.news)")
        #expect((dusk...dusk + 200).contains(relay), "\(played.news)")
        // A generator's relay, which is open as long as it rests, is not the grid's: nothing repeats by night.
        let night = try played.night()
        #expect(!night.text.contains("keeps opening"), "\(night.text)")
        let flat = played.changes.first {
            $0.change.finding.kind == .batteryDeep && $0.change.finding.evidence.lowestSoCPercent ?? 100 <= 10
        }
        #expect(flat != nil, "\(played.news)")
    }

    @Test(
        "a battery stuck at 99 % is told in 65 minutes from live rows alone, and found by the night from its rows"
    )
    func stuck() throws {
        let played = try PlayedNightTests.story(from: "2025-04-24T06:00:00Z")
        try played.watch(seconds: 6 * 3600)
        let told = try #require(PlayedNightTests.first(.batteryPinned, in: played), "\(played.news)")
        #expect(told <= (try PlayedNightTests.seconds("2025-04-24T11:00:00Z")), "\(played.news)")
        let live = try #require(try played.findings().first { $0.kind == .batteryPinned })
        #expect(live.device == StoryHouse.stuckBattery)
    }
}
