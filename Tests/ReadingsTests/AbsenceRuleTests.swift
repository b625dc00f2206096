// Which rows stand for data, case by case: the whole table of the one rule.

import Readings
import Testing

@Suite("absence")
struct AbsenceRuleTests {
    /// A row, and the answer of each case: a row by itself; one in whose time a device reports; one of a document, and one behind
    /// the moment of its capture.
    struct Line: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What is reported, Wh, in the order of `Channel`; nil where nothing is.
        let values: [Int32?]
        let answers: [AbsenceRule.Verdict]
    }

    static let rules: [(rule: AbsenceRule, othersReport: Bool)] = [
        (.row, false), (.row, true), (.document(isFuture: false), false), (.document(isFuture: true), false),
    ]

    static let table = [
        Line(
            testDescription: "energy",
            values: [5, nil, nil, nil, nil, nil],
            answers: [.data, .data, .data, .data]
        ),
        Line(
            testDescription: "energy of a meter",
            values: [0, 5, nil, nil, nil, nil],
            answers: [.data, .data, .data, .data]
        ),
        Line(
            testDescription: "below zero",
            values: [-1, nil, nil, nil, nil, nil],
            answers: [.data, .data, .data, .data]
        ),
        Line(
            testDescription: "zero production alone may be a night",
            values: [0, nil, nil, nil, nil, nil],
            answers: [.data, .data, .data, .noData]
        ),
        Line(
            testDescription: "zero production and export may be a night",
            values: [0, nil, nil, 0, nil, nil],
            answers: [.data, .data, .noData, .noData]
        ),
        Line(
            testDescription: "zeros with consumption",
            values: [0, 0, 0, 0, nil, nil],
            answers: [.noData, .data, .noData, .noData]
        ),
        Line(
            testDescription: "zeros of consumption alone",
            values: [nil, 0, nil, nil, nil, nil],
            answers: [.noData, .data, .noData, .noData]
        ),
        Line(
            testDescription: "zeros of the exchange may be its rest",
            values: [0, nil, 0, 0, nil, nil],
            answers: [.open, .data, .noData, .noData]
        ),
        Line(
            testDescription: "zeros of import alone may be its rest",
            values: [nil, nil, 0, nil, nil, nil],
            answers: [.open, .data, .noData, .noData]
        ),
        Line(
            testDescription: "zeros of all from which consumption follows",
            values: [0, nil, 0, 0, 0, 0],
            answers: [.noData, .data, .noData, .noData]
        ),
        Line(
            testDescription: "no value",
            values: [nil, nil, nil, nil, nil, nil],
            answers: [.noData, .noData, .data, .noData]
        ),
    ]

    @Test("a row stands for data or for none by what it holds and by who asks", arguments: table)
    func rows(line: Line) {
        var signs = RowSigns()
        for (channel, value) in zip(Channel.allCases, line.values) {
            signs.add(value ?? ReadingColumns.missingWh, of: channel)
        }
        let answers = AbsenceRuleTests.rules.map { $0.rule.verdict(signs, othersReport: $0.othersReport) }
        #expect(answers == line.answers)
    }

    @Test("of the marks of a row only those of absence say that it looked like no data")
    func marks() {
        for (mark, name) in Quality.names {
            #expect(mark.isAbsent == ["zero", "before_commissioning"].contains(name), "\(name)")
        }
        #expect(Quality([.future, .zero]).isAbsent && !Quality([]).isAbsent)
    }
}
