// Which of day and month comes first in a list of bills: told by dates that are none in one order, then by the lengths of the
// bills, then by whether each begins where the one before ends. Where nothing decides nobody guesses.

import Readings

/// Tells the order of day and month in bills.
package enum BillDates {
    /// Days that a bill has as a rule: from the shortest month cut short to a quarter and a bit.
    private static let usualDays: ClosedRange<Int64> = 20...100

    /// A bill's dates as they are written.
    struct Pair {
        let start: DateText
        let end: DateText
    }

    /// What was told.
    enum Outcome: Equatable {
        /// All dates mean the same in either order.
        case plain
        /// The order, and by what.
        case told(DateText.Order, reason: String)
        /// Both orders are possible.
        case open
        /// Neither is.
        case impossible
    }

    /// Tells the order from all bills of a file.
    static func order(_ pairs: [Pair]) -> Outcome {
        guard pairs.contains(where: { $0.start.dependsOnOrder || $0.end.dependsOnOrder }) else {
            return .plain
        }
        let trials = [DateText.Order.mdy, .dmy].compactMap { Trial(pairs, $0) }
        guard let first = trials.first else { return .impossible }
        guard trials.count > 1 else { return .told(first.order, reason: "the other order gives no dates") }
        let second = trials[1]
        for (one, other) in [(first, second), (second, first)] {
            if one.usual * 2 >= pairs.count, one.usual > 0, other.usual == 0 {
                return .told(one.order, reason: one.words)
            }
            if one.usual == pairs.count, other.usual < pairs.count {
                return .told(one.order, reason: one.words)
            }
        }
        for (one, other) in [(first, second), (second, first)]
        where one.usual == pairs.count && pairs.count > 1 && one.isContiguous && !other.isContiguous {
            return .told(one.order, reason: "each bill then begins where the one before ends")
        }
        return .open
    }

    /// Reads the two dates of one bill.
    ///
    /// - Parameter stated: the order where the owner says it.
    /// - Returns: nil where one is no date, or where both orders are possible and nothing decides.
    package static func days(
        start: String,
        end: String,
        stated: EnlightenOptions.DateOrder?
    ) -> (start: CivilDate, end: CivilDate)? {
        guard let first = DateText(start), let last = DateText(end) else { return nil }
        let order: DateText.Order?
        switch BillDates.order([Pair(start: first, end: last)]) {
        case .plain: order = .mdy
        case .told(let told, _): order = stated ?? told
        case .open, .impossible: order = stated
        }
        guard let order else { return nil }
        guard let from = first.day(order), let to = last.day(order) else { return nil }
        return (CivilDate(daysSince1970: from), CivilDate(daysSince1970: to))
    }

    /// The bills in one order; nil where that gives no dates, or bills that end before they start.
    private struct Trial {
        let order: DateText.Order
        let lengths: [Int64]
        let isContiguous: Bool

        init?(_ pairs: [Pair], _ order: DateText.Order) {
            var spans: [(start: Int64, end: Int64)] = []
            for pair in pairs {
                guard let start = pair.start.day(order), let end = pair.end.day(order), end > start else {
                    return nil
                }
                spans.append((start, end))
            }
            self.order = order
            lengths = spans.map { $0.end - $0.start }
            spans.sort { $0 < $1 }
            isContiguous = zip(spans, spans.dropFirst()).allSatisfy {
                $1.start == $0.end || $1.start == $0.end + 1
            }
        }

        var usual: Int { lengths.count { usualDays.contains($0) } }

        var words: String {
            let (least, most) = (lengths.min() ?? 0, lengths.max() ?? 0)
            let days = least == most ? "\(least)" : "\(least) to \(most)"
            return "the bills then have \(days) days"
        }
    }
}

extension EnlightenOptions.DateOrder {
    /// What comes first, in words.
    var words: String { self == .dmy ? "with the day first" : "with the month first" }
}
