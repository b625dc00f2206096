// What is said of a meter's registers on bills that give no energy: by the import that reads them and by the list of bills alike.

/// Words for registers.
package enum RegisterWords {
    /// A register that went back, or up by too much, with what helps.
    package static func unknown(_ side: String, from opening: Double, to closing: Double) -> String {
        let way =
            closing < opening
            ? "went back from \(text(opening)) to \(text(closing)): a new meter?"
            : "went up from \(text(opening)) to \(text(closing)), more than a house can use: a new meter, or not in kWh?"
        return
            "the \(side) register \(way) add the energy, or the new meter's first read (\(side)_first_read)"
    }

    /// A register across whose bill the other one went back.
    package static func otherMeter(_ side: String) -> String {
        "the \(side) register is another meter's, too: add the energy, or the new meter's first read (\(side)_first_read)"
    }

    /// A read as it is printed.
    package static func text(_ read: Double) -> String { Int64(exactly: read).map { "\($0)" } ?? "\(read)" }
}
