// A number as programs write it for people: groups of three digits, commas for points. Only what can mean one thing is taken.

/// A number in a field of a report that some program has written again.
enum WrittenNumber: Equatable {
    /// A number as reports have it.
    case plain([UInt8])
    /// A number with decimals, a point before them.
    case decimal([UInt8])
    /// A number that can mean two things, or one of which digits are lost.
    case doubtful
    /// No number.
    case none

    private static let comma = UInt8(ascii: ",")
    private static let point = UInt8(ascii: ".")

    /// Reads a field.
    ///
    /// - Parameter hasCommas: fields are separated by commas, so that a comma inside one groups thousands.
    init(_ text: [UInt8], hasCommas: Bool) {
        let isNegative = text.first == UInt8(ascii: "-")
        let digits = isNegative ? Array(text.dropFirst()) : text
        if digits.isEmpty || digits.allSatisfy({ $0 &- 48 < 10 }) {
            self = .plain(text)
            return
        }
        if WrittenNumber.isScientific(digits) {
            self = .doubtful
            return
        }
        guard digits.first.map({ $0 &- 48 < 10 }) ?? false,
            digits.last.map({ $0 &- 48 < 10 || $0 == 46 }) ?? false,
            digits.allSatisfy({ $0 &- 48 < 10 || [32, 39, 44, 46].contains($0) })
        else {
            self = .none
            return
        }
        let marks = digits.filter { $0 &- 48 >= 10 }
        let sign: [UInt8] = isNegative ? [UInt8(ascii: "-")] : []
        // The last mark stands before decimals where it is a point or a comma, stands once, and is not the mark of groups.
        let last = marks[marks.count - 1]
        let isAlone =
            marks.count { $0 == last } == 1 && (last == WrittenNumber.comma || last == WrittenNumber.point)
        let isGroup =
            marks.count > 1 && !isAlone || last == 32 || last == 39
            || hasCommas && last == WrittenNumber.comma
        if isGroup {
            self = WrittenNumber.whole(digits, mark: last).map { .plain(sign + $0) } ?? .none
            return
        }
        let parts = digits.split(separator: last, omittingEmptySubsequences: false).map(Array.init)
        guard parts.count == 2,
            let whole = marks.count > 1 ? WrittenNumber.whole(parts[0], mark: marks[0]) : parts[0]
        else {
            self = .none
            return
        }
        // `1,234` is a thousand and more here, and little more than one there.
        let isEither =
            !hasCommas && marks.count == 1 && parts[1].count == 3 && (1...3).contains(whole.count)
            && whole.first != UInt8(ascii: "0")
        self = isEither ? .doubtful : .decimal(sign + whole + [WrittenNumber.point] + parts[1])
    }

    /// Returns the digits of groups of three; nil where the groups are not of three.
    private static func whole(_ digits: [UInt8], mark: UInt8) -> [UInt8]? {
        let groups = digits.split(separator: mark, omittingEmptySubsequences: false)
        guard let first = groups.first, (1...3).contains(first.count),
            groups.dropFirst().allSatisfy({ $0.count == 3 }),
            groups.allSatisfy({ $0.allSatisfy { $0 &- 48 < 10 } })
        else { return nil }
        return Array(groups.joined())
    }

    /// Tells whether a text is a number like `1.23E+05`, of which digits are lost.
    static func isScientific(_ text: some Collection<UInt8>) -> Bool {
        let parts = text.split(omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        guard parts.count == 2, let first = parts.first, let power = parts.last, !power.isEmpty else {
            return false
        }
        return !first.isEmpty && first.allSatisfy { $0 &- 48 < 10 || [44, 45, 46].contains($0) }
            && power.contains { $0 &- 48 < 10 } && power.allSatisfy { $0 &- 48 < 10 || $0 == 43 || $0 == 45 }
    }
}
