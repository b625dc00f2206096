// Which columns a device's intervals have, in which unit. Which quantities the lake keeps is said in DeviceReading.

/// A column of a device's intervals.
package enum DeviceColumn: Int, CaseIterable, Sendable {
    /// Energy of an inverter or meter, Wh.
    case energy
    /// Energy charged, Wh.
    case charged
    /// Energy discharged, Wh.
    case discharged
    /// State of charge, tenths of a percent.
    case stateOfCharge
    /// Delay of the report behind the interval's end, s.
    case delay

    /// The quantity of the lake.
    package var quantity: Quantity {
        switch self {
        case .energy: .energy
        case .charged: .charged
        case .discharged: .discharged
        case .stateOfCharge: .stateOfCharge
        case .delay: .reportingDelay
        }
    }

    /// Whole units of the column per unit of the quantity.
    package var scale: Double { self == .stateOfCharge ? 10 : 1 }
}
