// Places that the sun in the data contradicts.

import Analysis
import Foundation
import Readings
import Testing

@Suite("place against the sun")
struct PlaceDetectorTests {
    /// A home and what its owner stated.
    struct Line: Sendable {
        let truth: (Double, Double)
        let stated: (Double, Double)
        let month: Int
        let slip: String?
    }

    private func findings(_ line: Line, seconds: Int64 = 900, days: Int = 40) throws -> [Finding] {
        var home = SmallHome()
        home.start = 1_735_689_600 + Int64(line.month - 1) * 30 * 86_400
        home.seconds = seconds
        home.days = days
        (home.latitude, home.longitude) = line.truth
        let place = try #require(Place(latitude: line.stated.0, longitude: line.stated.1))
        return home.findings(home.columns(), place: place)
    }

    @Test(
        "a slip is one finding with its cure, and nothing else rests on the place",
        arguments: [
            Line(truth: (40.7, -74), stated: (40.7, 74), month: 4, slip: "longitude_sign"),
            Line(truth: (-33.9, 151.2), stated: (33.9, 151.2), month: 12, slip: "latitude_sign"),
            Line(truth: (-33.9, 151.2), stated: (33.9, 151.2), month: 6, slip: "latitude_sign"),
            Line(truth: (52.1, 5.1), stated: (-52.1, 5.1), month: 6, slip: "latitude_sign"),
            Line(truth: (52.1, 5.1), stated: (5.1, 52.1), month: 4, slip: "swapped"),
            Line(truth: (-23.5, -46.6), stated: (-23.5, 46.6), month: 3, slip: "longitude_sign"),
            Line(truth: (-36.8, 174.8), stated: (0, 0), month: 10, slip: "zero"),
            Line(truth: (35.7, 139.7), stated: (48.8, 2.3), month: 5, slip: "zone"),
        ],
        [Int64(900), 3600]
    )
    func slips(line: Line, seconds: Int64) throws {
        let found = try findings(line, seconds: seconds)
        #expect(found.map(\.kind) == [.placeWrong], "\(found.map(\.kind))")
        let finding = try #require(found.first)
        #expect(finding.evidence.slip == line.slip && finding.end == nil)
        if !["zero", "zone"].contains(line.slip) {
            #expect(finding.evidence.proposedLatitude == line.truth.0)
            #expect(finding.evidence.proposedLongitude == line.truth.1)
        }
    }

    @Test(
        "a place that is about right is left alone, in all seasons and zones",
        arguments: [
            (52.1, 5.1), (40.7, -74), (-33.9, 151.2), (1.3, 103.8), (61, 25), (-45, 170), (64.1, -21.9),
            (28.1, -15.4), (-54.8, -68.3),
        ],
        [1, 3, 6, 9]
    )
    func right(place: (Double, Double), month: Int) throws {
        let line = Line(truth: place, stated: (place.0 + 0.4, place.1 - 0.6), month: month, slip: nil)
        let found = try findings(line).filter { $0.kind == .placeWrong || $0.kind == .nightProduction }
        #expect(found.isEmpty, "\(found)")
    }

    @Test(
        "the other hemisphere is seen over an equinox, too, where long days and short ones cancel each other",
        arguments: [((-33.9, 151.2), 1), ((-33.4, -70.7), 5), ((40.4, -3.7), 1), ((52.1, 5.1), 7)],
        [120, 200]
    )
    func overEquinox(home: ((Double, Double), Int), days: Int) throws {
        let (truth, month) = home
        let line = Line(truth: truth, stated: (-truth.0, truth.1), month: month, slip: "latitude_sign")
        let found = try findings(line, days: days)
        #expect(
            found.map(\.kind) == [.placeWrong] && found.first?.evidence.slip == line.slip,
            "\(found.map(\.kind))"
        )
        let right = Line(truth: truth, stated: truth, month: month, slip: nil)
        #expect(try findings(right, days: days).allSatisfy { $0.kind != .placeWrong })
    }

    @Test(
        "the other hemisphere is seen over months, in which summer and winter weigh each other up",
        arguments: [(-33.9, 151.2), (-26.2, 28.0), (60.0, 18.0), (40.7, -74.0)],
        [120, 200, 365]
    )
    func seasons(truth: (Double, Double), days: Int) throws {
        for month in [1, 3, 6, 9] {
            let line = Line(truth: truth, stated: (-truth.0, truth.1), month: month, slip: "latitude_sign")
            let found = try findings(line, days: days)
            #expect(found.map(\.kind) == [.placeWrong], "\(month): \(found.map(\.kind))")
            #expect(found.first?.evidence.slip == "latitude_sign")
            let right = Line(truth: truth, stated: truth, month: month, slip: nil)
            #expect(try findings(right, days: days).allSatisfy { $0.kind != .placeWrong })
        }
    }

    @Test("the place is fitted where half a year allows it")
    func fitted() throws {
        let line = Line(truth: (-36.8, 174.8), stated: (0, 0), month: 1, slip: "zero")
        let finding = try #require(try findings(line, days: 200).first)
        let latitude = try #require(finding.evidence.proposedLatitude)
        let longitude = try #require(finding.evidence.proposedLongitude)
        #expect(abs(latitude + 36.8) < 4 && abs(longitude - 174.8) < 3)
    }
}
