// sunvigil devices

import Analysis
import ArgumentParser
import Ingest
import Lake
import Readings
import Station

struct DevicesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "devices",
        _superCommandName: Sunvigil.name,
        abstract: "The newest reading and state of each device.",
        discussion: "EXAMPLES\n  sunvigil devices\n  sunvigil devices --site home --kind battery --json"
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var past: PastOptions
    @Option(help: "Only this site.") var site: String?
    @Option(help: "Only devices of this kind: inverter, battery, meter, gateway, …") var kind: String?
    @Flag(help: "Print JSON.") var json = false

    func run() throws {
        if let kind, DeviceKind(rawValue: kind) == nil {
            throw CommandError(
                "--kind is \(DeviceKind.allCases.map(\.rawValue).joined(separator: ", ")), not \(kind)"
            )
        }
        let lake = try past.open(store)
        var answers: [JSONValue] = []
        for site in try lake.chosenSites(site) {
            let zone = try ZoneFiles.load(site.timeZone)
            let all = try lake.deviceStates(systemID: site.systemID)
            let gateways = GatewayTimes(all.filter { $0.source == .gateway }.map(\.record))
            // A row that names no gateway is an older one of the gateway that there was.
            func origin(_ text: String, of source: Source, _ device: Device, at instant: Int64) -> String {
                source == .gateway ? gateways.origin(of: text, device, at: instant)?.text ?? text : text
            }
            let readings = newest(
                try lake.deviceReadings(systemID: site.systemID),
                device: \.device,
                origin: {
                    origin($0.record.origin, of: $0.source, $0.record.device, at: $0.record.startUTCSeconds)
                },
                at: \.startUTCSeconds
            )
            let states = newest(
                all,
                device: \.device,
                origin: {
                    origin($0.record.origin, of: $0.source, $0.record.device, at: $0.record.atUTCSeconds)
                },
                at: \.atUTCSeconds
            )
            answers.append(
                .object([
                    ("site", .text(site.name)), ("readings", .array(readings.map(DeviceJSON.json))),
                    ("states", .array(states.map(DeviceJSON.json))),
                ])
            )
            if !json { tell(site, readings, states, zone) }
        }
        if json { Console.print(JSONValue.array(answers).pretty, terminator: "") }
    }

    /// The newest record of each device and origin.
    private func newest<Record>(
        _ records: [Sourced<Record>],
        device: (Record) -> Device,
        origin: (Sourced<Record>) -> String,
        at: (Record) -> Int64
    ) -> [Sourced<Record>] {
        var newest: [String: Sourced<Record>] = [:]
        for record in records {
            let own = device(record.record)
            if let kind, own.kind.rawValue != kind { continue }
            let key = "\(own.kind.rawValue)|\(own.serial)|\(record.source.rawValue)|\(origin(record))"
            if let known = newest[key], at(known.record) > at(record.record) { continue }
            newest[key] = record
        }
        return newest.sorted { $0.key < $1.key }.map(\.value)
    }

    private func tell(
        _ site: Site,
        _ readings: [Sourced<DeviceReading>],
        _ states: [Sourced<DeviceState>],
        _ zone: TimeZoneRules
    ) {
        Console.print("\(site.name): \(Set(readings.map(\.record.device)).count) devices with readings")
        for reading in readings.map(\.record) {
            let values = Quantity.allCases.compactMap { quantity in
                reading.values[quantity].map { QuantityText.words(quantity, $0) }
            }
            let span = reading.seconds > 0 ? " over \(reading.seconds) s" : ""
            Console.print(
                "  \(name(reading.device)), \(zone.text(atUTCSeconds: reading.startUTCSeconds))\(span), \(reading.origin): \(values.joined(separator: ", "))"
            )
        }
        for state in states.map(\.record) {
            let properties = StateProperty.allCases.compactMap { property in
                state.properties[property].map {
                    "\(property.rawValue.replacing("_", with: " ")) \(Console.oneLine($0))"
                }
            }
            let last = state.lastReportUTCSeconds.map { ", last report \(zone.text(atUTCSeconds: $0))" } ?? ""
            Console.print(
                "  \(name(state.device)), \(zone.text(atUTCSeconds: state.atUTCSeconds)), \(state.origin)\(last): \(properties.joined(separator: ", "))"
            )
        }
    }

    private func name(_ device: Device) -> String {
        device.serial.isEmpty
            ? device.kind.rawValue : "\(device.kind.rawValue) \(Console.oneLine(device.serial))"
    }
}
