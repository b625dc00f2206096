// Which inverter a row is about where the cloud names it by an id of its own. Which documents give both is Ingest's
// business.

import Readings

/// The serial numbers behind the cloud's own ids of inverters.
package enum InverterSerials {
    /// Returns devices' rows with serial numbers in the place of the cloud's own ids, as far as a document gives both.
    ///
    /// - Parameter states: what devices said of themselves; a note of `id …` names the cloud's own.
    package static func resolved(_ devices: [DeviceSeries], by states: [DeviceState]) -> [DeviceSeries] {
        var serials: [String: String] = [:]
        for state in states where state.device.kind == .inverter {
            guard let note = state.properties[.note], note.hasPrefix("id ") else { continue }
            serials[note] = state.device.serial
        }
        guard !serials.isEmpty else { return devices }
        return devices.map { series in
            guard let serial = serials[series.device.serial] else { return series }
            var named = DeviceSeries(
                device: Device(series.device.kind, serial),
                source: series.source,
                seconds: series.seconds
            )
            named.startUTCSeconds = series.startUTCSeconds
            named.columns = series.columns
            return named
        }
    }
}
