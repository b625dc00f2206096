// Records to and from the words of the domain. The order of values is that of LakeTable's columns.

import Readings

extension RecordValue {
    fileprivate init(_ value: Int64?) { self = value.map { .integer($0) } ?? .missing }
    fileprivate init(_ value: Double?) { self = value.map { .number($0) } ?? .missing }

    fileprivate var integer: Int64? {
        if case .integer(let value) = self { return value }
        return nil
    }

    fileprivate var number: Double? {
        if case .number(let value) = self { return value }
        return nil
    }

    fileprivate var text: String? {
        if case .text(let value) = self { return value }
        return nil
    }
}

private func instant(_ utcSeconds: Int64?) -> RecordValue { RecordValue(utcSeconds.map { $0 * 1_000_000 }) }

extension RecordRows {
    /// The step of `site_minute`, seconds.
    private static let minuteSeconds: Int64 = 60

    /// Takes energies of a site per minute.
    package init(minutes columns: ReadingColumns, systemID: Int64, source: Source) {
        self.init(.siteMinute)
        for row in 0..<columns.rowCount {
            let energies = Channel.allCases.map { channel -> RecordValue in
                let value = columns[channel][row]
                return value == ReadingColumns.missingWh ? .missing : .integer(Int64(value))
            }
            let state = columns.socPercent[row]
            append(
                [
                    .integer(systemID), instant(columns.startUTCSeconds[row]),
                    .integer(RecordRows.minuteSeconds),
                ] + energies + [
                    state == ReadingColumns.missingSoC ? .missing : .integer(Int64(state)),
                    .integer(Int64(columns.quality[row])), .integer(Int64(source.rawValue)),
                ]
            )
        }
    }

    /// Takes device readings.
    package init(_ readings: [DeviceReading], systemID: Int64, source: Source) {
        self.init(.deviceReading)
        for reading in readings {
            append(
                [
                    .integer(systemID), instant(reading.startUTCSeconds), .integer(Int64(reading.seconds)),
                    .text(reading.device.kind.rawValue), .text(reading.device.serial), .text(reading.origin),
                    .integer(Int64(source.rawValue)),
                ] + Quantity.allCases.map { RecordValue(reading.values[$0]) }
            )
        }
    }

    /// Takes device states.
    package init(_ states: [DeviceState], systemID: Int64, source: Source) {
        self.init(.deviceState)
        for state in states {
            append(
                [
                    .integer(systemID), instant(state.atUTCSeconds), .text(state.device.kind.rawValue),
                    .text(state.device.serial), .text(state.origin), .integer(Int64(source.rawValue)),
                    instant(state.lastReportUTCSeconds),
                ] + StateProperty.allCases.map { state.properties[$0].map { .text($0) } ?? .missing }
            )
        }
    }

    /// Takes events.
    package init(_ events: [SiteEvent], systemID: Int64, source: Source) {
        self.init(.siteEvent)
        for event in events {
            append([
                .integer(systemID), instant(event.startUTCSeconds), instant(event.endUTCSeconds),
                .text(event.kind.rawValue), .text(event.device.kind.rawValue), .text(event.device.serial),
                .text(event.origin), .text(event.code), .text(event.text), .integer(Int64(source.rawValue)),
            ])
        }
    }

    /// Takes utility intervals.
    package init(_ intervals: [UtilityInterval], systemID: Int64, source: Source) {
        self.init(.utilityInterval)
        for interval in intervals {
            append([
                .integer(systemID), instant(interval.startUTCSeconds), .integer(Int64(interval.seconds)),
                .text(interval.meter), RecordValue(interval.importWh), RecordValue(interval.exportWh),
                RecordValue(interval.netWh), .integer(Int64(interval.quality.rawValue)),
                .integer(Int64(source.rawValue)),
            ])
        }
    }

    /// Takes bills.
    package init(_ bills: [Bill], systemID: Int64, source: Source) {
        self.init(.bill)
        for bill in bills {
            append([
                .integer(systemID), instant(bill.start.daysSince1970 * 86_400),
                .integer(bill.start.daysSince1970), .integer(bill.end.daysSince1970), .text(bill.meter),
                RecordValue(bill.importWh), RecordValue(bill.exportWh), RecordValue(bill.netExportWh),
                RecordValue(bill.unknownSideWh), .integer(bill.isEstimated ? 1 : 0),
                RecordValue(bill.importRead), RecordValue(bill.exportRead), RecordValue(bill.amount),
                .text(bill.currency), .text(bill.note), .integer(Int64(source.rawValue)),
            ])
        }
    }

    /// Takes daily temperatures.
    package init(_ temperatures: [DailyTemperature], systemID: Int64, source: Source) {
        self.init(.dailyTemperature)
        for temperature in temperatures {
            append([
                .integer(systemID), instant(temperature.day.daysSince1970 * 86_400),
                .integer(temperature.day.daysSince1970), .number(temperature.meanCelsius),
                .integer(Int64(source.rawValue)),
            ])
        }
    }
}

/// A record with the origin that its row names.
package struct Sourced<Record: Sendable>: Sendable {
    /// The origin.
    package let source: Source
    /// The record.
    package let record: Record
}

