// A home's columns with what every detector asks of them: sun, presence, days, who reports. Computed once.

import Foundation
import Readings

/// A home ready to be asked.
package struct HomeContext: Sendable {
    /// The columns.
    package let columns: HomeColumns
    /// The place.
    package let place: Place
    /// The rated power of the array, W; nil where it is not known.
    package let installedW: Double?
    /// The capacity of all batteries, Wh; nil where it is not known.
    package let batteryWh: Double?
    /// The capacity of one battery, Wh.
    package let batteryUnitWh: Double
    /// Tells whether the home is known to have a battery.
    let hasBattery: Bool
    /// The greatest number of inverters that reported together.
    let inverterCount: Int
    /// The parameters.
    package let parameters: DetectorParameters
    /// The sine of the sun's elevation in the middle of each slot.
    let sunSine: [Float]
    /// One element a slot: true where the site's row stands for data.
    let isPresent: [Bool]
    /// The first slot with data of the site; the number of slots where there is none.
    let firstPresent: Int
    /// The last slot with data of the site or of any device.
    let lastKnown: Int
    /// Inverters that reported, per slot.
    let reportingInverters: [Int16]
    /// Batteries that reported, per slot.
    let reportingBatteries: [Int16]
    /// One element a slot: true where most inverters that report give more than a small share of their rating.
    let arrayIsUp: [Bool]
    /// What the detectors asked so far found.
    private(set) var found: [Finding] = []
    /// Slots of the first, partial solar day before its noon-to-noon grid begins; see `day(of:)`.
    private let dayPhase: Int
    /// Slots of a solar day.
    let slotsPerDay: Int

    /// The slots.
    package var grid: SlotGrid { columns.grid }

    /// Prepares a home. Costs time in proportion to slots x devices.
    package init(
        _ columns: HomeColumns,
        place: Place,
        installedW: Double?,
        batteryWh: Double?,
        parameters: DetectorParameters = DetectorParameters()
    ) {
        self.columns = columns
        self.place = place
        self.installedW = installedW
        self.batteryWh = batteryWh
        self.parameters = parameters
        let grid = columns.grid
        sunSine = SolarPosition(place: place).elevationSines(grid)
        slotsPerDay = Int(86_400 / grid.step)
        // The solar day begins at solar midnight, so that no night splits a day's production.
        let midnight = -Int64((place.longitude * 240).rounded())
        let behind = (grid.startUTCSeconds - midnight).flooredRemainder(by: 86_400)
        dayPhase = Int(behind / grid.step)
        reportingInverters = HomeContext.reporting(columns.inverters.map(\.energyWh), grid.count)
        reportingBatteries = HomeContext.reporting(
            columns.batteries.filter { !$0.serial.isEmpty }.map(\.socTenths),
            grid.count
        )
        // A device that was replaced stays known by its serial number: those that report together are counted.
        let together = Double(max(1, reportingInverters.max() ?? 0))
        inverterCount = Int(reportingInverters.max() ?? 0)
        let units = Int(reportingBatteries.max() ?? 0)
        batteryUnitWh = batteryWh.map { $0 / Double(max(1, units)) } ?? parameters.batteryUnitWh
        hasBattery = batteryWh != nil || !columns.batteries.isEmpty
        isPresent = HomeContext.presence(
            columns,
            [reportingInverters, reportingBatteries],
            hasBattery: hasBattery
        )
        let rated = installedW.map { $0 / together } ?? parameters.inverterW
        arrayIsUp = HomeContext.isUp(
            columns.inverters,
            least: Int32((rated * grid.hours * parameters.deadArrayShare).rounded(.up)),
            reportingInverters
        )
        firstPresent = isPresent.firstIndex(of: true) ?? grid.count
        lastKnown = max(
            isPresent.lastIndex(of: true) ?? -1,
            columns.inverters.map { $0.known.upperBound - 1 }.max() ?? -1,
            columns.batteries.map { $0.known.upperBound - 1 }.max() ?? -1
        )
    }

    /// Prepares the home of a site.
    package init(_ columns: HomeColumns, site: Site, parameters: DetectorParameters) {
        self.init(
            columns,
            place: site.place,
            installedW: site.installed.map { Double($0.value) },
            batteryWh: site.battery.map { Double($0.value) },
            parameters: parameters
        )
    }

    /// The batteries that are known one by one; the source's sum of all of them has no serial number.
    var batteries: [DeviceSlots] { columns.batteries.filter { !$0.serial.isEmpty } }

    private static func reporting(_ devices: [[Int32]], _ count: Int) -> [Int16] {
        var result = [Int16](repeating: 0, count: count)
        result.withUnsafeMutableBufferPointer { result in
            for values in devices where values.count == count {
                values.withUnsafeBufferPointer { values in
                    for slot in 0..<count where values[slot] != HomeColumns.missing { result[slot] &+= 1 }
                }
            }
        }
        return result
    }

    private static func isUp(_ inverters: [DeviceSlots], least: Int32, _ reporting: [Int16]) -> [Bool] {
        var above = [Int16](repeating: 0, count: reporting.count)
        above.withUnsafeMutableBufferPointer { above in
            for inverter in inverters {
                inverter.energyWh.withUnsafeBufferPointer { values in
                    for slot in 0..<above.count where values[slot] > least { above[slot] &+= 1 }
                }
            }
        }
        return zip(above, reporting).map { 2 * $0 > $1 }
    }

    /// Which rows of the site stand for data: devices that report say that its zeros do.
    private static func presence(_ columns: HomeColumns, _ reporting: [[Int16]], hasBattery: Bool) -> [Bool] {
        let grid = columns.grid
        var judge = RowJudge(columns.energyWh, stepSeconds: grid.step, hasBattery: hasBattery)
        return judge.judgements(
            grid.count,
            start: { grid.start($0) },
            othersReport: { slot in reporting.contains { $0[slot] > 0 } }
        ).map(\.isData)
    }

    // MARK: Days

    /// Returns the number of the solar day in which a slot lies, from 0.
    @inline(__always) func day(of slot: Int) -> Int { (slot + dayPhase) / slotsPerDay }

    /// The number of solar days, the first and the last in part.
    var dayCount: Int { grid.count == 0 ? 0 : day(of: grid.count - 1) + 1 }

    /// Returns the slots of a solar day.
    func slots(ofDay day: Int) -> Range<Int> {
        let first = day * slotsPerDay - dayPhase
        return max(0, first)..<min(grid.count, max(0, first + slotsPerDay))
    }

    /// Returns the number of the solar day since 1970, which does not depend on where the columns begin.
    func absoluteDay(_ day: Int) -> Int64 {
        let middle = grid.startUTCSeconds + Int64(day * slotsPerDay - dayPhase + slotsPerDay / 2) * grid.step
        return (middle + Int64((place.longitude * 240).rounded())).flooredDivision(by: 86_400)
    }

    // MARK: Values

    /// Returns a channel's values; nil where the site does not report it.
    func channel(_ channel: Channel) -> [Int32]? {
        let values = columns.energyWh[channel.rawValue]
        return values.isEmpty ? nil : values
    }

    /// Tells whether the load is reported, or follows from what is.
    var tellsLoad: Bool {
        var signs = RowSigns()
        for other in Channel.allCases where channel(other) != nil { signs.insert(.reports(other)) }
        return signs.tellsLoad
    }

    /// The rated energy of the array per slot, Wh; nil where the rating is not known.
    var ratedSlotWh: Double? { installedW.map { $0 * grid.hours } }

    /// The rated energy of one inverter per slot, Wh.
    var inverterSlotWh: Double {
        let own = installedW.map { $0 / Double(max(1, inverterCount)) }
        return (own ?? parameters.inverterW) * grid.hours
    }

    /// Returns the sine of an elevation in degrees.
    static func sine(_ degrees: Double) -> Float { Float(sin(degrees * .pi / 180)) }

    // MARK: Findings

    /// Takes what a detector found.
    mutating func take(found findings: [Finding]) { found += findings }

    /// Returns the stretches in which detectors asked before found something about a device.
    func found(by detectors: [any Detector.Type], about device: String) -> [Interval] {
        let kinds = Set(detectors.flatMap { $0.profile.kinds })
        return found.filter { $0.device == device && kinds.contains($0.kind) }.map(\.interval)
    }

    /// Makes a finding over slots. One that reaches the last known slot lasts.
    ///
    /// - Parameter alertSlot: the slot at whose end the rule first held.
    func finding(
        _ kind: FindingKind,
        of device: String,
        in slots: Range<Int>,
        alertSlot: Int,
        severity: Severity,
        sureness: Sureness,
        rule: FindingRule,
        evidence: Evidence
    ) -> Finding {
        let isOpen = slots.upperBound > lastKnown
        let end = grid.start(slots.upperBound)
        return Finding(
            device: device,
            kind: kind,
            start: Instant(utcSeconds: grid.start(slots.lowerBound)),
            end: isOpen ? nil : Instant(utcSeconds: end),
            alert: Instant(utcSeconds: grid.end(alertSlot)),
            severity: severity,
            sureness: sureness,
            rule: rule,
            evidence: evidence,
            knownEnd: Instant(utcSeconds: min(end, grid.end(max(0, lastKnown))))
        )
    }

    /// Makes evidence that names the rows of a device.
    func deviceRows(_ serial: String, _ slots: Range<Int>) -> Evidence {
        Evidence {
            $0.table = "device_reading"
            $0.serial = serial
            addRows(slots, to: &$0)
        }
    }

    /// Makes evidence that names rows of the site.
    func siteRows(_ slots: Range<Int>) -> Evidence {
        Evidence {
            $0.table = "site_interval"
            if let key = columns.siteKey {
                $0.systemID = Int(key.systemID)
                $0.source = key.source.name
            }
            addRows(slots, to: &$0)
        }
    }

    private func addRows(_ slots: Range<Int>, to evidence: inout Evidence) {
        evidence.seconds = Int(grid.step)
        evidence.firstRow = Instant(utcSeconds: grid.start(slots.lowerBound))
        evidence.lastRow = Instant(utcSeconds: grid.start(max(slots.lowerBound, slots.upperBound - 1)))
    }
}
