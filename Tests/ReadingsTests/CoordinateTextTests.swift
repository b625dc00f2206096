// Degrees as people write them.

import Testing

@testable import Readings

@Suite("degrees as people write them")
struct CoordinateTextTests {
    @Test(
        "points, commas, signs, directions, minutes and seconds are read",
        arguments: [
            ("51.4", 51.4), ("51,4", 51.4), ("51.4 N", 51.4), ("n 51.4", 51.4), ("33.9s", -33.9),
            ("-33.9", -33.9),
            ("\u{2212}33,9", -33.9), ("51° 24'", 51.4), ("51°24′00″N", 51.4), ("0° 7' S", -0.116667),
            ("-0° 30'", -0.5), ("51 24 36", 51.41),
        ]
    )
    func latitudes(text: String, degrees: Double) {
        #expect(CoordinateText.degrees(text, .latitude) == degrees)
    }

    @Test(
        "west is negative",
        arguments: [("74 W", -74.0), ("74 e", 74), ("0° 7' W", -0.116667), ("W 0,3", -0.3)]
    )
    func longitudes(text: String, degrees: Double) {
        #expect(CoordinateText.degrees(text, .longitude) == degrees)
    }

    @Test(
        "what says nothing, or two things, is refused",
        arguments: [
            "", " ", "N", "north", "51.4 E", "-33.9 S", "51 60", "51 -4", "5 1 4 2", "1,000.5,3", "nan",
            "inf", "1e3",
            "0x10", "51.4 N S", "NN 3", "٣", "--3",
        ]
    )
    func refused(text: String) { #expect(CoordinateText.degrees(text, .latitude) == nil) }
}
