// Numbers that a device reported, each with the time at which it was measured.

/// A physical quantity of a device reading; the raw value names it with its unit, as in the lake.
package enum Quantity: String, CaseIterable, Sendable, Codable {
    // The order is that of the lake's columns: new ones go to the end.

    /// Active power, W. Meters: into the house or from the array above 0; batteries: discharging above 0.
    case power = "power_w"
    /// The greatest active power ever reported, W.
    case maximumPower = "power_max_w"
    /// Apparent power, VA.
    case apparentPower = "apparent_power_va"
    /// Reactive power, var.
    case reactivePower = "reactive_power_var"
    /// Power factor, -1 to 1.
    case powerFactor = "power_factor"
    /// Energy of the reading's own interval, Wh.
    case energy = "energy_wh"
    /// Energy charged in the reading's own interval, Wh.
    case charged = "charged_wh"
    /// Energy discharged in the reading's own interval, Wh.
    case discharged = "discharged_wh"
    /// Lifetime register, as the device counts, Wh: produced, delivered by the grid (import), or discharged.
    case lifetime = "lifetime_wh"
    /// Lifetime register of the other direction, Wh: night draw, export, or charged.
    case lifetimeReceived = "lifetime_received_wh"
    /// State of charge, percent.
    case stateOfCharge = "soc_pct"
    /// State of health, percent.
    case stateOfHealth = "soh_pct"
    /// Energy that can still be taken out, Wh.
    case available = "available_wh"
    /// Capacity, Wh.
    case capacity = "capacity_wh"
    /// Charge cycles so far.
    case cycles = "cycle_count"
    /// Temperature, °C.
    case temperature = "temperature_c"
    /// Temperature of the hottest cell, °C.
    case maximumCellTemperature = "cell_temperature_max_c"
    /// AC voltage, V; of a multi-phase meter the sum of its phases.
    case voltage = "voltage_v"
    /// AC current, A.
    case current = "current_a"
    /// Frequency, Hz.
    case frequency = "frequency_hz"
    /// DC voltage, V.
    case dcVoltage = "dc_voltage_v"
    /// DC current, A.
    case dcCurrent = "dc_current_a"
    /// Rated power, W.
    case ratedPower = "rated_power_w"
    /// Devices that reported, of a group.
    case devicesReporting = "devices_reporting"
    /// How long after the interval's end the reading arrived, s.
    case reportingDelay = "reporting_delay_s"
}

/// What a device reported for one instant or one interval.
package struct DeviceReading: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// The start of the interval, or the instant, in seconds UTC: the device's own time, not that of fetching.
    package let startUTCSeconds: Int64
    /// The interval's length; 0 for an instant.
    package let seconds: Int32
    /// Which part of the source said so, as `ivp/meters/readings`; parts are kept apart.
    package let origin: String
    /// The numbers; what is not in here was not reported.
    package var values: [Quantity: Double]

    /// Makes a reading.
    package init(
        _ device: Device,
        startUTCSeconds: Int64,
        seconds: Int32 = 0,
        origin: String,
        values: [Quantity: Double]
    ) {
        self.device = device
        self.startUTCSeconds = startUTCSeconds
        self.seconds = seconds
        self.origin = origin
        self.values = values
    }
}
