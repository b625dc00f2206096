// What readers hand on.

import Readings

/// Rows that a reader hands on. Rows of a site's series come in ascending order; of the others in any.
package enum Batch: Sendable {
    /// Energies of the site per interval.
    case site(Source, seconds: Int32, ReadingColumns)
    case deviceReadings([DeviceReading])
    case deviceStates([DeviceState])
    case events([SiteEvent])
    case utility([UtilityInterval])
    case bills([Bill])
    case temperatures([DailyTemperature])
}

/// Takes what a reader hands on.
package typealias BatchSink = (Batch) throws -> Void
