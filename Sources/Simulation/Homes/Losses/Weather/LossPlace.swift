// Where homes with losses stand, and what the weather is like there. The weather itself, day by day, is in LossSky.

import Readings

/// A place with its climate.
struct LossPlace: Sendable {
    let name: String
    let zone: String
    let latitude: Double
    let longitude: Double
    /// Metres above the sea.
    let altitude: Double
    let climate: LossClimate
}

/// How often a sky comes in winter and in summer, and how warm it is.
struct LossClimate: Sendable {
    /// A value in the middle of winter and one in the middle of summer.
    typealias Seasons = (winter: Double, summer: Double)

    /// Shares of days without cloud, with cumulus, with broken cloud; the rest is overcast.
    let clear: Seasons
    let fair: Seasons
    let broken: Seasons
    /// Linke's turbidity.
    let turbidity: Seasons
    /// The year's mean, half of its swing, and the swing of a clear day, °C.
    let warmth: (mean: Double, swing: Double, daily: Double)
    /// The share of the clear and fair days that end in a storm, in summer.
    var storms = 0.1
    /// The share of the clear days that begin in fog.
    var fog = 0.05
    /// Months in which most days are wet.
    var wetMonths: Set<Int> = []

    /// A value between winter and summer.
    ///
    /// - Parameter season: -1 in the middle of winter to 1 in the middle of summer.
    static func value(_ seasons: Seasons, at season: Double) -> Double {
        seasons.winter + (seasons.summer - seasons.winter) * (season + 1) / 2
    }
}

extension LossPlace {
    static let all = cool + warm + south

    private static let cool = [
        LossPlace(
            name: "amsterdam",
            zone: "Europe/Amsterdam",
            latitude: 52.4,
            longitude: 4.9,
            altitude: 0,
            climate: LossClimate(
                clear: (0.12, 0.22),
                fair: (0.15, 0.28),
                broken: (0.28, 0.3),
                turbidity: (2.8, 3.8),
                warmth: (10.5, 7.5, 6),
                fog: 0.1
            )
        ),
        LossPlace(
            name: "munich",
            zone: "Europe/Berlin",
            latitude: 48.1,
            longitude: 11.5,
            altitude: 520,
            climate: LossClimate(
                clear: (0.16, 0.28),
                fair: (0.12, 0.28),
                broken: (0.22, 0.26),
                turbidity: (2.6, 3.9),
                warmth: (9, 10, 9),
                storms: 0.25,
                fog: 0.2
            )
        ),
        LossPlace(
            name: "london",
            zone: "Europe/London",
            latitude: 51.5,
            longitude: -0.3,
            altitude: 20,
            climate: LossClimate(
                clear: (0.12, 0.22),
                fair: (0.16, 0.28),
                broken: (0.28, 0.3),
                turbidity: (2.9, 3.8),
                warmth: (11, 6.5, 6),
                fog: 0.1
            )
        ),
        LossPlace(
            name: "trondheim",
            zone: "Europe/Oslo",
            latitude: 63.4,
            longitude: 10.4,
            altitude: 60,
            climate: LossClimate(
                clear: (0.16, 0.19),
                fair: (0.15, 0.26),
                broken: (0.25, 0.27),
                turbidity: (2.1, 3.1),
                warmth: (5.5, 9.5, 6)
            )
        ),
        LossPlace(
            name: "minneapolis",
            zone: "America/Chicago",
            latitude: 45,
            longitude: -93.3,
            altitude: 250,
            climate: LossClimate(
                clear: (0.26, 0.37),
                fair: (0.2, 0.3),
                broken: (0.2, 0.19),
                turbidity: (2.2, 3.4),
                warmth: (7.5, 17, 10),
                storms: 0.25
            )
        ),
        LossPlace(
            name: "denver",
            zone: "America/Denver",
            latitude: 39.7,
            longitude: -104.9,
            altitude: 1_600,
            climate: LossClimate(
                clear: (0.42, 0.4),
                fair: (0.26, 0.36),
                broken: (0.18, 0.15),
                turbidity: (2.1, 2.9),
                warmth: (10.5, 12, 14),
                storms: 0.45
            )
        ),
        LossPlace(
            name: "tokyo",
            zone: "Asia/Tokyo",
            latitude: 35.7,
            longitude: 139.6,
            altitude: 40,
            climate: LossClimate(
                clear: (0.46, 0.18),
                fair: (0.25, 0.27),
                broken: (0.14, 0.25),
                turbidity: (2.8, 4.2),
                warmth: (16, 10.5, 7),
                wetMonths: [6]
            )
        ),
    ]

