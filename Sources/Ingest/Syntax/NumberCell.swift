// Numbers that people type into tables: with separators of thousands, a currency's sign, and a comma or a point before the decimals.

/// Reads typed numbers.
enum NumberCell {
    /// Returns the number with a point and without separators; nil where it cannot be told which mark is which.
    ///
    /// `1,033.50`, `1.033,50` and `1033,5` are told by their marks; `1,033` is a thousand, as utilities print it.
    static func plain(_ text: String) -> String? {
        let text = text.filter { !" $€£'\u{A0}\u{202F}".contains($0) }
        let commas = text.count { $0 == "," }
        guard commas > 0 else { return text }
        let points = text.count { $0 == "." }
        guard let comma = text.lastIndex(of: ",") else { return text }
        if points > 0 {
            guard let point = text.lastIndex(of: ".") else { return nil }
            if comma < point { return points == 1 ? text.replacing(",", with: "") : nil }
            return commas == 1 ? text.replacing(".", with: "").replacing(",", with: ".") : nil
        }
        let whole = text[..<comma].filter(\.isNumber)
        let isThousands =
            text[text.index(after: comma)...].count == 3 && whole != "0" && !whole.isEmpty
        if isThousands { return text.replacing(",", with: "") }
        return commas == 1 ? text.replacing(",", with: ".") : nil
    }

    /// Returns a number; nil where the text is none, or out of range.
    static func value(_ text: String) -> Double? {
        guard let plain = plain(text), let value = Double(plain), value.isFinite, abs(value) < 1e12 else {
            return nil
        }
        return value
    }
}
