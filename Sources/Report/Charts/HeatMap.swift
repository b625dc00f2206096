// A year of intervals: days from left to right, times of the day from top to bottom, time without data hatched.

/// Intervals by day and time of the day.
package struct HeatMap: Equatable, Sendable {
    /// The level of a time for which nothing is expected: before the first and behind the last data, or skipped by a clock.
    package static let nothing: UInt8 = 255
    /// The level of an interval without data.
    package static let gap: UInt8 = 254
    /// The number of levels of energy, from 0.
    package static let levels: UInt8 = 7

    /// The number of days.
    package let dayCount: Int
    /// The number of intervals a day.
    package let slotsPerDay: Int
    /// The levels, day by day.
    package let cells: [UInt8]
    /// The marks under the days.
    package let ticks: [ChartTick]
    /// What the strongest level stands for, as `1.2 kWh an hour`.
    package let strongest: String

    /// Makes a map.
    package init(
        dayCount: Int,
        slotsPerDay: Int,
        cells: [UInt8],
        ticks: [ChartTick],
        strongest: String
    ) {
        precondition(cells.count == dayCount * slotsPerDay, "\(cells.count) cells for \(dayCount) days")
        self.dayCount = dayCount
        self.slotsPerDay = slotsPerDay
        self.cells = cells
        self.ticks = ticks
        self.strongest = strongest
    }

    func canvas(_ id: String) -> SVGCanvas {
        let (left, right, top, bottom) = (58.0, SVGCanvas.width - 8, 34.0, 274.0)
        var canvas = SVGCanvas(id: id, height: 300)
        let width = (right - left) / Double(max(1, dayCount))
        let height = (bottom - top) / Double(max(1, slotsPerDay))
        canvas.rectangle(left, top, right - left, bottom - top, "field")
        // One shape a level: runs of equal cells of a day are one stroke.
        var strokes = [String](repeating: "", count: Int(HeatMap.levels))
        var gaps: [(Double, Double, Double, Double)] = []
        for day in 0..<dayCount {
            let x = left + Double(day) * width
            let middle = SVGNumber.text(x + width / 2)
            var slot = 0
            while slot < slotsPerDay {
                let level = cells[day * slotsPerDay + slot]
                var end = slot + 1
                while end < slotsPerDay, cells[day * slotsPerDay + end] == level { end += 1 }
                defer { slot = end }
                let y = top + Double(slot) * height
                if level == HeatMap.gap {
                    // Days that are missing whole grow into one surface.
                    if end - slot == slotsPerDay, let last = gaps.last, last.1 == top,
                        last.3 == bottom - top, abs(last.0 + last.2 - x) < 0.01
                    {
                        gaps[gaps.count - 1].2 += width
                    } else {
                        gaps.append((x, y, max(width, 0.8), Double(end - slot) * height))
                    }
                } else if level > 0 && level < HeatMap.levels {
                    strokes[Int(level)] +=
                        "M\(middle) \(SVGNumber.text(y))V\(SVGNumber.text(top + Double(end) * height))"
                }
            }
        }
        for level in strokes.indices {
            canvas.path(strokes[level], "heat heat-\(level)", strokeWidth: width + 0.2)
        }
        canvas.hatched(gaps)
        for hour in [0, 6, 12, 18, 24] {
            let y = top + Double(hour) / 24 * (bottom - top)
            canvas.text(hour < 10 ? "0\(hour):00" : "\(hour):00", left - 6, min(y + 4, bottom), .end)
            canvas.line(left - 4, y, left, y, "axis")
        }
        canvas.ticks(ticks, from: left, to: right, y: bottom)
        canvas.legend(
            [("up to \(strongest)", "heat-fill"), ("no data", "hatch")],
            x: left,
            y: 16
        )
        return canvas
    }
}
