// The days that the rules about losses remember, packed.

/// The rows of which the envelope is fitted, packed.
struct PackedFitDays: Codable, Equatable, Sendable {
    private var numbers: Packed<Int64>
    private var firsts: Packed<Int64>
    private var counts: Packed<UInt8>
    /// Bits: 1 normal, 2 left out.
    private var signs: Packed<UInt8>
    private var produced: Packed<UInt32>
    private let seconds: Int64

    init(_ days: [FitDay]) {
        numbers = Packed(days.map(\.number))
        firsts = Packed(days.map(\.first))
        counts = Packed(days.map { UInt8(clamping: $0.produced.count) })
        signs = Packed(days.map { ($0.isNormal ? 1 : 0) | ($0.isLeftOut ? 2 : 0) })
        produced = Packed(days.flatMap(\.produced))
        seconds = days.first?.seconds ?? 0
    }

    /// The days; fewer where the text is not whole.
    var days: [FitDay] {
        let values = produced.floats
        var place = 0
        var days: [FitDay] = []
        let count =
            [numbers.values.count, firsts.values.count, counts.values.count, signs.values.count].min() ?? 0
        for index in 0..<count {
            let end = place + Int(counts.values[index])
            guard end <= values.count else { break }
            days.append(
                FitDay(
                    number: numbers.values[index],
                    first: firsts.values[index],
                    seconds: seconds,
                    produced: Array(values[place..<end]),
                    isNormal: signs.values[index] & 1 != 0,
                    isLeftOut: signs.values[index] & 2 != 0
                )
            )
            place = end
        }
        return days
    }
}

/// Days against their clear sky, packed.
struct PackedMarks: Codable, Equatable, Sendable {
    private var numbers: Packed<Int64>
    private var spoiled: Packed<UInt8>
    private var values: Packed<UInt64>
    private var planes: Packed<UInt32>

    private static let fields = 10

    init(_ marks: [DayMark]) {
        numbers = Packed(marks.map(\.number))
        spoiled = Packed(marks.map { $0.isSpoiled ? 1 : 0 })
        values = Packed(
            marks.flatMap { mark in
                [
                    mark.level ?? .nan, mark.cover, mark.upper ?? .nan, mark.best ?? .nan, mark.peak ?? .nan,
                    mark.produced, mark.expected, mark.whole, mark.noonDegrees, mark.held,
                ] as [Double]
            }
        )
        planes = Packed(marks.flatMap { mark in (0..<PlaneSky.count).map { mark.planes[$0] } })
    }

    /// The days; none where the text is not whole.
    var marks: [DayMark] {
        let numbers = numbers.values
        let (values, floats, spoiled) = (values.doubles, planes.floats, spoiled.values)
        guard values.count == numbers.count * PackedMarks.fields, spoiled.count == numbers.count,
            floats.count == numbers.count * PlaneSky.count
        else { return [] }
        return numbers.indices.map { index in
            func value(_ field: Int) -> Double { values[index * PackedMarks.fields + field] }
            func known(_ field: Int) -> Double? { value(field).isNaN ? nil : value(field) }
            var mark = DayMark(number: numbers[index])
            mark.level = known(0)
            mark.cover = value(1)
            mark.upper = known(2)
            mark.best = known(3)
            mark.peak = known(4)
            mark.produced = value(5)
            mark.expected = value(6)
            mark.whole = value(7)
            mark.noonDegrees = value(8)
            mark.held = value(9)
            mark.isSpoiled = spoiled[index] != 0
            for plane in 0..<PlaneSky.count { mark.planes[plane] = floats[index * PlaneSky.count + plane] }
            return mark
        }
    }
}

/// Smooth rows, packed.
struct PackedRows: Codable, Equatable, Sendable {
    private var days: Packed<Int64>
    private var starts: Packed<Int64>
    private var shares: Packed<UInt32>

    init(_ rows: [PartRule.Row]) {
        days = Packed(rows.map(\.day))
        starts = Packed(rows.map(\.start))
        shares = Packed(rows.map(\.share))
    }

    /// The rows; none where the text is not whole.
    var rows: [PartRule.Row] {
        let floats = shares.floats
        guard days.values.count == floats.count, starts.values.count == floats.count else { return [] }
        return floats.indices.map {
            PartRule.Row(day: days.values[$0], start: starts.values[$0], share: floats[$0])
        }
    }
}

/// What a day was expected to give and gave, packed.
struct PackedExpectations: Codable, Equatable, Sendable {
    private var numbers: Packed<Int64>
    private var values: Packed<UInt64>

    init(_ days: [Expectation]) {
        numbers = Packed(days.map(\.number))
        values = Packed(days.flatMap { [$0.whole, $0.expected, $0.produced] })
    }

    /// The days; none where the text is not whole.
    var days: [Expectation] {
        let doubles = values.doubles
        guard doubles.count == 3 * numbers.values.count else { return [] }
        return numbers.values.enumerated().map { index, number in
            Expectation(
                number: number,
                whole: doubles[3 * index],
                expected: doubles[3 * index + 1],
                produced: doubles[3 * index + 2]
            )
        }
    }
}
