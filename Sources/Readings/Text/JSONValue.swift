// JSON text with a fixed order of keys and a fixed form of numbers: equal values give equal bytes.

/// A JSON value.
package indirect enum JSONValue: Equatable, Sendable {
    case null
    case boolean(Bool)
    case integer(Int64)
    /// A number with a fixed count of decimals.
    case number(Double, decimals: Int)
    case text(String)
    case array([JSONValue])
    /// Members in the order in which they are written.
    case object([(String, JSONValue)])
    /// Text that is JSON already.
    case raw(String)

    package static func == (left: JSONValue, right: JSONValue) -> Bool { left.compact == right.compact }

    /// An integer or null.
    package static func optional(_ value: Int64?) -> JSONValue { value.map { .integer($0) } ?? .null }

    /// A text or null.
    package static func optional(_ value: String?) -> JSONValue { value.map { .text($0) } ?? .null }

    /// A number or null.
    package static func optional(_ value: Double?, decimals: Int) -> JSONValue {
        value.map { .number($0, decimals: decimals) } ?? .null
    }

    /// A number as it is: whole ones without decimals, others with as few as tell them apart; null where not finite.
    package static func plain(_ value: Double) -> JSONValue {
        guard value.isFinite else { return .null }
        return Int64(exactly: value).map { .integer($0) } ?? .raw("\(value)")
    }

    /// The value on one line.
    package var compact: String {
        var text = ""
        write(to: &text, indent: nil)
        return text
    }

    /// The value with a line per member, ended by a line feed.
    package var pretty: String {
        var text = ""
        write(to: &text, indent: 0)
        return text + "\n"
    }

    private func write(to text: inout String, indent: Int?) {
        switch self {
        case .null: text += "null"
        case .boolean(let value): text += value ? "true" : "false"
        case .integer(let value): text += String(value)
        case .number(let value, let decimals): text += JSONValue.fixed(value, decimals: decimals)
        case .text(let value): text += JSONValue.quoted(value)
        case .raw(let value): text += value
        case .array(let values):
            JSONValue.writeList(values, brackets: ("[", "]"), to: &text, indent: indent) {
                $1.write(to: &$0, indent: $2)
            }
        case .object(let members):
            JSONValue.writeList(members, brackets: ("{", "}"), to: &text, indent: indent) {
                text,
                member,
                inner in
                text += JSONValue.quoted(member.0) + (inner == nil ? ":" : ": ")
                member.1.write(to: &text, indent: inner)
            }
        }
    }

    private static func writeList<Element>(
        _ elements: [Element],
        brackets: (String, String),
        to text: inout String,
        indent: Int?,
        _ body: (inout String, Element, Int?) -> Void
    ) {
        text += brackets.0
        for (index, element) in elements.enumerated() {
            if index > 0 { text += "," }
            if let indent { text += "\n" + String(repeating: "  ", count: indent + 1) }
            body(&text, element, indent.map { $0 + 1 })
        }
        if let indent, !elements.isEmpty { text += "\n" + String(repeating: "  ", count: indent) }
        text += brackets.1
    }

    /// Returns a number with a fixed count of decimals, rounded half away from zero; a negative zero loses its sign.
    package static func fixed(_ value: Double, decimals: Int) -> String {
        guard value.isFinite else { return "null" }
        var factor = 1.0
        for _ in 0..<decimals { factor *= 10 }
        let scaled = (value * factor).rounded(.toNearestOrAwayFromZero)
        guard abs(scaled) < 9e15 else { return String(value) }
        let whole = Int64(scaled)
        let digits = String(whole.magnitude)
        guard decimals > 0 else { return String(whole) }
        let padded = String(repeating: "0", count: max(0, decimals + 1 - digits.count)) + digits
        return "\(whole < 0 ? "-" : "")\(padded.dropLast(decimals)).\(padded.suffix(decimals))"
    }

    private static func quoted(_ value: String) -> String {
        var text = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            default:
                if scalar.value < 32 || scalar.value == 127 {
                    let hex = String(scalar.value, radix: 16)
                    text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
                } else {
                    text.unicodeScalars.append(scalar)
                }
            }
        }
        return text + "\""
    }
}
