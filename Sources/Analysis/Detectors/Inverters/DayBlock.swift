// One day of all inverters side by side, so that a slot's reports lie together.

import Readings

/// The output of all inverters in the lit slots of one day, slot by slot.
struct DayBlock {
    private let width: Int
    private(set) var values: [Float] = []

    init(width: Int) { self.width = width }

    /// Takes the slots; a missing report is -1.
    mutating func fill(_ inverters: [DeviceSlots], _ slots: [Int]) {
        values = [Float](repeating: -1, count: slots.count * width)
        values.withUnsafeMutableBufferPointer { values in
            for (column, inverter) in inverters.enumerated() {
                inverter.energyWh.withUnsafeBufferPointer { energies in
                    for (row, slot) in slots.enumerated() where energies[slot] != HomeColumns.missing {
                        values[row * width + column] = Float(energies[slot])
                    }
                }
            }
        }
    }
}
