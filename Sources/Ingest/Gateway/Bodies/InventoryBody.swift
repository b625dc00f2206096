// inventory.json: the devices that the gateway knows, with their flags. Numbers are text in it.

import Readings

/// Reads the list of devices.
enum GatewayInventoryBody {
    static func read(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        for group in bodies.inventory?.elements ?? JSONNode.none {
            let kind: DeviceKind =
                switch group["type"]?.string {
                case "PCU": .inverter
                case "ACB": .acBattery
                case "NSRB": .relay
                case "ESUB", "ENCHARGE": .battery
                default: .other
                }
            for entry in group["devices"]?.elements ?? JSONNode.none {
                guard let serial = entry["serial_num"]?.text else { continue }
                device(Device(kind, serial), entry, into: &observation)
            }
        }
    }

    private static func device(
        _ device: Device,
        _ entry: JSONNode,
        into observation: inout GatewayObservation
    ) {
        let report = entry["last_rpt_date"]?.time
        observation.state(
            device,
            origin: "inventory.json",
            lastReport: report,
            [
                .state: entry["admin_state"]?.text,
                .flags: entry["device_status"]?.elements.compactMap(\.string).joined(separator: " "),
                .firmware: entry["img_pnum_running"]?.text, .model: entry["part_num"]?.text,
                .communicating: entry["communicating"]?.looseBoolean.map { "\($0)" },
                .producing: entry["producing"]?.looseBoolean.map { "\($0)" },
                .relayActual: entry["relay"]?.text, .mode: entry["charge_status"]?.text,
                .errorCode: entry["reason_code"]?.text, .errorText: entry["reason"]?.text,
            ]
        )
        observation.read(
            device,
            at: report,
            origin: "inventory.json",
            [
                .stateOfCharge: entry["percentFull"]?.looseDouble,
                .maximumCellTemperature: entry["maxCellTemp"]?.looseDouble,
            ]
        )
    }
}
