// How high the sun stands, and where it stands so low at noon that snow stays on a roof.

import Foundation

/// Heights of the sun.
enum SunHeight {
    /// A low sun: degrees at noon below, away from the equator more than.
    private static let lowDegrees = 40.0
    private static let snowLatitude = 34.0

    /// Returns the height of which a sine is, degrees; 0 below the horizon.
    static func degrees(ofSine sine: Double) -> Double { asin(min(1, max(0, sine))) * 180 / .pi }

    /// Tells whether the sun is so low at noon that snow is as likely as a fault.
    static func isLow(noonDegrees: Double, latitude: Double) -> Bool {
        noonDegrees < lowDegrees && abs(latitude) > snowLatitude
    }
}