    private static let warm = [
        LossPlace(
            name: "madrid",
            zone: "Europe/Madrid",
            latitude: 40.4,
            longitude: -3.7,
            altitude: 650,
            climate: LossClimate(
                clear: (0.38, 0.62),
                fair: (0.24, 0.25),
                broken: (0.17, 0.08),
                turbidity: (2.5, 3.6),
                warmth: (15, 10, 12)
            )
        ),
        LossPlace(
            name: "phoenix",
            zone: "America/Phoenix",
            latitude: 33.5,
            longitude: -112,
            altitude: 340,
            climate: LossClimate(
                clear: (0.6, 0.64),
                fair: (0.21, 0.24),
                broken: (0.11, 0.09),
                turbidity: (2.4, 3.8),
                warmth: (24, 11, 14),
                storms: 0.25
            )
        ),
        LossPlace(
            name: "san-jose",
            zone: "America/Los_Angeles",
            latitude: 37.3,
            longitude: -121.9,
            altitude: 25,
            climate: LossClimate(
                clear: (0.42, 0.72),
                fair: (0.22, 0.18),
                broken: (0.18, 0.06),
                turbidity: (2.6, 3.3),
                warmth: (15.5, 5.5, 11),
                fog: 0.18
            )
        ),
        LossPlace(
            name: "miami",
            zone: "America/New_York",
            latitude: 25.8,
            longitude: -80.3,
            altitude: 2,
            climate: LossClimate(
                clear: (0.38, 0.15),
                fair: (0.34, 0.45),
                broken: (0.18, 0.28),
                turbidity: (2.9, 4),
                warmth: (25, 4, 7),
                storms: 0.55
            )
        ),
        LossPlace(
            name: "mumbai",
            zone: "Asia/Kolkata",
            latitude: 19.1,
            longitude: 73,
            altitude: 10,
            climate: LossClimate(
                clear: (0.62, 0.5),
                fair: (0.25, 0.3),
                broken: (0.1, 0.15),
                turbidity: (4.5, 5),
                warmth: (27.5, 2.5, 8),
                wetMonths: [6, 7, 8, 9]
            )
        ),
        LossPlace(
            name: "nairobi",
            zone: "Africa/Nairobi",
            latitude: -1.3,
            longitude: 36.8,
            altitude: 1_700,
            climate: LossClimate(
                clear: (0.22, 0.22),
                fair: (0.4, 0.4),
                broken: (0.26, 0.26),
                turbidity: (3.3, 3.3),
                warmth: (19, 1.5, 11),
                storms: 0.25,
                wetMonths: [4, 5, 11]
            )
        ),
    ]

    private static let south = [
        LossPlace(
            name: "perth",
            zone: "Australia/Perth",
            latitude: -32,
            longitude: 115.9,
            altitude: 20,
            climate: LossClimate(
                clear: (0.38, 0.72),
                fair: (0.25, 0.18),
                broken: (0.22, 0.06),
                turbidity: (2.5, 3.1),
                warmth: (18.5, 6, 12)
            )
        ),
        LossPlace(
            name: "sydney",
            zone: "Australia/Sydney",
            latitude: -33.8,
            longitude: 151.1,
            altitude: 40,
            climate: LossClimate(
                clear: (0.44, 0.32),
                fair: (0.24, 0.3),
                broken: (0.17, 0.2),
                turbidity: (2.5, 3.3),
                warmth: (18, 5.5, 8),
                storms: 0.3
            )
        ),
        LossPlace(
            name: "cape-town",
            zone: "Africa/Johannesburg",
            latitude: -33.9,
            longitude: 18.5,
            altitude: 30,
            climate: LossClimate(
                clear: (0.35, 0.68),
                fair: (0.25, 0.22),
                broken: (0.22, 0.06),
                turbidity: (2.4, 3),
                warmth: (17, 4.5, 9)
            )
        ),
        LossPlace(
            name: "santiago",
            zone: "America/Santiago",
            latitude: -33.4,
            longitude: -70.6,
            altitude: 520,
            climate: LossClimate(
                clear: (0.36, 0.75),
                fair: (0.2, 0.15),
                broken: (0.2, 0.06),
                turbidity: (3.3, 3.5),
                warmth: (14.5, 6.5, 15),
                fog: 0.15
            )
        ),
        LossPlace(
            name: "christchurch",
            zone: "Pacific/Auckland",
            latitude: -43.5,
            longitude: 172.6,
            altitude: 20,
            climate: LossClimate(
                clear: (0.27, 0.32),
                fair: (0.24, 0.28),
                broken: (0.22, 0.21),
                turbidity: (2.2, 2.8),
                warmth: (11.5, 5.5, 9)
            )
        ),
    ]
}
