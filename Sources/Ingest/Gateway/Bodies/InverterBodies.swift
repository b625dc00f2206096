// Inverters: their last reports, and the detailed device data of newer firmware.

import Readings

/// Reads the bodies of inverters.
enum GatewayInverterBodies {
    /// A unit whose last report is older than this is silent, whatever time of day it is.
    private static let silentSeconds: Int64 = 7 * 86_400

    static func read(_ bodies: GatewayBodies, into observation: inout GatewayObservation) {
        let lists = GatewayDeviceLists(bodies)
        lastReports(bodies, lists, into: &observation)
        deviceData(bodies, lists, into: &observation)
    }

    private static func kind(ofType type: Int64?) -> DeviceKind { type == 11 ? .acBattery : .inverter }

    private static func lastReports(
        _ bodies: GatewayBodies,
        _ lists: GatewayDeviceLists,
        into observation: inout GatewayObservation
    ) {
        let list = bodies["api/v1/production/inverters"]?.elements ?? JSONNode.none
        let newest = list.compactMap { $0["lastReportDate"]?.time }.max()
        for entry in list {
            guard let serial = entry["serialNumber"]?.text else { continue }
            // A time of 0 belongs to a unit that was never heard of.
            guard let time = entry["lastReportDate"]?.time else {
                observation.count("inverters that never reported")
                continue
            }
            let device = Device(kind(ofType: entry["devType"]?.int64), serial)
            observation.read(
                device,
                at: time,
                origin: "api/v1/production/inverters",
                [.power: entry["lastReportWatts"]?.double, .maximumPower: entry["maxReportWatts"]?.double]
            )
            observation.state(device, origin: "api/v1/production/inverters", lastReport: time, [:])
            if let newest, newest - time > silentSeconds, !lists.retired.contains(serial) {
                observation.event(
                    .deviceSilent,
                    device,
                    from: time,
                    origin: "api/v1/production/inverters",
                    text:
                        "inverter \(serial) last reported \(GatewayText.span(newest - time)) before the others; its last watts are still shown"
                )
            }
        }
    }

    // MARK: Device data

    private static func deviceData(
        _ bodies: GatewayBodies,
        _ lists: GatewayDeviceLists,
        into observation: inout GatewayObservation
    ) {
        guard let body = bodies["ivp/pdm/device_data"] else { return }
        for (_, entry) in body.members {
            guard let name = entry["devName"]?.string, let serial = entry["sn"]?.text else { continue }
            let kind: DeviceKind? =
                switch name {
                case "pcu": .inverter
                case "acb": .acBattery
                case "nsrb": .relay
                case "eim": .meter
                default: nil
                }
            guard let kind else {
                observation.count("devices of unknown kinds")
                continue
            }
            let device = Device(kind, serial)
            observation.state(
                device,
                origin: "ivp/pdm/device_data",
                [
                    .state: entry["active"]?.boolean.map { $0 ? "active" : "inactive" },
                    .note: entry["modGone"]?.boolean == true ? "modGone" : nil,
                ]
            )
            let channels = Array(entry["channels"]?.elements ?? JSONNode.none)
            for (index, channel) in channels.enumerated() {
                take(channel, number: channels.count > 1 ? index + 1 : nil, device, into: &observation)
            }
            // Night silence and meters bear the same flag; only an empty lifetime tells that a unit is lost.
            let isEmpty = channels.allSatisfy { ($0["lifetime"]?.count ?? 0) == 0 }
            if kind == .inverter, isEmpty, entry["modGone"]?.boolean == true,
                entry["active"]?.boolean == false
            {
                lost(device, lists, into: &observation)
            }
        }
        if let count = body["deviceCount"]?.int64, let limit = body["deviceDataLimit"]?.int64, count > limit {
            observation.summary.notes.append("device_data holds \(limit) of \(count) devices")
        }
    }

    /// A unit that is listed without any reading: one that was taken off the list is none that is missed, and one that never
    /// reported was never lost.
    private static func lost(
        _ device: Device,
        _ lists: GatewayDeviceLists,
        into observation: inout GatewayObservation
    ) {
        if lists.retired.contains(device.serial) {
            observation.count("devices taken off the list")
        } else if lists.neverHeard.contains(device.serial) {
            observation.count("inverters that never reported")
        } else {
            observation.event(
                .inverterLost,
                device,
                origin: "ivp/pdm/device_data",
                text:
                    "inverter \(device.serial) is listed without any reading or lifetime: the gateway has lost it"
            )
        }
    }

    private static func take(
        _ channel: JSONNode,
        number: Int?,
        _ device: Device,
        into observation: inout GatewayObservation
    ) {
        let origin = "ivp/pdm/device_data" + (number.map { "/\($0)" } ?? "")
        let last = channel["lastReading"]
        if let end = last?["endDate"]?.time, let seconds = last?["duration"]?.int64,
            (1...86_400).contains(seconds)
        {
            observation.read(
                device,
                at: end - seconds,
                seconds: Int32(seconds),
                origin: origin,
                [
                    .energy: wattHours(last?["joulesProduced"]),
                    .voltage: scaled(last?["acVoltageINmV"]), .frequency: scaled(last?["acFrequencyINmHz"]),
                    .current: scaled(last?["acCurrentInmA"] ?? last?["acCurrentINmA"]),
                    .dcVoltage: scaled(last?["dcVoltageINmV"]), .dcCurrent: scaled(last?["dcCurrentINmA"]),
                    .temperature: last?["channelTemp"]?.double,
                ]
            )
        }
        observation.read(
            device,
            at: last?["endDate"]?.time,
            origin: origin + "/lifetime",
            [
                .lifetime: wattHours(channel["lifetime"]?["joulesProduced"]),
                .power: last?.count ?? 0 > 0 ? channel["watts"]?["now"]?.double : nil,
                .maximumPower: last?.count ?? 0 > 0 ? channel["watts"]?["max"]?.double : nil,
            ]
        )
    }

    private static func wattHours(_ joules: JSONNode?) -> Double? { joules?.double.map { $0 / 3600 } }

    private static func scaled(_ thousandths: JSONNode?) -> Double? { thousandths?.double.map { $0 / 1000 } }
}
