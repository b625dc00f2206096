// What is known about a home that is watched.

/// A site: one home with its array, meters and batteries.
package struct Site: Hashable, Sendable {
    /// The number under which the lake keeps the site's rows.
    package let systemID: Int64
    /// The owner's name for it; unique in a store.
    package let name: String
    /// The time-zone identifier of the tz database.
    package let timeZone: String
    /// Where it stands.
    package let place: Place
    /// The rated power of the array; nil where the owner gave none.
    package let installed: Watts?
    /// The usable capacity of all batteries; nil where there is none or the owner gave none.
    package let battery: WattHours?
    /// How the array stands; nil where the owner has not said.
    package let array: ArrayOrientation?

    /// Makes a site.
    package init(
        systemID: Int64,
        name: String,
        timeZone: String,
        place: Place,
        installed: Watts?,
        battery: WattHours?,
        array: ArrayOrientation? = nil
    ) {
        self.systemID = systemID
        self.name = name
        self.timeZone = timeZone
        self.place = place
        self.installed = installed
        self.battery = battery
        self.array = array
    }
}

/// A place on the globe.
package struct Place: Hashable, Sendable {
    /// Degrees north, -90 to 90.
    package let latitude: Double
    /// Degrees east, -180 to 180.
    package let longitude: Double

    /// Makes a place; returns nil where a number is out of range.
    package init?(latitude: Double, longitude: Double) {
        guard (-90...90).contains(latitude), (-180...180).contains(longitude) else { return nil }
        self.latitude = latitude
        self.longitude = longitude
    }
}

/// How a plane of modules stands.
package struct ArrayOrientation: Hashable, Sendable {
    /// Degrees from the horizontal, 0 to 90.
    package let tiltDegrees: Double
    /// The direction that it faces, degrees from north by east, 0 to 360: 180 is south.
    package let azimuthDegrees: Double

    /// Makes an orientation; returns nil where a number is out of range.
    package init?(tiltDegrees: Double, azimuthDegrees: Double) {
        guard (0...90).contains(tiltDegrees), (0...360).contains(azimuthDegrees) else { return nil }
        self.tiltDegrees = tiltDegrees
        self.azimuthDegrees = azimuthDegrees
    }

    /// An ordinary roof of the northern half of the globe.
    package static let southernRoof = ArrayOrientation(tilt: 25, azimuth: 180)
    /// An ordinary roof of the southern half.
    package static let northernRoof = ArrayOrientation(tilt: 25, azimuth: 0)

    private init(tilt: Double, azimuth: Double) {
        tiltDegrees = tilt
        azimuthDegrees = azimuth
    }
}
