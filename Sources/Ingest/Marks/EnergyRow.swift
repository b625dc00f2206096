// The energies of one row.

/// The energies of one row by channel, Wh; two places are unused.
typealias EnergyRow = SIMD8<Int32>
