// Places that do not go with their zone, and places that do though they look odd.

import Foundation
import Readings
import Testing

private func zone(_ identifier: String) throws -> TimeZoneRules {
    let bytes = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/\(identifier)"))
    return try TimeZoneRules(identifier: identifier, tzif: Array(bytes))
}

@Suite("place and zone")
struct PlaceCheckTests {
    struct Slip: Sendable {
        let zone: String
        let typed: (Double, Double)
        let slip: PlaceDoubt.Slip
        let cured: (Double, Double)?
    }

    @Test(
        "a slip is named with the place without it",
        arguments: [
            Slip(zone: "America/New_York", typed: (40.7, 74), slip: .longitudeSign, cured: (40.7, -74)),
            Slip(zone: "Australia/Sydney", typed: (33.9, 151.2), slip: .latitudeSign, cured: (-33.9, 151.2)),
            Slip(zone: "Australia/Brisbane", typed: (27.5, 153), slip: .latitudeSign, cured: (-27.5, 153)),
            Slip(zone: "Europe/Amsterdam", typed: (5.1, 52.1), slip: .swapped, cured: (52.1, 5.1)),
            Slip(zone: "Australia/Sydney", typed: (151.2, -33.9), slip: .swapped, cured: (-33.9, 151.2)),
            Slip(zone: "America/New_York", typed: (-74, 40.7), slip: .swapped, cured: (40.7, -74)),
            Slip(zone: "America/Santiago", typed: (33.4, 70.7), slip: .bothSigns, cured: (-33.4, -70.7)),
            Slip(zone: "Europe/Paris", typed: (0, 0), slip: .zero, cured: nil),
            Slip(zone: "Europe/Amsterdam", typed: (5206, 506), slip: .outOfRange, cured: (52.1, 5.1)),
            Slip(zone: "Asia/Tokyo", typed: (48.8, 2.3), slip: .zone, cured: nil),
        ]
    )
    func slips(slip: Slip) throws {
        let doubt = try #require(
            PlaceCheck.doubt(latitude: slip.typed.0, longitude: slip.typed.1, zone: try zone(slip.zone))
        )
        #expect(doubt.slip == slip.slip)
        #expect((doubt.proposal == nil) == (slip.cured == nil))
        if let cured = slip.cured, let proposal = doubt.proposal {
            #expect(abs(proposal.latitude - cured.0) < 1e-6 && abs(proposal.longitude - cured.1) < 1e-6)
        }
    }

    @Test(
        "places far off their zone's middle are left alone",
        arguments: [
            ("Europe/Madrid", 42.9, -9.3), ("Asia/Shanghai", 39.5, 76.0), ("America/Nome", 64.5, -165.4),
            ("America/Argentina/Rio_Gallegos", -50.3, -72.3), ("Pacific/Kiritimati", 1.9, -157.4),
            ("Pacific/Tongatapu", -21.1, -175.2), ("Atlantic/Reykjavik", 64.1, -21.9),
            ("Europe/Dublin", 53.3, -6.3), ("Africa/Casablanca", 33.6, -7.6), ("America/New_York", 40.7, -74),
            ("Europe/London", 51.5, -0.1), ("Pacific/Auckland", -36.8, 174.8), ("Asia/Kolkata", 23.2, 69.7),
            ("America/Sao_Paulo", -23.5, -46.6), ("UTC", 40.7, 74), ("Etc/GMT+5", 40.7, 74),
        ]
    )
    func fine(_ line: (String, Double, Double)) throws {
        #expect(PlaceCheck.doubt(latitude: line.1, longitude: line.2, zone: try zone(line.0)) == nil)
    }
}
