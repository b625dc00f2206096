// What the lists of a capture say of its devices as a whole: which were taken off, and which were never heard of.

import Readings

/// Devices that are listed and need not report.
struct GatewayDeviceLists {
    /// Serial numbers of devices that were deleted from the gateway.
    let retired: Set<String>
    /// Serial numbers of devices of which no list has ever a report.
    let neverHeard: Set<String>

    /// The state of a device that was deleted, in `inventory.json`. Other lists number their states otherwise.
    static let deletedState = "3"

    init(_ bodies: GatewayBodies) {
        var retired: Set<String> = []
        var heard: Set<String> = []
        var silent: Set<String> = []
        func take(_ serial: String?, _ time: JSONNode?) {
            guard let serial, let time else { return }
            if time.time == nil { silent.insert(serial) } else { heard.insert(serial) }
        }
        for group in bodies.inventory?.elements ?? JSONNode.none {
            for entry in group["devices"]?.elements ?? JSONNode.none {
                let serial = entry["serial_num"]?.text
                take(serial, entry["last_rpt_date"])
                if let serial, entry["admin_state"]?.text == GatewayDeviceLists.deletedState {
                    retired.insert(serial)
                }
            }
        }
        for entry in bodies["api/v1/production/inverters"]?.elements ?? JSONNode.none {
            take(entry["serialNumber"]?.text, entry["lastReportDate"])
        }
        self.retired = retired
        neverHeard = silent.subtracting(heard)
    }
}
