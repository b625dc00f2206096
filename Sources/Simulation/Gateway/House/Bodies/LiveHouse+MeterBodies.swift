// What the meters of a house that is played live answer: their list, their registers, the production page and plain totals.

import Readings

extension LiveHouse {
    /// The meters that are enabled.
    var meterKinds: [LiveMeters.Meter] {
        shape.hasStorageMeter && !shape.batteries.isEmpty
            ? [.production, .net, .storage] : [.production, .net]
    }

    func meterList() -> [UInt8] {
        var body = BodyWriter()
        body.openList()
        for meter in meterKinds {
            body.open()
            body.put("eid", meter.eid)
            body.put("state", "enabled")
            body.put("measurementType", meter.measurement)
            // A European gateway says three whatever it meters.
            body.put("phaseMode", shape.hertz > 55 && shape.phaseCount == 1 ? "single" : "three")
            body.put("phaseCount", Int64(shape.phaseCount))
            body.put("meteringStatus", "normal")
            body.put("statusFlags", raw: "[]")
            body.close()
        }
        body.closeList()
        return body.bytes
    }

    /// What a meter, or one phase of it, shows; thousandths.
    private struct Shown {
        var delivered: Int64
        var received: Int64
        var power: Int64
        var volts: Int64
    }

    func meterReadings(_ clock: Int64) -> [UInt8] {
        var body = BodyWriter()
        body.openList()
        for meter in meterKinds {
            let sum = meters.shown(meter)
            body.open()
            put(
                Shown(
                    delivered: sum.delivered,
                    received: sum.received,
                    power: meters.milliwatts(meter),
                    volts: volts * Int64(shape.phaseCount)
                ),
                eid: meter.eid,
                clock,
                to: &body
            )
            body.openList("channels")
            for phase in 0..<3 {
                let index = 3 * meter.rawValue + phase
                body.open()
                put(
                    Shown(
                        delivered: meters.delivered[index] / 3600,
                        received: meters.received[index] / 3600,
                        power: meters.power[index],
                        volts: phase < shape.phaseCount ? volts : 0
                    ),
                    eid: 1_778_385_169 + Int64(256 * meter.rawValue + phase),
                    clock,
                    to: &body
                )
                body.close()
            }
            body.closeList()
            body.close()
        }
        if seed % 4 == 3 { putUnknown(clock, to: &body) }
        body.closeList()
        return body.bytes
    }

    /// New firmware has a number of zeros that no list of meters names.
    private func putUnknown(_ clock: Int64, to body: inout BodyWriter) {
        body.open()
        put(Shown(delivered: 0, received: 0, power: 0, volts: 0), eid: 1_023_410_688, clock, to: &body)
        body.openList("channels")
        body.closeList()
        body.close()
    }

    private func put(_ shown: Shown, eid: Int64, _ clock: Int64, to body: inout BodyWriter) {
        let apparent = apparent(shown.power, volts: shown.volts)
        let counted = shown.delivered + shown.received
        body.put("eid", eid)
        body.put("timestamp", clock)
        body.put("actEnergyDlvd", thousandths: shown.delivered)
        body.put("actEnergyRcvd", thousandths: shown.received)
        body.put("apparentEnergy", thousandths: counted + counted / 14)
        body.put("reactEnergyLagg", thousandths: counted / 9)
        body.put("reactEnergyLead", thousandths: counted / 70)
        body.put("instantaneousDemand", thousandths: shown.power)
        body.put("activePower", thousandths: shown.power)
        body.put("apparentPower", thousandths: apparent)
        body.put("reactivePower", thousandths: shown.power / 8)
        body.put("pwrFactor", thousandths: apparent == 0 ? 0 : shown.power * 1000 / apparent)
        body.put("voltage", thousandths: shown.volts)
        body.put("current", thousandths: shown.volts == 0 ? 0 : apparent * 1000 / max(1, shown.volts))
        body.put("freq", thousandths: hertz)
    }

    /// VA in thousandths.
    private func apparent(_ power: Int64, volts: Int64) -> Int64 {
        volts == 0 ? 0 : abs(power) + abs(power) / 60 + 3_000
    }

    /// The voltage of a phase, mV; the home's side of the relay, whatever the grid does.
    private var volts: Int64 {
        guard !isDark else { return 0 }
        return Int64(shape.volts * 1000) + (at / 10 &* 7919 &+ Int64(seed % 97)) % 2_600 - 1_300
    }

    /// The frequency, mHz. Off the grid it is raised to hold inverters back.
    private var hertz: Int64 {
        let grid = Int64(shape.hertz * 1000) + (at / 10 &* 31) % 80 - 40
        return active.relay == .closed ? grid : grid + 400
    }

    // MARK: Pages