extension RecordRows {
    private func source(_ column: Int, _ row: Int) -> Source? {
        value(column, row).integer.flatMap { Int16(exactly: $0) }.flatMap { Source(rawValue: $0) }
    }

    private func device(_ kind: Int, _ row: Int) -> Device {
        Device(
            value(kind, row).text.flatMap { DeviceKind(rawValue: $0) } ?? .other,
            value(kind + 1, row).text ?? ""
        )
    }

    private func seconds(_ column: Int, _ row: Int) -> Int64? {
        value(column, row).integer.map { $0.flooredDivision(by: 1_000_000) }
    }

    private func records<Record>(
        source sourceColumn: Int,
        _ make: (Int) -> Record?
    ) -> [Sourced<Record>] {
        (0..<rowCount).compactMap { row in
            guard let source = source(sourceColumn, row), let record = make(row) else { return nil }
            return Sourced(source: source, record: record)
        }
    }

    /// The rows of `device_reading`.
    var deviceReadings: [Sourced<DeviceReading>] {
        records(source: 6) { row in
            var values: [Quantity: Double] = [:]
            for (index, quantity) in Quantity.allCases.enumerated() {
                if let number = value(7 + index, row).number { values[quantity] = number }
            }
            return DeviceReading(
                device(3, row),
                startUTCSeconds: startUTCSeconds(row),
                seconds: Int32(truncatingIfNeeded: value(2, row).integer ?? 0),
                origin: value(5, row).text ?? "",
                values: values
            )
        }
    }

    /// The rows of `site_minute`, by source and time.
    var minutes: [Source: ReadingColumns] {
        var result: [Source: ReadingColumns] = [:]
        for row in 0..<rowCount {
            guard let source = source(11, row) else { continue }
            result[source, default: ReadingColumns()].append(
                startUTCSeconds: startUTCSeconds(row),
                energyWh: (3..<9).map {
                    value($0, row).integer.map { Int32(truncatingIfNeeded: $0) } ?? ReadingColumns.missingWh
                },
                socPercent: value(9, row).integer.map { Int16(truncatingIfNeeded: $0) }
                    ?? ReadingColumns.missingSoC,
                quality: Quality(rawValue: Int32(truncatingIfNeeded: value(10, row).integer ?? 0))
            )
        }
        return result
    }

    /// The rows of `device_state`.
    var deviceStates: [Sourced<DeviceState>] {
        records(source: 5) { row in
            var properties: [StateProperty: String] = [:]
            for (index, property) in StateProperty.allCases.enumerated() {
                if let text = value(7 + index, row).text { properties[property] = text }
            }
            return DeviceState(
                device(2, row),
                atUTCSeconds: startUTCSeconds(row),
                origin: value(4, row).text ?? "",
                lastReportUTCSeconds: seconds(6, row),
                properties: properties
            )
        }
    }

    /// The rows of `site_event`.
    var siteEvents: [Sourced<SiteEvent>] {
        records(source: 9) { row in
            guard let kind = value(3, row).text.flatMap({ SiteEvent.Kind(rawValue: $0) }) else { return nil }
            return SiteEvent(
                kind,
                device(4, row),
                startUTCSeconds: startUTCSeconds(row),
                endUTCSeconds: seconds(2, row),
                origin: value(6, row).text ?? "",
                code: value(7, row).text ?? "",
                text: value(8, row).text ?? ""
            )
        }
    }

    /// The rows of `utility_interval`.
    var utilityIntervals: [Sourced<UtilityInterval>] {
        records(source: 8) { row in
            UtilityInterval(
                meter: value(3, row).text ?? "",
                startUTCSeconds: startUTCSeconds(row),
                seconds: Int32(truncatingIfNeeded: value(2, row).integer ?? 0),
                importWh: value(4, row).integer,
                exportWh: value(5, row).integer,
                netWh: value(6, row).integer,
                quality: UtilityQuality(rawValue: Int32(truncatingIfNeeded: value(7, row).integer ?? 0))
            )
        }
    }

    /// The rows of `daily_temperature`.
    var dailyTemperatures: [Sourced<DailyTemperature>] {
        records(source: 4) { row in
            guard let day = value(2, row).integer, let mean = value(3, row).number else { return nil }
            return DailyTemperature(day: CivilDate(daysSince1970: day), meanCelsius: mean)
        }
    }

    /// The rows of `bill`.
    var bills: [Sourced<Bill>] {
        records(source: 15) { row in
            guard let start = value(2, row).integer, let end = value(3, row).integer else { return nil }
            return Bill(
                meter: value(4, row).text ?? "",
                start: CivilDate(daysSince1970: start),
                end: CivilDate(daysSince1970: end),
                importWh: value(5, row).integer,
                exportWh: value(6, row).integer,
                netExportWh: value(7, row).integer,
                unknownSideWh: value(8, row).integer,
                isEstimated: value(9, row).integer == 1,
                importRead: value(10, row).number,
                exportRead: value(11, row).number,
                amount: value(12, row).number,
                currency: value(13, row).text ?? "",
                note: value(14, row).text ?? ""
            )
        }
    }
}
