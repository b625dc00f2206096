// Text of a report: runs that are plain, strong or code. What a run holds is never markup.

/// A piece of text.
package struct ReportText: Equatable, Sendable {
    /// A part of a text in one form.
    package enum Run: Equatable, Sendable {
        case plain(String)
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

    package static func + (left: ReportText, right: ReportText) -> ReportText {
        ReportText(runs: left.runs + right.runs)
    }
}

extension ReportText: ExpressibleByStringInterpolation {
    /// Gathers runs; what is put in is plain unless it says otherwise.
    package struct StringInterpolation: StringInterpolationProtocol {
        var runs: [Run] = []

        package init(literalCapacity: Int, interpolationCount: Int) {}

        private mutating func add(_ text: String) {
            guard !text.isEmpty else { return }
            if case .plain(let before) = runs.last {
                runs[runs.count - 1] = .plain(before + text)
            } else {
                runs.append(.plain(text))
            }
        }

        package mutating func appendLiteral(_ literal: String) { add(literal) }
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            add(value.description)
        }
        package mutating func appendInterpolation(_ text: ReportText) {
            for run in text.runs {
                if case .plain(let plain) = run { add(plain) } else { runs.append(run) }
            }
        }
        package mutating func appendInterpolation(strong text: String) { runs.append(.strong(text)) }
        package mutating func appendInterpolation(code text: String) { runs.append(.code(text)) }
    }

    package init(stringLiteral value: String) { self.init(value) }
    package init(stringInterpolation: StringInterpolation) { runs = stringInterpolation.runs }
}
