// The owner's configuration: config.json in the store's folder. All of it is optional.

import Analysis
import Foundation
import Lake
import Readings
import Report

/// What the owner configured.
package struct Configuration: Equatable {
    /// Folders from which `check` takes documents.
    package var inbox: [String] = []
    /// Where `check` writes the month's report; nil for `reports` in the store.
    package var reports: String?

    /// Returns the folder of reports of a store.
    package func reportFolder(_ storePath: String) -> String { reports ?? storePath + "/reports" }

    /// Where `check` leaves a sign of life; nil for `heartbeat.json` in the store.
    package var heartbeat: String?
    /// When a site without new data is told.
    package var newData = WatchRules.Expectation.usual
    /// Days for which past states of the store stay readable.
    package var retentionDays = 90
    /// When it was written last, seconds UTC; nil where there is none.
    package private(set) var modifiedUTCSeconds: Int64?
    /// The gateways that are watched.
    package var gateways: [GatewayEntry] = []
    /// What the owner wants to be told, and how. Slips in it are among its `faults`.
    package var notify = NotifySettings()
    /// What energy costs at all sites that have no tariff of their own.
    private var tariff: TariffEntry?
    /// Overrides of parameters for all sites.
    private var parameters: [String: Value] = [:]
    /// Overrides for single sites.
    private var sites: [String: Site] = [:]

    private struct Site: Decodable, Equatable {
        var parameters: [String: Value]?
        var tariff: TariffEntry?
    }

    /// A tariff as the owner writes it.
    private struct TariffEntry: Decodable, Equatable {
        let importPerKWh: Double
        let exportPerKWh: Double
        let currency: String

        enum CodingKeys: String, CodingKey {
            case importPerKWh = "import_per_kwh"
            case exportPerKWh = "export_per_kwh"
            case currency
        }
    }

    /// A parameter's value.
    private enum Value: Decodable, Equatable {
        case number(Double)
        case boolean(Bool)

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let boolean = try? container.decode(Bool.self) {
                self = .boolean(boolean)
            } else {
                self = .number(try container.decode(Double.self))
            }
        }

        var json: Any {
            switch self {
            case .number(let number): number
            case .boolean(let boolean): boolean
            }
        }
    }

    private struct File: Decodable {
        var inbox: [String]?
        var reports: String?
        var heartbeat: String?
        var newDataHours: Value?
        var retentionDays: Int?
        var tariff: TariffEntry?
        var parameters: [String: Value]?
        var sites: [String: Site]?
        var gateways: JSONValue?
        var notify: JSONValue?
        var alive: JSONValue?
        var prometheus: JSONValue?
    }

    /// `serve` is kept for a later version.
    private static let members: Set<String> = [
        "inbox", "reports", "heartbeat", "new_data_hours", "retention_days", "tariff", "parameters", "sites",
        GatewayBook.member, "notify", "alive", "prometheus", "serve",
    ]

    /// Reads the configuration of a store; the defaults where there is none. A path that begins with `~/` is one of the
    /// owner's home folder.
    ///
    /// - Throws: `StationError` that names the file and what is wrong in it.
    package static func load(_ lake: some LakeReader) throws -> Configuration {
        let path = "\(lake.path)/\(Lake.configurationFile)"
        guard let bytes = try Lake.file(path) else { return Configuration() }
        let data = Data(bytes)
        func refuse(_ reason: String) -> StationError { .configuration(path: path, reason: reason) }
        let file = try file(data, refuse)
        var configuration = Configuration()
        configuration.modifiedUTCSeconds = try? InputFile(path).modifiedUTCSeconds
        let home = lake.environment.home
        func expand(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }
        configuration.inbox = (file.inbox ?? []).map(expand)
        configuration.reports = file.reports.map(expand)
        configuration.heartbeat = file.heartbeat.map(expand)
        configuration.newData = try expectation(file.newDataHours, refuse)
        if let days = file.retentionDays {
            guard (0...36_500).contains(days) else {
                throw refuse("retention_days is 0 to 36500, not \(days)")
            }
            configuration.retentionDays = days
        }
        for (place, entry) in [("tariff", file.tariff)]
            + (file.sites ?? [:]).sorted(by: { $0.key < $1.key }).map({
                ("sites.\($0.key).tariff", $0.value.tariff)
            })
        {
            guard let entry else { continue }
            guard entry.currency.count == 3, entry.currency.allSatisfy({ $0.isASCII && $0.isUppercase })
            else {
                throw refuse(
                    "\(place).currency is three large letters as GBP, not \(entry.currency.prefix(20))"
                )
            }
            guard [entry.importPerKWh, entry.exportPerKWh].allSatisfy({ $0.isFinite && abs($0) <= 1000 })
            else {
                throw refuse("\(place): a price per kWh is at most 1000")
            }
        }
        configuration.gateways = try GatewayBook.entries(file.gateways, refuse)
        configuration.notify = NotifySettings(
            notify: file.notify,
            alive: file.alive,
            prometheus: file.prometheus,
            home: home
        )
        configuration.tariff = file.tariff
        configuration.parameters = file.parameters ?? [:]
        configuration.sites = file.sites ?? [:]
        // Every site's parameters are tried, so that a slip is told before anything is done.
        _ = try configuration.detectors(site: "")
        for name in configuration.sites.keys { _ = try configuration.detectors(site: name) }
        return configuration
    }

    /// Reads when the owner expects new data: hours, or 0 or `false` for never.
    private static func expectation(_ value: Value?, _ refuse: (String) -> StationError) throws
        -> WatchRules.Expectation
    {
        switch value {
        case nil, .boolean(true): return .usual
        case .boolean(false), .number(0): return .nothing
        case .number(let hours):
            guard hours.isFinite, hours > 0, hours <= 87_600 else {
                throw refuse(
                    "new_data_hours is above 0 and at most 87600, or 0 or false for never, not \(hours)"
                )
            }
            return .hours(hours)
        }
    }

    /// Reads the members of a configuration.
    private static func file(_ data: Data, _ refuse: (String) -> StationError) throws -> File {
        let object: Any
        do {
            object = try JSONSerialization.jsonObject(with: data)
        } catch {
            throw refuse("it is no JSON")
        }
        guard let names = (object as? [String: Any])?.keys else { throw refuse("it is no JSON object") }
        if let odd = names.filter({ !members.contains($0) }).min() {
            throw refuse("\(odd) is not known; known are \(members.sorted().joined(separator: ", "))")
        }
        let decoder = JSONDecoder()
        let renamed = ["new_data_hours": "newDataHours", "retention_days": "retentionDays"]
        do {
            // Only the file's own members are renamed: names of sites and parameters stay as the owner wrote them.
            decoder.keyDecodingStrategy = .custom { path in
                let last = path[path.count - 1]
                return path.count == 1 ? renamed[last.stringValue].map { Key($0) } ?? last : last
            }
            return try decoder.decode(File.self, from: data)
        } catch DecodingError.keyNotFound(let key, let context) {
            let place = (context.codingPath + [key]).map(\.stringValue).joined(separator: ".")
            throw refuse("\(place) is missing")
        } catch DecodingError.typeMismatch(_, let context) {
            // Named as the file has it.
            let place = context.codingPath.map { key in
                renamed.first { $0.value == key.stringValue }?.key ?? key.stringValue
            }
            throw refuse("\(place.joined(separator: ".")) has the wrong type")
        } catch {
            throw refuse("it cannot be read")
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(_ text: String) { stringValue = text }
        init?(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Tells whether a site has facts of its own here.
    package func names(site: String) -> Bool { sites[site] != nil }

    /// Returns what energy costs at a site; nil where the owner has not said.
    package func tariff(site: String) -> Tariff? {
        (sites[site]?.tariff ?? tariff).map {
            Tariff(importPerKWh: $0.importPerKWh, exportPerKWh: $0.exportPerKWh, currency: $0.currency)
        }
    }

    /// Returns the detectors' parameters of a site.
    ///
    /// - Throws: `StationError` for a parameter that is not known or not of its kind.
    package func detectors(site: String) throws -> DetectorParameters {
        var overrides = parameters
        for (name, value) in sites[site]?.parameters ?? [:] { overrides[name] = value }
        guard !overrides.isEmpty else { return DetectorParameters() }
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        let encoded = try encoder.encode(DetectorParameters())
        guard var members = try JSONSerialization.jsonObject(with: encoded) as? [String: Any] else {
            return DetectorParameters()
        }
        for name in overrides.keys {
            guard members[name] != nil else {
                let near = members.keys.sorted().filter { $0.hasPrefix(String(name.prefix(4))) }
                throw StationError.unknownParameter(name: name, near: near)
            }
        }
        // One by one, so that the one that does not fit is named.
        let defaults = members
        for (name, value) in overrides {
            if case .number(let number) = value {
                let bounds = Configuration.bounds(
                    of: name,
                    usually: (defaults[name] as? NSNumber)?.doubleValue ?? 0
                )
                guard number.isFinite, bounds.contains(number) else {
                    throw StationError.parameterRange(
                        name: name,
                        range: Int(bounds.lowerBound)...Int(bounds.upperBound),
                        found: number
                    )
                }
            }
            var one = defaults
            one[name] = value.json
            guard (try? Configuration.decode(one)) != nil else {
                throw StationError.parameterKind(name: name)
            }
            members[name] = value.json
        }
        return try Configuration.decode(members)
    }

    /// Returns what a parameter may be: a share at most 1, a number of days, rows or devices at least 1, and nothing so large
    /// that arithmetic could run over.
    private static func bounds(of name: String, usually usual: Double) -> ClosedRange<Double> {
        let words = Set(name.split(separator: "_").map(String.init))
        if !words.isDisjoint(with: ["share", "overlap", "alpha", "efficiency", "loss"]) { return 0...1 }
        if !words.isDisjoint(with: ["days", "rows", "devices", "peers"]) { return 1...mostParameter }
        if !words.isDisjoint(with: ["hours", "minutes"]) { return 0...100_000 }
        return usual < 0 ? -mostParameter...mostParameter : 0...mostParameter
    }

    /// No parameter, whatever its unit, has a use beyond.
    private static let mostParameter = 1_000_000.0

    private static func decode(_ members: [String: Any]) throws -> DetectorParameters {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(
            DetectorParameters.self,
            from: try JSONSerialization.data(withJSONObject: members)
        )
    }

    /// A text that differs where any parameter does.
    package func fingerprint(site: String) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        return String(decoding: try encoder.encode(try detectors(site: site)), as: UTF8.self)
    }
}
