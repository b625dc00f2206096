// When a loss began, looked for backwards from the day on which it was told.

/// Finds the start of a loss.
enum LossStart {
    /// Returns the day on which the loss began: where a bend or a step fits the ratios best.
    static func day(before: [DayValue], _ rise: [DayValue], reference: Double) -> Int {
        let days = before + rise
        var best = (day: rise[0].day, error: Double.infinity)
        // The last two days belong to the loss.
        for start in days.indices.dropLast(1) {
            var (flat, cross, square, sum) = (0.0, 0.0, 0.0, 0.0)
            for index in days.indices {
                let depth = reference - days[index].value
                if index < start {
                    flat += depth * depth
                } else {
                    let ramp = Double(days[index].day - days[start].day + 1)
                    cross += ramp * depth
                    square += ramp * ramp
                    sum += depth
                }
            }
            let count = Double(days.count - start)
            let (slope, step) = (cross / square, sum / count)
            var (bend, level) = (flat, flat)
            for index in start..<days.count {
                let depth = reference - days[index].value
                let ramp = Double(days[index].day - days[start].day + 1)
                bend += (depth - slope * ramp) * (depth - slope * ramp)
                level += (depth - step) * (depth - step)
            }
            let error = min(bend, level)
            if error < best.error { best = (days[start].day, error) }
        }
        return best.day
    }
}
