// What was seen about a row when it was read. The row's numbers stay as the source gave them.

/// Marks on an interval row. Zero means that nothing was noticed.
package struct Quality: OptionSet, Hashable, Sendable {
    /// The bits as they stand in the lake's `quality` column.
    package let rawValue: Int32

    /// Makes a set from the lake's bits.
    package init(rawValue: Int32) { self.rawValue = rawValue }

    /// Every reported channel is 0 on a metered site: perhaps there were no data; that is judged in Analysis.
    package static let zero = Quality(rawValue: 1)
    /// The row repeats an averaged vector over a run: its energy is not the true one.
    package static let smear = Quality(rawValue: 2)
    /// All zero, before the first row of the site that is not.
    package static let beforeCommissioning = Quality(rawValue: 4)
    /// The interval starts at or after the moment at which the document was captured.
    package static let future = Quality(rawValue: 8)
    /// A channel is negative; kept, never clamped.
    package static let negative = Quality(rawValue: 16)
    /// A channel exceeds what the site can physically give; kept, never clamped.
    package static let implausible = Quality(rawValue: 32)
    /// `produced + imported + discharged` differs from `consumed + exported + charged`.
    package static let residual = Quality(rawValue: 64)
    /// Both import and export are above 0: they were not netted within the interval.
    package static let gross = Quality(rawValue: 128)
    /// All zero at local midnight between rows that are not.
    package static let midnightZero = Quality(rawValue: 256)
    /// A decimal number was rounded to whole Wh.
    package static let rounded = Quality(rawValue: 512)
    /// Charge and discharge were added up from powers read once a minute, not from a meter's registers.
    package static let integrated = Quality(rawValue: 1024)
    /// The device's clock was wrong: the row stands where a right one would have put it.
    package static let shifted = Quality(rawValue: 2048)

    /// All marks with their names, in the order of their bits.
    package static let names: [(Quality, String)] = [
        (.zero, "zero"), (.smear, "smear"), (.beforeCommissioning, "before_commissioning"),
        (.future, "future"), (.negative, "negative"), (.implausible, "implausible"),
        (.residual, "residual"), (.gross, "gross"), (.midnightZero, "midnight_zero"), (.rounded, "rounded"),
        (.integrated, "integrated"), (.shifted, "shifted"),
    ]

    /// The names of the marks in the set.
    package var names: [String] { Quality.names.filter { contains($0.0) }.map(\.1) }

    /// Tells whether the row looked like no data when it was read: it adds nothing and replaces nothing.
    ///
    /// An all-zero row of the future bears `zero` too; one with energy shows that the capture time is wrong.
    package var isAbsent: Bool {
        !isDisjoint(with: AbsenceRule.absentMarks)
    }
}
