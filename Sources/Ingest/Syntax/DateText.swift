// Dates as people and utilities print them, with what each may mean where day and month could be exchanged. Which of the two
// a file means is told by DayOrder.

import Readings

/// A printed date.
struct DateText: Equatable {
    /// The order of day and month.
    typealias Order = EnlightenOptions.DateOrder

    /// The day if the month comes first, days since 1970-01-01; nil where that is no date.
    let monthFirst: Int64?
    /// The day if the day comes first.
    let dayFirst: Int64?

    /// Tells whether it means another day, or none, in the other order.
    var dependsOnOrder: Bool { monthFirst != dayFirst }

    /// Returns the day in an order; nil where that is no date.
    func day(_ order: Order) -> Int64? { order == .mdy ? monthFirst : dayFirst }

    /// Parses `2025-03-11`, `20250311`, `3/11/2025`, `11.03.2025`, `11-03-25`, `11 Mar 2025`, `March 11, 2025`.
    ///
    /// - Returns: nil where the text is a date in no order.
    init?(_ text: String) {
        guard text.utf8.count <= 40 else { return nil }
        if text.utf8.count == 8, let number = DateText.number(text[...], 8) {
            self.init(year: number / 10_000, number / 100 % 100, number % 100, isFixed: true)
            return
        }
        var parts = text.split { " ,/.-".contains($0) }.filter { !DateText.fillers.contains($0.lowercased()) }
        guard parts.count == 3, DateText.hasPlainSeparators(text) else { return nil }
        if let place = parts.firstIndex(where: { $0.contains(where: \.isLetter) }) {
            guard let month = DateText.month(parts[place]), place < 2 else { return nil }
            parts.remove(at: place)
            if parts[0].count == 4 { parts.swapAt(0, 1) }
            guard let day = DateText.number(parts[0], 2), let year = DateText.year(parts[1]) else {
                return nil
            }
            self.init(year: year, month, day, isFixed: true)
            return
        }
        if parts[0].utf8.count == 4 {
            guard let year = DateText.year(parts[0]), let month = DateText.number(parts[1], 2),
                let day = DateText.number(parts[2], 2)
            else { return nil }
            self.init(year: year, month, day, isFixed: true)
            return
        }
        guard let first = DateText.number(parts[0], 2), let second = DateText.number(parts[1], 2),
            let year = DateText.year(parts[2])
        else { return nil }
        self.init(year: year, first, second, isFixed: false)
    }

    /// - Parameter isFixed: the month is known to come first.
    private init?(year: Int, _ first: Int, _ second: Int, isFixed: Bool) {
        guard (2000...2199).contains(year) else { return nil }
        let plain = CivilDate(year: year, month: first, day: second)?.daysSince1970
        let turned = isFixed ? plain : CivilDate(year: year, month: second, day: first)?.daysSince1970
        guard plain != nil || turned != nil else { return nil }
        (monthFirst, dayFirst) = (plain, turned)
    }

    // MARK: Parts

    /// Words between the parts of a date.
    private static let fillers: Set<String> = ["de", "del", "of", "the"]

    /// Names of months by how they begin, in English, German, French, Spanish, Italian, Portuguese and Dutch.
    private static let months: [[String]] = [
        ["jan", "gen", "ene"], ["feb", "fev", "fév"], ["mar", "mär", "maa", "mrt"], ["apr", "abr", "avr"],
        ["may", "mai", "mei", "maj", "mag"], ["jun", "juin", "giu"], ["jul", "juil", "lug"],
        ["aug", "aou", "aoû", "ago"], ["sep", "set"], ["oct", "okt", "ott", "out"], ["nov"],
        ["dec", "déc", "dez", "dic"],
    ]

    private static func month(_ text: Substring) -> Int? {
        let name = text.lowercased()
        guard name.count >= 3, name.allSatisfy(\.isLetter) else { return nil }
        return months.firstIndex { $0.contains { name.hasPrefix($0) } }.map { $0 + 1 }
    }

    /// Separators stand alone, but for a space behind a dot or a comma, and a dot at the end.
    private static func hasPlainSeparators(_ text: String) -> Bool {
        let marks = text.replacing(", ", with: " ").replacing(". ", with: ".")
        return zip(marks, marks.dropFirst()).allSatisfy { !("/.-".contains($0) && "/.-".contains($1)) }
            && !(marks.first.map { " /.-,".contains($0) } ?? true)
    }

    private static func year(_ text: Substring) -> Int? {
        guard text.utf8.count == 2 || text.utf8.count == 4, let number = number(text, 4) else { return nil }
        return text.utf8.count == 2 ? 2000 + number : number
    }

    private static func number(_ text: Substring, _ mostDigits: Int) -> Int? {
        guard !text.isEmpty, text.utf8.count <= mostDigits, text.utf8.allSatisfy({ (48...57).contains($0) })
        else { return nil }
        return Int(text)
    }
}
