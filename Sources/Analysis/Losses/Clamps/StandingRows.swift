// Rows in which a meter of the exchange stands still: it repeats what it measured last, by night what it measured by day. They say
// nothing of its sign. Whether it is told as such is the business of the stale detector.

extension LossDay {
    /// Hours that a value must be repeated, and rows; how far repeats may differ, Wh.
    private static let standingHours = 2.0
    private static let standingRows = 6
    private static let flickerWh = 1.0

    /// The day with the exchange of such rows unknown.
    ///
    /// - Parameter noise: exchange below is none, Wh of a row: a home at rest repeats it.
    func withoutStandingExchange(noise: Double) -> LossDay {
        let needed = max(LossDay.standingRows, Int((LossDay.standingHours / hours).rounded(.up)))
        var result = self
        var first = 0
        for row in 0...starts.count {
            if row < starts.count, row > first, repeats(row, first) { continue }
            if row - first >= needed, imported[first] + exported[first] > noise {
                for standing in first..<row {
                    result.imported[standing] = .nan
                    result.exported[standing] = .nan
                }
            }
            first = row
        }
        return result
    }

    private func repeats(_ row: Int, _ first: Int) -> Bool {
        (imported[row] - imported[first]).magnitude <= LossDay.flickerWh
            && (exported[row] - exported[first]).magnitude <= LossDay.flickerWh
    }
}
