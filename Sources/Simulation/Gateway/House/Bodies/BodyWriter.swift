// JSON as the gateway writes it, put together quickly: a played week has ten thousand times seven thousand bytes. Not for
// values from outside: names and texts are written as they are.

/// A body in the making.
struct BodyWriter {
    private(set) var text = ""
    private let isSpaced: Bool
    private var depth = 0
    private var isFirst = true

    private static let indents = (0..<12).map { "\n" + String(repeating: "    ", count: $0) }

    /// Starts a body.
    ///
    /// - Parameter isSpaced: with a line per member, as bodies below `ivp` are; those of the local pages are not.
    init(isSpaced: Bool = true) {
        self.isSpaced = isSpaced
        text.reserveCapacity(8_192)
    }

    /// The body.
    var bytes: [UInt8] { Array((isSpaced ? text + "\n" : text).utf8) }

    private mutating func begin(_ name: String?) {
        if !isFirst { text += "," }
        isFirst = false
        if isSpaced { text += BodyWriter.indents[depth] }
        guard let name else { return }
        text += "\""
        text += name
        text += isSpaced ? "\": " : "\":"
    }

    /// Opens an object.
    mutating func open(_ name: String? = nil) { open(name, bracket: "{") }
    /// Opens a list.
    mutating func openList(_ name: String? = nil) { open(name, bracket: "[") }
    /// Closes an object.
    mutating func close() { close(bracket: "}") }
    /// Closes a list.
    mutating func closeList() { close(bracket: "]") }

    private mutating func open(_ name: String?, bracket: String) {
        if depth > 0 { begin(name) }
        text += bracket
        depth += 1
        isFirst = true
    }

    private mutating func close(bracket: String) {
        depth -= 1
        if isSpaced, !isFirst { text += BodyWriter.indents[depth] }
        text += bracket
        isFirst = false
    }

    /// Writes a whole number.
    mutating func put(_ name: String, _ value: Int64) {
        begin(name)
        text += String(value)
    }

    /// Writes a number that is given in thousandths, with three decimals.
    mutating func put(_ name: String, thousandths value: Int64) {
        begin(name)
        if value < 0 { text += "-" }
        let size = value.magnitude
        let rest = size % 1000
        text += String(size / 1000)
        text += rest < 10 ? ".00" : rest < 100 ? ".0" : "."
        text += String(rest)
    }

    /// Writes a text.
    mutating func put(_ name: String, _ value: String) {
        begin(name)
        text += "\""
        text += value
        text += "\""
    }

    /// Writes true or false.
    mutating func put(_ name: String, _ value: Bool) {
        begin(name)
        text += value ? "true" : "false"
    }

    /// Writes what is JSON already.
    mutating func put(_ name: String?, raw value: String) {
        begin(name)
        text += value
    }

    /// Writes a list of texts.
    mutating func put(_ name: String, texts: [String]) {
        openList(name)
        for value in texts { put(nil, raw: "\"\(value)\"") }
        closeList()
    }
}
