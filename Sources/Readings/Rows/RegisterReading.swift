// What a lifetime register showed.

/// A lifetime register at one time.
package struct RegisterReading: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// When, seconds UTC.
    package let atUTCSeconds: Int64
    /// What it showed, kWh.
    package let energyKWh: Double

    /// Makes a reading.
    package init(device: Device, atUTCSeconds: Int64, energyKWh: Double) {
        self.device = device
        self.atUTCSeconds = atUTCSeconds
        self.energyKWh = energyKWh
    }
}
