// The mixture of planes that bounds what an array gave from above. When it is fitted, and of what, is the business of Envelope.

import Readings

/// An upper envelope of rows: weights of planes, none below 0.
enum EnvelopeFit {
    /// Rows of what was made and what each plane gives.
    struct Rows {
        var produced: [Float] = []
        var planes: [PlaneSky.Planes] = []
    }

    private static let rounds = 7
    private static let warmRounds = 3
    /// Weight of a row by how far it lies below the fit.
    private static let weights: [(share: Float, weight: Float)] = [(1, 1), (0.94, 0.35), (0.8, 0.12)]
    private static let weightBelow: Float = 0.02
    /// Of a row's square that keeps planes apart that the rows cannot tell from one another.
    private static let ridge = 1e-4
    private static let sweeps = 80
    /// Share of the greatest weight by which none moves any more.
    private static let settled: Float = 1e-4

    /// Returns kW of each plane; nil of too few rows.
    ///
    /// - Parameters:
    ///   - cap: what inverters limit, Wh; rows at it say only that it was reached.
    ///   - before: an earlier fit, near which this one lies.
    static func fit(_ rows: Rows, cap: Float?, before: PlaneSky.Planes?) -> PlaneSky.Planes? {
        guard rows.produced.count >= 40, let top = rows.produced.max(), top > 0 else { return nil }
        var result = before ?? PlaneSky.Planes()
        for round in 0..<(before == nil ? rounds + 1 : warmRounds) {
            let isFirst = round == 0 && before == nil
            var gram = [PlaneSky.Planes](repeating: PlaneSky.Planes(), count: PlaneSky.count)
            var right = PlaneSky.Planes()
            for row in rows.produced.indices {
                let planes = rows.planes[row]
                let value = rows.produced[row]
                var weight: Float = 1
                if !isFirst {
                    let model = (planes * result).sum()
                    if let cap, value >= 0.98 * cap, model > value { continue }
                    weight = self.weight(value, model)
                }
                weight /= top * top
                for plane in 0..<PlaneSky.count { gram[plane] += planes * (weight * planes[plane]) }
                right += planes * (weight * value)
            }
            result = nonNegative(gram, right, from: result)
        }
        return result
    }

    private static func weight(_ value: Float, _ model: Float) -> Float {
        for (share, weight) in weights where value >= share * model { return weight }
        return weightBelow
    }

    /// Least squares without numbers below 0, coordinate by coordinate.
    private static func nonNegative(
        _ gram: [PlaneSky.Planes],
        _ right: PlaneSky.Planes,
        from start: PlaneSky.Planes
    ) -> PlaneSky.Planes {
        var result = start
        let mean = (0..<PlaneSky.count).reduce(0) { $0 + gram[$1][$1] } / Float(PlaneSky.count)
        let ridge = Float(EnvelopeFit.ridge) * mean
        for _ in 0..<sweeps {
            var moved: Float = 0
            for plane in 0..<PlaneSky.count {
                let own = gram[plane][plane] + ridge
                guard own > 0 else { continue }
                let rest = right[plane] - (gram[plane] * result).sum() + gram[plane][plane] * result[plane]
                let value = max(0, rest / own)
                moved = max(moved, abs(value - result[plane]))
                result[plane] = value
            }
            if moved <= settled * result.max() { break }
        }
        return result
    }
}
