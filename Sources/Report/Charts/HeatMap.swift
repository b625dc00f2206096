// A year of intervals: days from left to right, times of the day from top to bottom, time without data hatched. How
// levels come from energies stands in IntervalMap.

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

    /// Draws the chart.
    func canvas(_ id: String) -> SVGCanvas {
        let plot = Plot(
            left: Plot.axisRoom,
            right: SVGCanvas.width - Plot.margin,
            top: 34,
            bottom: 274
        )
        var canvas = SVGCanvas(id: id, height: plot.bottom + Plot.tickRoom)
        canvas.rectangle(plot.box, .field)
        drawCells(in: plot, on: &canvas)
        for hour in [0, 6, 12, 18, 24] {
            let y = plot.y(row: Double(hour), of: 24)
            let text = hour < 10 ? "0\(hour):00" : "\(hour):00"
            canvas.text(text, x: plot.left - 6, y: min(y + 4, plot.bottom), anchor: .end)
            canvas.line(x: plot.left - 4...plot.left, y: y, .axis)
        }
        canvas.ticks(ticks, under: plot)
        canvas.legend([("up to \(strongest)", .heatFill), ("no data", .noData)], over: plot)
        return canvas
    }

    /// Draws one shape a level: runs of equal cells of a day are one stroke.
    private func drawCells(in plot: Plot, on canvas: inout SVGCanvas) {
        let width = plot.columnWidth(of: dayCount)
        var strokes = [String](repeating: "", count: Int(HeatMap.levels))
        var gaps: [Box] = []
        for day in 0..<dayCount {
            let x = plot.x(column: Double(day), of: dayCount)
            let middle = SVGNumber.text(x + width / 2)
            for run in runs(of: day) {
                let y = plot.y(row: Double(run.slots.lowerBound), of: slotsPerDay)
                if run.level == HeatMap.gap {
                    // Days that are missing whole grow into one surface.
                    if run.slots.count == slotsPerDay, let last = gaps.last, last.y == plot.top,
                        last.height == plot.height, abs(last.x + last.width - x) < 0.01
                    {
                        gaps[gaps.count - 1].width += width
                    } else {
                        let height = Double(run.slots.count) * plot.rowHeight(of: slotsPerDay)
                        gaps.append(Box(x: x, y: y, width: max(width, 0.8), height: height))
                    }
                } else if run.level > 0 && run.level < HeatMap.levels {
                    let end = plot.y(row: Double(run.slots.upperBound), of: slotsPerDay)
                    strokes[Int(run.level)] += "M\(middle) \(SVGNumber.text(y))V\(SVGNumber.text(end))"
                }
            }
        }
        for level in strokes.indices {
            canvas.path(strokes[level], .heat(level), strokeWidth: width + 0.2)
        }
        canvas.hatched(gaps)
    }

    /// The runs of equal cells of a day, from its first interval on.
    private func runs(of day: Int) -> [(level: UInt8, slots: Range<Int>)] {
        var runs: [(level: UInt8, slots: Range<Int>)] = []
        let first = day * slotsPerDay
        for slot in 0..<slotsPerDay {
            let level = cells[first + slot]
            if let last = runs.last, last.level == level {
                runs[runs.count - 1].slots = last.slots.lowerBound..<slot + 1
            } else {
                runs.append((level, slot..<slot + 1))
            }
        }
        return runs
    }
}
