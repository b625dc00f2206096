// Rows of any table on their way: what a reader of documents hands on, and what a store takes. They are of one site, whose
// number only the store knows.

/// Rows of one site. Rows of a site's series come in ascending order; of the others in any.
package enum RowBatch: Sendable {
    /// Energies of the site per interval.
    case site(Source, seconds: Int32, ReadingColumns)
    /// Energies of the site per minute, kept as evidence beside its series: nothing is reported from them.
    case minutes(Source, ReadingColumns)
    case deviceReadings([DeviceReading])
    case deviceStates([DeviceState])
    case events([SiteEvent])
    case utility([UtilityInterval])
    case bills([Bill])
    case temperatures([DailyTemperature])
}
