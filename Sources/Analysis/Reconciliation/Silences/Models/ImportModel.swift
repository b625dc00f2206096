// How the import of a silence follows from what the home used and made, learnt from observed stretches of its length.

/// How the import of a silence follows from what the home used and made.
struct ImportModel {
    /// The import for the load and production of the days around, kWh.
    var level: Double
    /// What one more kWh of load, and of production, adds to it.
    var perLoad: Double
    var perProduction: Double
    /// The variance of what it leaves unexplained, kWh².
    var variance: Double

    /// Its share of a mixture.
    static func mixed(_ first: ImportModel, _ second: ImportModel, share: Double) -> ImportModel {
        func mix(_ left: Double, _ right: Double) -> Double { left * (1 - share) + right * share }
        return ImportModel(
            level: mix(first.level, second.level),
            perLoad: mix(first.perLoad, second.perLoad),
            perProduction: mix(first.perProduction, second.perProduction),
            variance: mix(first.variance, second.variance)
        )
    }
}

extension ImportModel {
    /// By how much a window's load, production and import differed from those of the days beside it, kWh.
    private struct Departure {
        let load: Double
        let production: Double
        let imported: Double
    }

    /// Learns from the windows of a silence.
    ///
    /// - Parameter isFlat: as if the batteries had been flat: then the import is the sum of the deficits.
    init(_ silence: Silence, _ observed: ObservedDays, ofFlatBatteries isFlat: Bool) {
        let quantity = isFlat ? observed.deficit : observed.imported
        let length = Double(silence.window)
        let usualLoad = observed.load.value(silence.sides)
        let prior = usualLoad > 0 ? min(1, quantity.value(silence.sides) / usualLoad) : 0
        let rows = silence.windows.map { window in
            func departure(_ mean: LocalMean) -> Double {
                mean.value(window.sides) * length - mean.sum(window.range)
            }
            return Departure(
                load: departure(observed.load),
                production: departure(observed.production),
                imported: departure(quantity)
            )
        }
        let effective = observed.effectiveWindows(silence)
        let count = Double(max(1, rows.count))
        let slopes = ImportModel.slopes(rows, prior: prior, count: count, effective: effective)
        level = quantity.value(silence.sides) * silence.length
        perLoad = slopes.perLoad
        perProduction = slopes.perProduction
        let square =
            rows.reduce(0) {
                $0
                    + squared(
                        $1.imported - slopes.perLoad * $1.load - slopes.perProduction * $1.production
                    )
            } / count
        variance = Estimate.pooledVariance(
            square,
            count: effective,
            prior: ReconciliationParameters.importPriorShare * level
                + ReconciliationParameters.importPriorPerDay * silence.length,
            weight: ReconciliationParameters.importPriorWeight
        )
    }

    /// Least squares of the import by load and production. A prior worth a few windows keeps the slopes where windows are few.
    private static func slopes(_ rows: [Departure], prior: Double, count: Double, effective: Double) -> (
        perLoad: Double, perProduction: Double
    ) {
        let weight =
            ReconciliationParameters.importPriorWeight
            / max(ReconciliationParameters.leastWindows, effective)
        let loadSquare = rows.reduce(0) { $0 + squared($1.load) } / count
        let productionSquare = rows.reduce(0) { $0 + squared($1.production) } / count
        var normal = NormalEquations(count: 2)
        for row in rows {
            normal.add([row.load, row.production], row.imported - prior * row.load, weight: 1 / count)
        }
        normal.add([(weight * loadSquare).squareRoot(), 0], 0)
        normal.add([0, (weight * productionSquare).squareRoot()], 0)
        let solution = normal.solution() ?? [0, 0]
        return (prior + solution[0], solution[1])
    }
}
