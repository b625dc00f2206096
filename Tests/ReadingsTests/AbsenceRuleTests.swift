// Which rows stand for data, case by case: the whole table of the one rule.

import Readings
import Testing

@Suite("absence")
struct AbsenceRuleTests {
    /// A row, what it shows, and the answer of each case: in a series; in a home of one channel, of several, of several with a
    /// device that reports; in a document, in one behind its capture.
    struct Line: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Production and consumption, Wh; nil where not reported.
        let produced: Int32?
        let consumed: Int32?
        let answers: [Bool]
    }

    static let rules: [(rule: AbsenceRule, othersReport: Bool)] = [
        (.series, false), (.home(isMetered: false), false), (.home(isMetered: true), false),
        (.home(isMetered: true), true), (.document(isFuture: false), false),
        (.document(isFuture: true), false),
    ]

    static let table = [
        Line(
            testDescription: "energy",
            produced: 5,
            consumed: nil,
            answers: [true, true, true, true, true, true]
        ),
        Line(
            testDescription: "energy of a meter",
            produced: 0,
            consumed: 5,
            answers: [true, true, true, true, true, true]
        ),
        Line(
            testDescription: "below zero",
            produced: -1,
            consumed: nil,
            answers: [true, true, true, true, true, true]
        ),
        Line(
            testDescription: "zero production alone",
            produced: 0,
            consumed: nil,
            answers: [true, true, false, true, true, false]
        ),
        Line(
            testDescription: "zeros with a meter",
            produced: 0,
            consumed: 0,
            answers: [false, true, false, true, false, false]
        ),
        Line(
            testDescription: "a meter's zero alone",
            produced: nil,
            consumed: 0,
            answers: [false, true, false, true, false, false]
        ),
        Line(
            testDescription: "no value",
            produced: nil,
            consumed: nil,
            answers: [false, false, false, false, true, false]
        ),
    ]

    @Test("a row stands for data or for none by what it holds and by who asks", arguments: table)
    func rows(line: Line) {
        var signs = RowSigns()
        signs.add(line.produced ?? ReadingColumns.missingWh, isProduction: true)
        signs.add(line.consumed ?? ReadingColumns.missingWh, isProduction: false)
        let answers = AbsenceRuleTests.rules.map { $0.rule.isData(signs, othersReport: $0.othersReport) }
        #expect(answers == line.answers)
    }

    @Test("of the marks of a row only those of absence say that it stands for no data")
    func marks() {
        for (mark, name) in Quality.names {
            #expect(mark.isAbsent == ["zero", "before_commissioning"].contains(name), "\(name)")
        }
        #expect(Quality([.future, .zero]).isAbsent && !Quality([]).isAbsent)
    }
}
