// Does a row stand for data, or for none? The one rule for series, homes and documents. A house is never without any energy: that
// holds for what it uses, not for its exchange with the grid. How rows of several captures are merged is not told here, and what is
// open by a row alone is judged by the rows before it, in Analysis. See docs/precedence.md.

/// By what a row without energy is judged. One with energy is data, whoever asks.
package enum AbsenceRule: Equatable, Sendable {
    /// A row of a series, or of a home, whose devices have a say.
    case row
    /// A document as it is read, which marks rows and leaves none out: zeros of a row with a meter, and zeros behind the moment of
    /// its capture, are marked as what they look like; a row without any value is no zero.
    case document(isFuture: Bool)

    /// What a row stands for.
    package enum Verdict: Equatable, Sendable {
        case data, noData
        /// Zeros of an exchange that may rest: what lies around them tells.
        case open
    }

    /// The marks of a row that looked like no data when it was read.
    package static let absentMarks: Quality = [.zero, .beforeCommissioning]

    /// Tells what a row stands for.
    ///
    /// - Parameter othersReport: some device of the home reported in the same time.
    @inlinable package func verdict(_ signs: RowSigns, othersReport: Bool = false) -> Verdict {
        if signs.contains(.energy) { return .data }
        switch self {
        case .row:
            if !signs.isReported { return .noData }
            if othersReport { return .data }
            if signs.tellsLoad { return .noData }
            // Production alone may be a night, and so may export; a meter that was added later says nothing about before.
            return signs.contains(.reports(.imported)) ? .open : .data
        case .document(let isFuture): return !signs.hasMeter && !isFuture ? .data : .noData
        }
    }
}
