// The array gives nothing under a sun under which it always did. Losses of a part, and of days, are found by night.

import Readings

/// `production_stopped`.
struct ProductionRule {
    private var dark = Hold()

    /// The sun stands higher, degrees.
    private static let sunDegrees = 15.0
    /// The array usually gives more than this share of its rating in the hour, and now less than that.
    private static let (usualShare, nothingShare) = (0.05, 0.01)
    private static let seconds = 1_200.0

    /// Reports of inverters tell of the quarter of an hour before them, seconds.
    private static let reportSeconds = 900.0

    /// - Parameters:
    ///   - inverters: a meter that is alone in saying nothing is not believed.
    ///   - isCurtailed: the batteries are full and the home is off the grid: the inverters must not give.
    mutating func claims(_ picture: LivePicture, inverters: InverterRule, isCurtailed: Bool)
        -> [LiveClaim]
    {
        guard let watts = picture.productionWatts, let place = picture.site.place,
            let rating = picture.site.installedW,
            rating > 0
        else { return [] }
        let time = picture.time
        let limit = ProductionRule.nothingShare * rating
        let hour = Int(picture.site.zone.wallClock(atUTCSeconds: time.at).secondOfDay / 3_600)
        let usual =
            picture.site.usualProductionW.indices.contains(hour) ? picture.site.usualProductionW[hour] : nil
        let isExpected =
            (usual ?? 0) > ProductionRule.usualShare * rating && !isCurtailed
            && SolarPosition(place: place).elevation(atUTCSeconds: time.at) > ProductionRule.sunDegrees
        let seconds = dark.take(watts < limit && isExpected, time)
        guard !(watts >= limit) else {
            return [.over(.productionStopped, picture.site.name("site"), at: time.at)]
        }
        guard seconds >= ProductionRule.seconds,
            inverters.watts(heardSince: dark.from + ProductionRule.reportSeconds) ?? 0 < limit
        else { return [] }
        return [
            .holds(
                .productionStopped,
                picture.site.name("site"),
                since: dark.since ?? time.at,
                rule: .liveProductionStopped
            ) {
                $0.evidence.powerW = Whole.of(watts)
                $0.evidence.silentSeconds = Whole.of(seconds)
            }
        ]
    }
}
