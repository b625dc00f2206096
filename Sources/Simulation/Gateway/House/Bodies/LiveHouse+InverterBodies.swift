// What the inverters of a house that is played live tell: their last reports, the detailed device data, the list of devices.

import Readings

extension LiveHouse {
    /// A unit that is silent for so long has no reading any more, seconds: a night is shorter.
    private static let forgottenSeconds: Int64 = 86_400
    /// Devices that device data hold at most.
    private static let mostDevices = 50

    /// Tells whether the gateway has heard of an inverter lately; at night of none.
    func isCommunicating(_ inverter: LiveInverter) -> Bool {
        inverter.isAwake && at + active.clockAhead - inverter.reportedAt < 3 * shape.cadenceSeconds
    }

    private func isForgotten(_ inverter: LiveInverter) -> Bool {
        at + active.clockAhead - inverter.reportedAt > LiveHouse.forgottenSeconds
    }

    func inverterList() -> [UInt8] {
        var body = BodyWriter()
        body.openList()
        for inverter in array.inverters {
            body.open()
            body.put("serialNumber", inverter.serial)
            body.put("lastReportDate", inverter.reportedAt)
            body.put("devType", 1)
            body.put("lastReportWatts", inverter.reportedWatts)
            body.put("maxReportWatts", inverter.greatestWatts)
            body.close()
        }
        body.closeList()
        return body.bytes
    }

    func deviceData() -> [UInt8] {
        var body = BodyWriter()
        body.open()
        for (index, inverter) in array.inverters.prefix(LiveHouse.mostDevices).enumerated() {
            let isForgotten = isForgotten(inverter)
            body.open("\(553_648_384 + index * 256)")
            body.put("devName", "pcu")
            body.put("sn", inverter.serial)
            body.put("active", !isForgotten)
            body.put("modGone", isForgotten || !isCommunicating(inverter))
            body.openList("channels")
            body.open()
            let eid = 1_627_390_225 + Int64(index) * 256
            body.put("chanEid", eid)
            body.put("created", isForgotten ? 0 : inverter.reportedAt)
            if isForgotten {
                body.put("wattHours", raw: "{\"today\": 0, \"yesterday\": 0, \"week\": 0}")
                body.put("watts", raw: "{\"now\": 0, \"nowUsed\": 0, \"max\": 0}")
                body.put("lastReading", raw: "{}")
                body.put("lifetime", raw: "{}")
            } else {
                reading(inverter, eid: eid, to: &body)
            }
            body.close()
            body.closeList()
            body.close()
        }
        for meter in meterKinds { meterData(meter, to: &body) }
        body.put("deviceCount", Int64(array.inverters.count + meterKinds.count))
        body.put("deviceDataLimit", Int64(LiveHouse.mostDevices))
        body.close()
        return body.bytes
    }

    private func reading(_ inverter: LiveInverter, eid: Int64, to body: inout BodyWriter) {
        let watts = inverter.reportedWatts
        let made = inverter.reportedLifetime / 3_600_000
        body.open("wattHours")
        body.put("today", made % 2_400)
        body.put("yesterday", made % 2_100)
        body.put("week", made % 12_000)
        body.close()
        body.open("watts")
        body.put("now", watts)
        body.put("nowUsed", 0)
        body.put("max", inverter.greatestWatts)
        body.close()
        body.open("lastReading")
        body.put("eid", eid)
        body.put("interval_type", 0)
        body.put("endDate", inverter.reportedAt)
        body.put("duration", inverter.reportedSeconds)
        body.put("flags", inverter.isAwake ? 0 : 2_097_152)
        body.put("flags_hex", inverter.isAwake ? "0x0000000000000000" : "0x0000000000200000")
        body.put("joulesProduced", inverter.reportedMillijoules / 1000)
        body.put("acVoltageINmV", Int64(shape.volts * 1000) + inverter.reportedAt % 1_500)
        body.put("acFrequencyINmHz", Int64(shape.hertz * 1000) + inverter.reportedAt % 60 - 30)
        body.put("dcVoltageINmV", watts > 0 ? 36_500 + inverter.reportedAt % 3_000 : 25_400)
        body.put("dcCurrentINmA", watts * 27 + 27)
        body.put("channelTemp", 17 + watts / 20)
        body.put("pwrConvErrSecs", 0)
        body.put("pwrConvMaxErrCycles", 0)
        body.put("joulesUsed", 0)
        body.put("leadingVArs", 170)
        body.put("laggingVArs", 20)
        body.put("acCurrentInmA", Int64(Double(watts) * 1000 / shape.volts))
        body.put("l1NAcVoltageInmV", 0)
        body.put("l2NAcVoltageInmV", 0)
        body.put("l3NAcVoltageInmV", 0)
        body.put("rssi", inverter.isAwake ? 106 : 0)
        body.put("issi", inverter.isAwake ? 70 : 0)
        body.close()
        body.open("lifetime")
        body.put("createdTime", 1_700_000_000)
        body.put("duration", 30_000_000)
        body.put("joulesProduced", inverter.reportedLifetime / 1000)
        body.close()
    }

    // MARK: List of devices

    /// Numbers of times are texts here.
    func inventoryList() -> [UInt8] {
        var body = BodyWriter(isSpaced: false)
        body.openList()
        body.open()
        body.put("type", "PCU")
        body.openList("devices")
        for (index, inverter) in array.inverters.enumerated() {
            let isHeard = isCommunicating(inverter)
            let failure = ["envoy.cond_flags.pcu_ctrl.dc-pwr-low", "envoy.cond_flags.obs_strs.failure"]
            let flags =
                isHeard
                ? [active.isStopped ? "envoy.cond_flags.pcu_chan.gridgone" : "envoy.global.ok"]
                : inverter.isAwake ? [failure[1]] : failure
            body.open()
            listed(
                inverter.serial,
                part: "800-01331-r02",
                flags: flags,
                report: inverter.reportedAt,
                to: &body
            )
            body.put("img_pnum_running", "521-00005-r06-v02.61.01")
            body.put("ptpn", "549-00040-r01-v02.61.01")
            body.put("chaneid", 1_627_390_225 + Int64(index) * 256)
            body.put("device_control", raw: "[{\"gficlearset\":false}]")
            body.put("producing", isHeard && !active.isStopped)
            body.put("communicating", isHeard)
            body.put("provisioned", isHeard)
            body.put("operating", isHeard)
            body.put("phase", ["ph-a", "ph-b", "ph-c"][inverter.phase])
            body.close()
        }
        body.closeList()
        body.close()
        for type in ["ACB", "NSRB", "ESUB"] {
            body.open()
            body.put("type", type)
            body.openList("devices")
            body.closeList()
            body.close()
        }
        body.closeList()
        return body.bytes
    }

    private func listed(
        _ serial: String,
        part: String,
        flags: [String],
        report: Int64,
        to body: inout BodyWriter
    ) {
        body.put("part_num", part)
        body.put("installed", "1700000000")
        body.put("serial_num", serial)
        body.put("device_status", texts: flags)
        body.put("last_rpt_date", String(report))
        body.put("admin_state", 2)
        body.put("dev_type", 1)
        body.put("created_date", "1700000000")
        body.put("img_load_date", "0")
    }
}
