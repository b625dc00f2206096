// What a lifetime register showed.

/// A lifetime register at one time.
package struct RegisterReading: Equatable, Sendable {
    /// The device.
    package let device: Device
    /// Which part of the source said so, with the gateway where it names one.
    package let origin: GatewayOrigin
    /// When, seconds UTC.
    package let atUTCSeconds: Int64
    /// What it showed, kWh.
    package let energyKWh: Double

    /// Makes a reading.
    package init(device: Device, origin: String = "", atUTCSeconds: Int64, energyKWh: Double) {
        self.device = device
        self.origin = GatewayOrigin(origin)
        self.atUTCSeconds = atUTCSeconds
        self.energyKWh = energyKWh
    }
}
