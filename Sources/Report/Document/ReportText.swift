// Text of a report: runs that are plain, strong or code. What a run holds is never markup; that is what the renderers
// make of it.

/// A piece of text.
package struct ReportText: Equatable, Sendable {
    /// A part of a text in one form.
    package enum Run: Equatable, Sendable {
        /// Words without a form.
        case plain(String)
        /// What must not be overlooked.
        case strong(String)
        /// Names of files, digests, commands.
        case code(String)
    }

    /// The parts in order.
    package var runs: [Run]

    /// Makes a plain text.
    package init(_ plain: String) { runs = plain.isEmpty ? [] : [.plain(plain)] }

    /// Makes a text of parts.
    package init(runs: [Run]) { self.runs = runs }

    /// Makes a strong text.
    package static func strong(_ text: String) -> ReportText { ReportText(runs: [.strong(text)]) }

    /// Makes a text for names of files, digests and commands.
    package static func code(_ text: String) -> ReportText { ReportText(runs: [.code(text)]) }

    /// The text without its forms.
    package var plain: String {
        runs.map { run in
            switch run {
            case .plain(let text), .strong(let text), .code(let text): text
            }
        }.joined()
    }

    /// Tells whether there is nothing in it.
    package var isEmpty: Bool { runs.isEmpty }

    /// Puts one text behind another.
    package static func + (left: ReportText, right: ReportText) -> ReportText {
        ReportText(runs: left.runs + right.runs)
    }
}

extension ReportText: ExpressibleByStringInterpolation {
    /// Gathers runs; what is put in is plain unless it says otherwise.
    package struct StringInterpolation: StringInterpolationProtocol {
        var runs: [Run] = []

        /// Begins without a run.
        package init(literalCapacity: Int, interpolationCount: Int) {}

        private mutating func add(_ text: String) {
            guard !text.isEmpty else { return }
            if case .plain(let before) = runs.last {
                runs[runs.count - 1] = .plain(before + text)
            } else {
                runs.append(.plain(text))
            }
        }

        /// Adds what stands between the values, plain.
        package mutating func appendLiteral(_ literal: String) { add(literal) }
        /// Adds a value, plain.
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            add(value.description)
        }
        /// Adds a text with its forms.
        package mutating func appendInterpolation(_ text: ReportText) {
            for run in text.runs {
                if case .plain(let plain) = run { add(plain) } else { runs.append(run) }
            }
        }
        /// Adds a strong text.
        package mutating func appendInterpolation(strong text: String) { runs.append(.strong(text)) }
        /// Adds the name of a file, a digest or a command.
        package mutating func appendInterpolation(code text: String) { runs.append(.code(text)) }
    }

    /// Makes a plain text.
    package init(stringLiteral value: String) { self.init(value) }
    /// Makes a text of what was put together.
    package init(stringInterpolation: StringInterpolation) { runs = stringInterpolation.runs }
}
