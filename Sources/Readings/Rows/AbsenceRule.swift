// Does a row stand for data, or for none? The one rule for series, homes and documents; what they see differently are its
// cases. How rows of several captures are merged is not told here. See docs/precedence.md.

/// By what a row without energy is judged. One with energy is data, whoever asks.
package enum AbsenceRule: Equatable, Sendable {
    /// A series, row by row: zeros of a row with a meter stand for no data. A meter that was added later says nothing about
    /// the time before it, and zeros of production alone may be a night.
    case series
    /// A home on its grid, whose devices have a say: zeros of a metered site stand for no data unless a device reported.
    case home(isMetered: Bool)
    /// A document as it is read, which marks rows and leaves none out: as in a series, and zeros behind the moment of its
    /// capture stand for no data either; a row without any value is no zero.
    case document(isFuture: Bool)

    /// The marks of a row that was judged to stand for no data when it was read.
    package static let absentMarks: Quality = [.zero, .beforeCommissioning]

    /// Tells whether a row stands for data.
    ///
    /// - Parameter othersReport: some device of the home reported in the same time; only a home asks for it.
    @inlinable package func isData(_ signs: RowSigns, othersReport: Bool = false) -> Bool {
        if signs.contains(.energy) { return true }
        let isReported = signs.contains(.reported)
        switch self {
        case .series: return isReported && !signs.contains(.meter)
        case .home(let isMetered): return isReported && (!isMetered || othersReport)
        case .document(let isFuture): return !signs.contains(.meter) && !isFuture
        }
    }
}
