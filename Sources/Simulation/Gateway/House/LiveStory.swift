// The story house played live: a gateway that answers at home while nothing of it reaches the cloud, one night off the grid in
// which its batteries run flat, and what was wrong afterwards. Its numbers are those of StoryHouse; its weather is its own.

import Readings

/// The story, from any of its nights on.
package struct LiveStory: GatewayPlay {
    /// The house.
    package var house: LiveHouse
    /// The time in which nothing reaches the cloud.
    package let silence: Interval
    /// The night in the sixth week of the silence: off the grid from its evening until the next morning.
    package let darkNight: Interval

    /// Nobody knows what was counted before a play that begins later: registers are set to more than a house of 4 kW can have
    /// counted until then, so that plays of later nights never show less than earlier ones. Wh a day, in the order produced,
    /// imported, exported, charged, discharged.
    private static let perDayWh: [Int64] = [30_000, 15_000, 30_000, 16_000, 14_000]
    private static let earlierWh: [Int64] = [4_000_000, 2_000_000, 1_500_000, 900_000, 800_000]

    /// Sets up the story; nil where the zone is not of London or a date is none.
    ///
    /// - Parameters:
    ///   - seed: of weather and people.
    ///   - zone: the rules of `StoryHouse.timeZone`.
    ///   - playingFrom: the begin of the play, seconds UTC; nil for the first of March 2025.
    package init?(seed: UInt64, zone: TimeZoneRules, playingFrom: Int64? = nil) {
        guard zone.identifier == StoryHouse.timeZone, let first = CivilDate("2025-03-01"),
            let silentFrom = CivilDate("2025-03-12"), let silentTo = CivilDate("2025-04-23"),
            let darkDay = CivilDate("2025-04-19"), let last = CivilDate("2025-07-01")
        else { return nil }
        silence = Interval(
            startUTCSeconds: zone.startOfDay(silentFrom) + 14 * 3600 + 900,
            endUTCSeconds: zone.startOfDay(silentTo) + 9 * 3600
        )
        let dusk = zone.startOfDay(darkDay) + 20 * 3600
        let outageEnd = dusk + 3 * 3600
        darkNight = Interval(startUTCSeconds: dusk, endUTCSeconds: dusk + 11 * 3600)
        let after = Interval(startUTCSeconds: silence.endUTCSeconds, endUTCSeconds: zone.startOfDay(last))
        let start = playingFrom ?? zone.startOfDay(first)
        let days = max(0, start - zone.startOfDay(first)) / 86_400
        // The grid is away for three hours; the relay stays open until the morning.
        let withGrid = Interval(startUTCSeconds: outageEnd, endUTCSeconds: darkNight.endUTCSeconds)
        let faults = [
            LiveHouseFault(.cloudSilent, during: silence),
            LiveHouseFault(
                .relayOpened,
                argument: "absent",
                during: Interval(startUTCSeconds: dusk, endUTCSeconds: outageEnd)
            ),
            LiveHouseFault(.relayOpened, argument: "present", during: withGrid),
            LiveHouseFault(.batteriesFlat, during: darkNight),
            LiveHouseFault(.batteryStuck, device: StoryHouse.batteryCount - 1, during: after),
            LiveHouseFault(.firmwareBehind, device: StoryHouse.outdatedBattery, during: after),
            LiveHouseFault(.inverterLost, device: StoryHouse.lostInverter, during: after),
        ]
        var shape = LiveHouseShape(seed: seed, zone: zone)
        shape.serial = StoryHouse.gatewaySerial
        shape.firmware = "D8.3.5167"
        (shape.phaseCount, shape.hasStorageMeter, shape.cadenceSeconds) = (1, true, 900)
        shape.inverters = (0..<StoryHouse.inverterCount).map(StoryHouse.inverterSerial)
        shape.inverterW = StoryHouse.installedW / Double(StoryHouse.inverterCount)
        shape.batteries = (0..<StoryHouse.batteryCount).map(StoryHouse.batterySerial)
        (shape.batteryWh, shape.batteryW, shape.reservePercent) = (1_600, 640, 10)
        (shape.baseW, shape.appliances, shape.storedPercent) = (130, 0.5, 60)
        shape.batteryFirmware = ["2.0.6000_rel/22.11", "2.0.6727_rel/22.15"]
        shape.earlierWh = zip(LiveStory.earlierWh, LiveStory.perDayWh).map { $0 + $1 * days }
        let playedDays = Int((after.endUTCSeconds - start) / 86_400)
        house = LiveHouse(
            seed: seed,
            start: start,
            days: max(1, playedDays),
            faults: faults,
            zone: zone,
            shape: shape
        )
    }

    /// The serial number of the gateway.
    package var serial: String { house.serial }
    /// The firmware that runs.
    package var firmware: String { house.firmware }
    /// What is true of it.
    package var truth: JSONValue { house.truth }

    /// Plays on to a time and returns what a path answers then.
    package mutating func answer(_ path: String, utcSeconds: Double) -> PlayedAnswer? {
        house.answer(path, utcSeconds: utcSeconds)
    }
}
