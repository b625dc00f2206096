// What a counter can have counted in a time: by the power of what it counts, and by how long that can last. A limit that is
// too wide lets a wrap of 2^32 J pass as energy; one that is too narrow makes events of sunny days.

/// The energy that a counter can have counted in a time.
package struct CounterLimit: Sendable, Equatable {
    /// The greatest power that is likely, W.
    let powerW: Double
    /// Hours for which it may last, and its share of the time beyond.
    let fullHours: Double
    let laterShare: Double
    /// The greatest power that is possible at all, W: up to it a step is energy where nothing else explains it.
    let possibleW: Double
    /// Tells whether such counters are known to begin anew at 2^32 J and to come back: where a step may be either, that is
    /// said. Registers of meters and devices are not known to.
    let mayComeBack: Bool

    /// Rounding of counters and clocks, Wh.
    static let slackWattHours = 2.0

    private init(
        powerW: Double,
        fullHours: Double,
        laterShare: Double,
        possibleW: Double,
        mayComeBack: Bool
    ) {
        precondition(powerW > 0 && possibleW >= powerW, "a counter of \(powerW) W, at most \(possibleW) W")
        self.powerW = powerW
        self.fullHours = fullHours
        self.laterShare = laterShare
        self.possibleW = possibleW
        self.mayComeBack = mayComeBack
    }

    /// Something that may give its power for ever.
    package static func steady(_ powerW: Double, mayComeBack: Bool = false) -> CounterLimit {
        CounterLimit(
            powerW: powerW,
            fullHours: .infinity,
            laterShare: 1,
            possibleW: powerW,
            mayComeBack: mayComeBack
        )
    }

    /// Something that the sun drives: a long summer's day at full power, and over days ten hours' worth a day, which no
    /// place on Earth reaches.
    package static func sun(_ powerW: Double, possibleW: Double? = nil, mayComeBack: Bool = false)
        -> CounterLimit
    {
        CounterLimit(
            powerW: powerW,
            fullHours: 14,
            laterShare: 10.0 / 24,
            possibleW: max(powerW, possibleW ?? powerW),
            mayComeBack: mayComeBack
        )
    }

    /// The exchange of a house through a connection of a power: full for some hours, a quarter of it over days.
    package static func connection(_ powerW: Double) -> CounterLimit {
        CounterLimit(powerW: powerW, fullHours: 4, laterShare: 0.25, possibleW: powerW, mayComeBack: false)
    }

    /// The greatest power through a meter of a house by its phases, W: 125 A at 240 V; 250 A at 240 V; three of 160 A.
    private static let connections: [Int: Double] = [1: 30_000, 2: 60_000]
    /// The greatest power of a house of which nothing is known, W.
    package static let housePowerW = 110_000.0

    /// Returns the greatest power through a meter, W.
    ///
    /// - Parameter phases: nil where they are not known.
    package static func connectionW(phases: Int?) -> Double {
        phases.flatMap { connections[$0] } ?? housePowerW
    }

    /// The energy that is likely at most, Wh.
    func likely(seconds: Double) -> Double {
        let hours = seconds / 3600
        let full = min(hours, fullHours)
        let later = hours > full ? (hours - full) * laterShare : 0
        return powerW * (full + later) + CounterLimit.slackWattHours
    }

    /// The energy that is possible at most, Wh.
    func possible(seconds: Double) -> Double { possibleW * seconds / 3600 + CounterLimit.slackWattHours }
}
