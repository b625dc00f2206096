// A site for tests that do not care where it lies.

import Lake
import Readings
import Testing

extension LakeWriter {
    /// Makes a site in UTC.
    func makeSite(_ name: String = "a") throws {
        _ = try putSite(
            name: name,
            timeZone: "UTC",
            place: try #require(Place(latitude: 1, longitude: 1)),
            installed: nil,
            battery: nil,
            isUpdate: false
        )
    }
}
