// The columns of one device on a home's grid. How rows get there is said in HomeColumns.

/// The dense columns of one device; one element a slot.
package struct DeviceSlots: Sendable {
    /// The serial number.
    package let serial: String
    /// Energy in Wh of an inverter; empty for a battery.
    package var energyWh: [Int32] = []
    /// Energy charged in Wh; empty for an inverter.
    package var chargedWh: [Int32] = []
    /// Energy discharged in Wh; empty for an inverter.
    package var dischargedWh: [Int32] = []
    /// State of charge in tenths of a percent; empty for an inverter.
    package var socTenths: [Int32] = []
    /// The slots from the first to the last with a value.
    package var known: Range<Int> = 0..<0
}
