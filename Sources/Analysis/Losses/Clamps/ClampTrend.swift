// How import less export moves with production: against it in a home that is measured rightly, with it where the sign is turned
// round, and not at all where the load alone is measured. Rows at which the exchange rests behind a battery are not asked.

import Readings

/// A line through exchange over production, by the rows themselves and from each row to the next.
struct ClampTrend {
    private(set) var rows = 0
    private var sums = (x: 0.0, y: 0.0, xx: 0.0, xy: 0.0, yy: 0.0)
    private(set) var steps = 0
    private var moves = (xx: 0.0, xy: 0.0, yy: 0.0)

    /// Takes a row; where it follows another of its kind, the step from that one as well.
    mutating func take(x: Double, y: Double, follows: Bool, before: Int, in day: LossDay) {
        rows += 1
        sums.x += x
        sums.y += y
        sums.xx += x * x
        sums.xy += x * y
        sums.yy += y * y
        guard follows else { return }
        let (moveX, moveY) = (
            x - day.produced[before], y - day.imported[before] + day.exported[before]
        )
        steps += 1
        moves.xx += moveX * moveX
        moves.xy += moveX * moveY
        moves.yy += moveY * moveY
    }

    /// The mean of import less export, Wh of a row.
    var mean: Double { rows > 0 ? sums.y / Double(rows) : 0 }

    /// Slope over the rows, its standard error, and the correlation.
    var line: (slope: Double, error: Double, correlation: Double)? {
        let count = Double(rows)
        guard rows >= 4 else { return nil }
        let (xx, xy, yy) = (
            sums.xx - sums.x * sums.x / count, sums.xy - sums.x * sums.y / count,
            sums.yy - sums.y * sums.y / count
        )
        guard xx > 0, yy > 0 else { return nil }
        let rest = max(0, yy - xy * xy / xx) / (count - 2)
        return (xy / xx, (rest / xx).squareRoot(), xy / (xx * yy).squareRoot())
    }

    /// Slope from row to row, and its standard error.
    var step: (slope: Double, error: Double)? {
        guard steps >= 3, moves.xx > 0 else { return nil }
        let slope = moves.xy / moves.xx
        let rest = max(0, moves.yy - slope * moves.xy) / Double(steps - 1)
        return (slope, (rest / moves.xx).squareRoot())
    }
}