    func production(_ clock: Int64, isDetailed: Bool) -> [UInt8] {
        var body = BodyWriter(isSpaced: false)
        body.open()
        body.openList("production")
        let inverters = array.inverters.filter(isCommunicating)
        body.open()
        body.put("type", "inverters")
        body.put("activeCount", Int64(array.inverters.count))
        body.put("readingTime", array.inverters.map(\.reportedAt).max() ?? 0)
        body.put("wNow", inverters.reduce(0) { $0 + $1.reportedWatts })
        // Each counter modulo 2^32 J.
        body.put(
            "whLifetime",
            array.inverters.reduce(0) { $0 + $1.reportedLifetime / 1000 % 4_294_967_296 / 3600 }
        )
        body.close()
        let made = meters.shown(.production)
        let net = meters.shown(.net)
        let (power, drawn) = (meters.milliwatts(.production), meters.milliwatts(.net))
        func entry(_ measurement: String, power: Int64, lifetime: Int64) {
            body.open()
            body.put("type", "eim")
            body.put("activeCount", 1)
            body.put("measurementType", measurement)
            body.put("readingTime", clock)
            let phases = Int64(shape.phaseCount)
            eim(power, lifetime, volts: volts * phases, to: &body)
            if isDetailed {
                body.openList("lines")
                for _ in 0..<phases {
                    body.open()
                    eim(power / phases, lifetime / phases, volts: volts, to: &body)
                    body.close()
                }
                body.closeList()
            }
            body.close()
        }
        entry("production", power: power, lifetime: made.delivered)
        body.closeList()
        body.openList("consumption")
        let total = made.delivered + net.delivered - net.received
        entry("total-consumption", power: power + drawn, lifetime: total)
        entry("net-consumption", power: drawn, lifetime: net.delivered - net.received)
        body.closeList()
        body.put(
            "storage",
            raw:
                "[{\"type\":\"acb\",\"activeCount\":0,\"readingTime\":0,\"wNow\":0,\"whNow\":0,\"state\":\"idle\"}]"
        )
        body.close()
        return body.bytes
    }

    private func eim(_ power: Int64, _ lifetime: Int64, volts: Int64, to body: inout BodyWriter) {
        let apparent = apparent(power, volts: volts)
        body.put("wNow", thousandths: power)
        body.put("whLifetime", thousandths: lifetime)
        body.put("varhLeadLifetime", thousandths: lifetime / 70)
        body.put("varhLagLifetime", thousandths: lifetime / 9)
        body.put("vahLifetime", thousandths: lifetime + lifetime / 14)
        body.put("rmsCurrent", thousandths: apparent * 1000 / max(1, volts))
        body.put("rmsVoltage", thousandths: volts)
        body.put("reactPwr", thousandths: power / 8)
        body.put("apprntPwr", thousandths: apparent)
        body.put("pwrFactor", thousandths: apparent == 0 ? 0 : power * 1000 / apparent)
        body.put("whToday", thousandths: lifetime % 40_000_000)
        body.put("whLastSevenDays", thousandths: lifetime % 200_000_000)
        body.put("vahToday", thousandths: lifetime % 41_000_000)
        body.put("varhLeadToday", thousandths: lifetime % 900_000)
        body.put("varhLagToday", thousandths: lifetime % 5_000_000)
    }

    /// The totals follow the meter at its last quarter of an hour.
    func totals() -> [UInt8] {
        let closedProduced = closedMeters.shown(.production).delivered
        var body = BodyWriter()
        body.open()
        body.put("wattHoursToday", max(0, closedProduced - midnightProduced) / 1000)
        body.put("wattHoursSevenDays", closedProduced / 1000 % 200_000)
        body.put("wattHoursLifetime", closedProduced / 1000)
        body.put("wattsNow", max(0, meters.milliwatts(.production)) / 1000)
        body.close()
        return body.bytes
    }

    /// A meter among the devices: as its last quarter of an hour closed it. `modGone` is always true of these.
    func meterData(_ meter: LiveMeters.Meter, to body: inout BodyWriter) {
        body.open("\(meter.eid)")
        body.put("devName", "eim")
        body.put("sn", "\(shape.serial)EIM\(meter.rawValue + 1)")
        body.put("active", true)
        body.put("modGone", true)
        body.openList("channels")
        for phase in 0..<shape.phaseCount {
            let index = 3 * meter.rawValue + phase
            let eid = 1_778_385_169 + Int64(256 * meter.rawValue + phase)
            let (given, taken) = (
                closedMeters.delivered[index] / 3_600_000, closedMeters.received[index] / 3_600_000
            )
            let watts = closedMeters.power[index] / 1000
            body.open()
            body.put("chanEid", eid)
            body.put("created", closedAt)
            body.put("wattHours", raw: "{\"today\": 0, \"yesterday\": 0, \"week\": 0}")
            body.put("watts", raw: "{\"now\": \(max(0, watts)), \"nowUsed\": 0, \"max\": 6000}")
            body.open("lastReading")
            body.put("eid", eid)
            body.put("interval_type", 0)
            body.put("endDate", closedAt)
            body.put("duration", 900)
            body.put("curr_w", watts)
            body.put("wh_dlvd_cum", given)
            body.put("rms_mvolt", Int64(shape.volts * 1000))
            body.put("rms_mamp", Int64(Double(abs(watts)) * 1000 / shape.volts))
            body.put("freq_mhz", Int64(shape.hertz * 1000))
            body.put("wh_pos", given)
            body.put("wh_neg", taken)
            body.close()
            body.open("lifetime")
            body.put("createdTime", 1_700_000_000)
            body.put("duration", 30_000_000)
            body.put("wh_dlvd_cum", given)
            body.close()
            body.close()
        }
        body.closeList()
        body.close()
    }
}
