// The limits of a site's counters: by what its inverters can make, its rating, and its meters' phases, as far as these are
// known. How a limit is used stands in CounterContinuity.

import Readings

/// What each counter of a site can have counted.
struct CounterLimits {
    /// The greatest power of the array, W; nil where nothing tells it.
    private let arrayW: Double?
    private let inverterW: Double
    private var measurements: [String: String] = [:]
    private var phases: [String: Int] = [:]

    /// The largest microinverter sold, W, and the smallest that may stand beside one that was never seen in full sun.
    private static let largestInverterW = 640.0
    private static let smallestInverterW = 300.0
    /// The greatest power of one inverter that is possible, W.
    private static let possibleInverterW = 1_000.0
    /// Means of five minutes lie below the greatest power; ratings are of the inverters or of the modules.
    private static let inverterMargin = 1.1
    private static let ratingMargin = 1.25
    /// The greatest power of a battery, W; the largest of the vendor has 7,680.
    private static let batteryW = 15_000.0

    /// Gathers what is known of a site.
    init(_ readings: [DeviceReading], states: [DeviceState], installedW: Double?) {
        var inverters: Set<String> = []
        var greatest: Double?
        var reporting = 0.0
        for reading in readings {
            if reading.device.kind == .inverter, !reading.device.serial.isEmpty {
                inverters.insert(reading.device.serial)
                for quantity in [Quantity.maximumPower, .power] {
                    greatest = [greatest, reading.values[quantity]].compactMap { $0 }.max()
                }
            } else if reading.device.kind == .site {
                reporting = max(reporting, reading.values[.devicesReporting] ?? 0)
            }
        }
        for state in states where state.device.kind == .meter {
            if let measurement = state.properties[.measurement] {
                measurements[state.device.serial] = measurement
            }
            if let count = state.properties[.phases].flatMap({ Int($0) }) {
                phases[state.device.serial] = count
            }
        }
        let power =
            greatest.map { max($0, CounterLimits.smallestInverterW) } ?? CounterLimits.largestInverterW
        inverterW = power * CounterLimits.inverterMargin
        let count = max(Double(inverters.count), reporting)
        let known = [
            count > 0 ? count * power * CounterLimits.inverterMargin : nil,
            installedW.map { $0 * CounterLimits.ratingMargin },
        ].compactMap { $0 }.filter { $0 > 0 }
        arrayW = known.max()
    }

    /// Returns the limit of a counter.
    func limit(of device: Device, _ quantity: Quantity) -> CounterLimit {
        switch device.kind {
        case .inverter:
            return .sun(inverterW, possibleW: max(inverterW, CounterLimits.possibleInverterW))
        case .site:
            return arrayW.map { .sun($0, mayComeBack: true) }
                ?? .steady(CounterLimit.housePowerW, mayComeBack: true)
        case .battery, .acBattery: return .steady(CounterLimits.batteryW)
        default: break
        }
        let connection = CounterLimit.connectionW(phases: phases[device.serial])
        // A meter of production may measure an array beside this one: what is possible is what goes through it.
        if quantity == .lifetime, (measurements[device.serial] ?? device.serial) == "production", let arrayW {
            return .sun(arrayW, possibleW: max(arrayW, connection))
        }
        return .connection(connection)
    }
}
