// The facts that evidence can hold, each with its name in JSON and its form. Who finds writes them, who words reads them.

/// The facts of evidence; see `Evidence`.
package struct EvidenceFields: Sendable {
    init() {}

    // MARK: Rows

    /// The table in which the rows lie.
    package let table: EvidenceField<String> = .text("table")
    /// The site's number in the store.
    package let systemID: EvidenceField<Int> = .count("system_id")
    /// The source of the rows.
    package let source: EvidenceField<String> = .text("source")
    package let otherSource: EvidenceField<String> = .text("other_source")
    /// The device of the rows; empty for several.
    package let serial: EvidenceField<String> = .text("serial")
    /// The length of the rows' intervals, seconds.
    package let seconds: EvidenceField<Int> = .count("seconds")
    /// The start of the first row.
    package let firstRow: EvidenceField<Instant> = .time("first_row")
    /// The start of the last row.
    package let lastRow: EvidenceField<Instant> = .time("last_row")
    /// How many rows there are.
    package let rows: EvidenceField<Int> = .count("rows")
    /// How many of them are absent.
    package let missingRows: EvidenceField<Int> = .count("missing_rows")
    /// The energy that is missing in them by their neighbours, Wh; of what was used, or drawn.
    package let missingWh: EvidenceField<Int> = .count("missing_wh")
    /// What bounds it where that is not the data: `document`, whose first or last row it touches;
    /// `exchange`, where another gateway took the place.
    package let bound: EvidenceField<String> = .text("bound")
    /// How many days it is about.
    package let days: EvidenceField<Int> = .count("days")

    // MARK: Silences and reports

    /// Rows that came late.
    package let lateRows: EvidenceField<Int> = .count("late_rows")
    /// The longest delay, seconds.
    package let longestDelaySeconds: EvidenceField<Int> = .count("longest_delay_s")
    /// The values that repeat, by channel.
    package let vector: EvidenceField<JSONValue> = .object("vector")
    /// Intervals without the report that was expected.
    package let missedSlots: EvidenceField<Int> = .count("missed_slots")
    /// The same for each of several devices.
    package let missedSlotsEach: EvidenceField<[Int]> = .list("missed_slots", of: .count(""))
    /// Intervals in which a device gave zero while others produced.
    package let zeroSlots: EvidenceField<Int> = .count("zero_slots")
    /// The devices.
    package let serials: EvidenceField<[String]> = .list("serials", of: .text(""))
    /// The end of the newest row.
    package let newestRowEnds: EvidenceField<Instant> = .time("newest_row_ends")

    /// Why messages do not go, as the other side or the way to it says.
    package let reason: EvidenceField<String> = .text("reason")

    // MARK: Histories against each other

    /// The channel that was compared.
    package let channel: EvidenceField<String> = .text("channel")
    /// The steps of both histories, seconds.
    package let fineSeconds: EvidenceField<Int> = .count("fine_seconds")
    package let coarseSeconds: EvidenceField<Int> = .count("coarse_seconds")
    /// Days on which they agree.
    package let equalDays: EvidenceField<Int> = .count("equal_days")
    /// Days on which they do not; the first fifty.
    package let contradictingDays: EvidenceField<[String]> = .list("contradicting_days", of: .text(""))
    /// The largest difference of a day, Wh.
    package let largestDifferenceWh: EvidenceField<Int> = .count("largest_difference_wh")

    // MARK: Losses

    /// The share of the expected energy that is lost, 0 to 1.
    package let fraction: EvidenceField<Double> = .number("fraction", decimals: 3)
    /// The energy that is lost, kWh.
    package let lostKWh: EvidenceField<Double> = .number("lost_kwh", decimals: 1)
    /// What brought it about: `panels`, `meter`, or `unknown`.
    package let cause: EvidenceField<String> = .text("cause")
    /// By what that was told: `identity`, `inverters`, `utility`, `bills`, `registers`.
    package let causeBy: EvidenceField<[String]> = .list("cause_by", of: .text(""))
    /// An innocent reading that is as likely: `snow`, `soiling`.
    package let reading: EvidenceField<String> = .text("reading")
    /// How many inverters gave nothing, and how many are known.
    package let invertersLost: EvidenceField<Int> = .count("inverters_lost")
    package let inverters: EvidenceField<Int> = .count("inverters")
    /// The power of a flat top, W.
    package let limitW: EvidenceField<Int> = .count("limit_w")
    /// The highest sun meanwhile, degrees.
    package let sunDegrees: EvidenceField<Double> = .number("sun_degrees", decimals: 0)
    /// The energy that proves it, kWh: exported without production, or beyond it.
    package let provenKWh: EvidenceField<Double> = .number("proven_kwh", decimals: 1)

    // MARK: Inverters

    /// The loss against its neighbours, percent.
    package let lossPercent: EvidenceField<Double> = .number("loss_pct", decimals: 1)
    /// The usual deviation of the ratio to its neighbours.
    package let ratioDeviation: EvidenceField<Double> = .number("ratio_deviation", decimals: 4)

    // MARK: Batteries

    /// The lowest and the highest state of charge, percent.
    package let lowestSoCPercent: EvidenceField<Double> = .number("lowest_soc_pct", decimals: 1)
    package let highestSoCPercent: EvidenceField<Double> = .number("highest_soc_pct", decimals: 1)
    /// Energy that went in and out meanwhile, Wh.
    package let chargedWh: EvidenceField<Int> = .count("charged_wh")
    package let dischargedWh: EvidenceField<Int> = .count("discharged_wh")
    /// The reserve that the owner set, percent.
    package let reservePercent: EvidenceField<Double> = .number("reserve_pct", decimals: 0)
    /// The last reading before it, where the readings between are missing.
    package let readingBefore: EvidenceField<Instant> = .time("reading_before")
    /// Hours until it is empty at this rate.
    package let hoursLeft: EvidenceField<Double> = .number("hours_left", decimals: 1)
    /// Days on which it took none.
    package let daysWithoutCharge: EvidenceField<Int> = .count("days_without_charge")
    /// Points of state of charge away from the others: the middle and the greatest.
    package let medianPoints: EvidenceField<Double> = .number("median_points", decimals: 1)
    package let greatestPoints: EvidenceField<Double> = .number("greatest_points", decimals: 1)

    // MARK: Meters

    /// Nights on which it was seen.
    package let nights: EvidenceField<Int> = .count("nights")
    /// Where to look first.
    package let lookAt: EvidenceField<String> = .text("look_at")
    /// How unlikely it is in this home, nats.
    package let surpriseNats: EvidenceField<Double> = .number("surprise_nats", decimals: 1)
    /// Steps that count as no change, Wh.
    package let flickerWh: EvidenceField<Int> = .count("flicker_wh")
    /// The values at its beginning, by channel.
    package let firstValues: EvidenceField<JSONValue> = .object("first_values")
    /// Values of the first twenty rows, Wh; nil where there is none.
    package let producedWh: EvidenceField<[Int?]> = .gaps("produced_wh")
    package let importedWh: EvidenceField<[Int?]> = .gaps("imported_wh")
    package let exportedWh: EvidenceField<[Int?]> = .gaps("exported_wh")
    /// What sort of fault it is. Of a meter: `dead`, `halved`, `reversed`, `offset`, `load_as_net`; of lost production: `all`,
    /// `part`, `trips`, `limit`.
    package let fault: EvidenceField<String> = .text("fault")
    /// The energy that it counted with the wrong sign, Wh.
    package let wrongWh: EvidenceField<Int> = .count("wrong_wh")
    /// Minutes by which the clock is off.
    package let shiftMinutes: EvidenceField<Double> = .number("shift_minutes", decimals: 0)

    // MARK: The place
    /// The likely slip in the stated place, a word of `PlaceDoubt.Slip`, or `clock`.
    package let slip: EvidenceField<String> = .text("slip")
    /// The stated place, degrees.
    package let statedLatitude: EvidenceField<Double> = .number("stated_latitude", decimals: 2)
    package let statedLongitude: EvidenceField<Double> = .number("stated_longitude", decimals: 2)
    /// The place that goes with the sun in the data, degrees.
    package let proposedLatitude: EvidenceField<Double> = .number("proposed_latitude", decimals: 2)
    package let proposedLongitude: EvidenceField<Double> = .number("proposed_longitude", decimals: 2)
    /// Hours by which the sun stands east of where it would at the stated place.
    package let hoursOff: EvidenceField<Double> = .number("hours_off", decimals: 1)

    // MARK: Grid and captures

    /// The kind of device.
    package let deviceKind: EvidenceField<String> = .text("device_kind")
    /// When the relay opened.
    package let openedAt: EvidenceField<Instant> = .time("opened_at")
    /// When it opened, where it did so several times.
    package let openings: EvidenceField<[Instant]> = .list("opened_at", of: .time(""))
    /// `true` where nobody told it to open, `false` where somebody did.
    package let openedByItself: EvidenceField<String> = .text("opened_by_itself")
    /// When it closed.
    package let closedAt: EvidenceField<Instant> = .time("closed_at")
    /// Intervals of the utility's meter inside.
    package let intervals: EvidenceField<Int> = .count("intervals")
    /// Events that say so.
    package let events: EvidenceField<Int> = .count("events")
    /// What they say; the first twenty.
    package let texts: EvidenceField<[String]> = .list("texts", of: .text(""))
    /// The places in the documents where they stand.
    package let origins: EvidenceField<[String]> = .list("origins", of: .text(""))
    /// The device's own firmware.
    package let firmware: EvidenceField<String> = .text("firmware")
    /// The firmware of its siblings.
    package let siblings: EvidenceField<[String]> = .list("siblings", of: .text(""))

    // MARK: The live watch

    /// The last report or answer before it.
    package let lastReport: EvidenceField<Instant> = .time("last_report")
    /// How long nothing came when it was told, seconds.
    package let silentSeconds: EvidenceField<Int> = .count("silent_s")
    /// How often it came within six hours, where it comes and goes.
    package let openingCount: EvidenceField<Int> = .count("opening_count")
    /// What the grid relay was told, and what it is.
    package let relayCommanded: EvidenceField<String> = .text("relay_commanded")
    package let relayActual: EvidenceField<String> = .text("relay_actual")
    /// What the system says of the grid: `absent`, `present`, `generator` or `unknown`.
    package let grid: EvidenceField<String> = .text("grid")
    /// Energy that the batteries can still give, and a capacity that is missing, Wh.
    package let availableWh: EvidenceField<Int> = .count("available_wh")
    package let missingCapacityWh: EvidenceField<Int> = .count("missing_capacity_wh")
    /// Power of the array, as its meter or its inverters tell it, W.
    package let powerW: EvidenceField<Int> = .count("power_w")
    /// The gateway's clock less the one that watches, seconds; which is in doubt: `gateway`, `own`, `unknown`.
    package let skewSeconds: EvidenceField<Int> = .count("skew_s")
    package let clockInDoubt: EvidenceField<String> = .text("clock_in_doubt")
    /// Days until the token ends; 0 or less where it is taken no more.
    package let daysLeft: EvidenceField<Int> = .count("days_left")
    /// A firmware, a public key or a serial number, as it was and as it is.
    package let before: EvidenceField<String> = .text("before")
    package let after: EvidenceField<String> = .text("after")

    // MARK: Promises

    /// The case.
    package let caseID: EvidenceField<Int> = .count("case_id")
    /// Its title.
    package let title: EvidenceField<String> = .text("title")
    /// Who promised.
    package let promisedBy: EvidenceField<String> = .text("by")
    /// What was promised.
    package let text: EvidenceField<String> = .text("text")

    // MARK: Bills and silences against the utility

    /// Export less import by the utility and by the monitor, kWh.
    package let utilityNetKWh: EvidenceField<Double> = .number("utility_net_kwh", decimals: 3)
    package let monitorNetKWh: EvidenceField<Double> = .number("monitor_net_kwh", decimals: 3)
    /// Their difference, and what is allowed, kWh.
    package let differenceKWh: EvidenceField<Double> = .number("difference_kwh", decimals: 3)
    package let toleranceKWh: EvidenceField<Double> = .number("tolerance_kwh", decimals: 3)
    /// What is made of it.
    package let verdict: EvidenceField<String> = .text("verdict")
    /// The part of the tolerance that weighs most.
    package let largestTerm: EvidenceField<String> = .text("largest_term")
    /// The one cause of several bills that contradict, how many they are, and the factor where it is one of scale.
    package let billCause: EvidenceField<String> = .text("bill_cause")
    package let billCount: EvidenceField<Int> = .count("bill_count")
    package let billFactor: EvidenceField<Double> = .number("bill_factor", decimals: 4)
    /// What the panels can have made at most, kWh.
    package let mostPossibleKWh: EvidenceField<Double> = .number("most_possible_kwh", decimals: 3)
    /// Days of the bill with data.
    package let observedDays: EvidenceField<Int> = .count("observed_days")
    /// Production in the silence with half the width of its 90 % interval, kWh.
    package let estimateKWh: EvidenceField<Double> = .number("estimate_kwh", decimals: 3)
    package let halfWidth90KWh: EvidenceField<Double> = .number("half_width_90_kwh", decimals: 3)
    /// The same as the balance and as the sky tell it, objects with `kwh` and `half_width_90_kwh`.
    package let balance: EvidenceField<JSONValue> = .object("balance")
    package let clearSky: EvidenceField<JSONValue> = .object("clear_sky")
    /// Production that is certain, kWh.
    package let lowerBoundKWh: EvidenceField<Double> = .number("lower_bound_kwh", decimals: 3)

    // MARK: Kept with a finding

    /// The evidence of other series that show the same.
    package let also: EvidenceField<[JSONValue]> = .list("also", of: .object(""))
    /// What it brought about.
    package let sideEffects: EvidenceField<[SideEffect]> = .list("side_effects", of: .effect(""))
    /// SHA-256 of the documents that hold its rows.
    package let documents: EvidenceField<[String]> = .list("documents", of: .text(""))
}
