// Whether a stated place and a stated time zone go together, before there are any data. What the sun in the data says of the place
// is the business of Analysis.

/// What is odd about a stated place.
package struct PlaceDoubt: Equatable, Sendable {
    /// The likely slip.
    package enum Slip: String, CaseIterable, Sendable {
        /// East for west, as 74 for New York.
        case longitudeSign = "longitude_sign"
        /// North for south.
        case latitudeSign = "latitude_sign"
        /// Both.
        case bothSigns = "both_signs"
        /// Latitude and longitude in each other's place.
        case swapped
        /// 0, 0: nobody said where it is.
        case zero
        /// A number that is no number of degrees.
        case outOfRange = "out_of_range"
        /// No one slip of the place cures it: place or zone is wrong.
        case zone
    }

    /// The likely slip.
    package let slip: Slip
    /// By how many hours the sun's noon at the stated longitude is off the zone's, -12 to 12, east being positive.
    package let hoursOff: Double
    /// The place without the slip; nil where none is known.
    package let proposal: Place?

    /// Describes a doubt.
    package init(slip: Slip, hoursOff: Double, proposal: Place?) {
        self.slip = slip
        self.hoursOff = hoursOff
        self.proposal = proposal
    }
}

/// Holds latitude, longitude and time zone against each other.
package enum PlaceCheck {
    /// Hours by which noon may be off the zone's. The widest that people live with is China's west: 2.9.
    private static let mostHours = 3.0
    /// The same where a slip would cure it; Galicia and the west of Alaska live with 1.6 and 2.
    private static let mostHoursWithCure = 2.1
    /// Hours within which a cure must bring noon.
    private static let curedHours = 1.0
    /// Degrees from the equator within which a hemisphere says nothing.
    private static let equatorDegrees = 5.0

    /// Returns what is odd about a place; nil where it goes with the zone, or where the zone tells no place, as UTC.
    ///
    /// - Parameters:
    ///   - latitude, longitude: degrees as they were typed, in any range.
    package static func doubt(latitude: Double, longitude: Double, zone: TimeZoneRules) -> PlaceDoubt? {
        guard let place = Place(latitude: latitude, longitude: longitude) else {
            return outOfRange(latitude, longitude, in: zone)
        }
        if abs(latitude) < 0.01, abs(longitude) < 0.01 {
            return PlaceDoubt(slip: .zero, hoursOff: hoursOff(place, zone) ?? 0, proposal: nil)
        }
        guard let off = hoursOff(place, zone) else { return nil }
        let isAcross = isAcrossEquator(place, zone)
        let limit = mostHoursWithCure
        if abs(off) < limit, !isAcross { return nil }
        if abs(off) >= limit || isAcross,
            let cure = slips(of: place).first(where: { isCured($0.place, zone) })
        {
            return PlaceDoubt(slip: cure.slip, hoursOff: off, proposal: cure.place)
        }
        return abs(off) >= mostHours ? PlaceDoubt(slip: .zone, hoursOff: off, proposal: nil) : nil
    }

    /// The places that a single slip would have made this one, the likeliest first.
    package static func slips(of place: Place) -> [(slip: PlaceDoubt.Slip, place: Place)] {
        let (latitude, longitude) = (place.latitude, place.longitude)
        let all: [(PlaceDoubt.Slip, Place?)] = [
            (.longitudeSign, Place(latitude: latitude, longitude: -longitude)),
            (.latitudeSign, Place(latitude: -latitude, longitude: longitude)),
            (.swapped, Place(latitude: longitude, longitude: latitude)),
            (.bothSigns, Place(latitude: -latitude, longitude: -longitude)),
        ]
        return all.compactMap { slip, place in place.map { (slip, $0) } }
    }

    private static func outOfRange(_ latitude: Double, _ longitude: Double, in zone: TimeZoneRules)
        -> PlaceDoubt
    {
        let swapped = Place(latitude: longitude, longitude: latitude)
        if let swapped, isCured(swapped, zone) {
            return PlaceDoubt(slip: .swapped, hoursOff: 0, proposal: swapped)
        }
        let minutes = Place(latitude: ofMinutes(latitude), longitude: ofMinutes(longitude))
        return PlaceDoubt(
            slip: .outOfRange,
            hoursOff: 0,
            proposal: minutes.flatMap { isCured($0, zone) ? $0 : nil } ?? swapped
        )
    }

    /// A number of degrees and minutes written as one, as 5206 for 52 degrees and 6 minutes; others as they are.
    private static func ofMinutes(_ number: Double) -> Double {
        let whole = (abs(number) / 100).rounded(.down)
        let minutes = abs(number) - 100 * whole
        guard number.isFinite, abs(number) > 180, minutes < 60 else { return number }
        return (number < 0 ? -1 : 1) * (whole + minutes / 60)
    }

    private static func isCured(_ place: Place, _ zone: TimeZoneRules) -> Bool {
        guard let off = hoursOff(place, zone) else { return false }
        return abs(off) < curedHours && !isAcrossEquator(place, zone)
    }

    /// Hours by which noon at a longitude is off the zone's standard time; nil where the zone is of no place.
    private static func hoursOff(_ place: Place, _ zone: TimeZoneRules) -> Double? {
        guard isOfPlace(zone) else { return nil }
        let standard = Double(min(offset(zone, january), offset(zone, july))) / 3600
        let off = (place.longitude / 15 - standard).truncatingRemainder(dividingBy: 24)
        return off > 12 ? off - 24 : off < -12 ? off + 24 : off
    }

    /// Tells whether a zone's summer is on the other side of the equator than the place.
    private static func isAcrossEquator(_ place: Place, _ zone: TimeZoneRules) -> Bool {
        guard abs(place.latitude) > equatorDegrees else { return false }
        let (winter, summer) = (offset(zone, january), offset(zone, july))
        if winter == summer { return zone.identifier.hasPrefix("Australia/") && place.latitude > 0 }
        return (summer > winter) != (place.latitude > 0)
    }

    private static func isOfPlace(_ zone: TimeZoneRules) -> Bool {
        guard zone.identifier.contains("/"), !zone.identifier.hasPrefix("Etc/") else {
            return offset(zone, january) != offset(zone, july)
        }
        return true
    }

    /// The middle of January and of July of a recent year, seconds UTC.
    private static let january: Int64 = 1_736_899_200
    private static let july: Int64 = 1_752_537_600

    private static func offset(_ zone: TimeZoneRules, _ instant: Int64) -> Int64 {
        zone.offset(atUTCSeconds: instant)
    }
}
