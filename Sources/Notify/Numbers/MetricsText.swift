// What Prometheus' node_exporter reads from a file. Without times: they would make it refuse the file.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/

import Readings
import Words

/// The numbers of a store.
package struct Metrics: Sendable {
    /// Seconds UTC of the last check, and its exit code; nil before the first.
    package var lastCheck: (atUTCSeconds: Int64, exitCode: Int32)?
    /// The sites.
    package var sites: [SiteMetrics] = []
    /// Messages that wait, by channel.
    package var outboxWaiting: [(channel: String, count: Int)] = []

    /// The numbers of a site.
    package struct SiteMetrics: Sendable {
        /// The name by which the owner calls it.
        package var site: String
        /// Where the data of each source end, seconds UTC.
        package var dataEnds: [(source: String, utcSeconds: Int64)] = []
        /// Findings that are now or to follow up, by severity.
        package var findings: [(Severity, Int)] = []
        /// Charge of each battery, 0 to 1.
        package var charges: [(serial: String, ratio: Double)] = []
        /// All energy that is recorded, by channel, Wh.
        package var recordedWh: [(Channel, Int64)] = []

        /// Describes a site of which nothing is known.
        package init(site: String) { self.site = site }
    }

    /// Describes an empty store.
    package init() {}

    /// The text of the file.
    ///
    /// Serial numbers stand whole: the file stays at home, and two batteries with the same last digits would be one series.
    package var text: String {
        var families = checkFamilies
        families.append(
            Family("sunvigil_data_end_timestamp_seconds", help: "Where the data of a source end.") {
                for site in sites {
                    for end in site.dataEnds {
                        $0.add([("site", site.site), ("source", end.source)], "\(end.utcSeconds)")
                    }
                }
            }
        )
        families.append(
            Family("sunvigil_findings", help: "Findings that hold now or are to be followed up.") {
                for site in sites {
                    for (severity, count) in site.findings {
                        $0.add([("site", site.site), ("severity", severity.rawValue)], "\(count)")
                    }
                }
            }
        )
        families.append(
            Family("sunvigil_battery_charge_ratio", help: "State of charge of a battery, 0 to 1.") {
                for site in sites {
                    for battery in site.charges where battery.ratio.isFinite {
                        $0.add([("site", site.site), ("serial", battery.serial)], "\(battery.ratio)")
                    }
                }
            }
        )
        families.append(
            Family("sunvigil_recorded_joules_total", help: "All energy that is recorded.", type: "counter") {
                for site in sites {
                    for (channel, energy) in site.recordedWh {
                        let joules = energy.multipliedReportingOverflow(by: Metrics.joulesPerWh)
                        let value =
                            joules.overflow
                            ? "\(Double(energy) * Double(Metrics.joulesPerWh))" : "\(joules.partialValue)"
                        $0.add([("site", site.site), ("channel", channel.name)], value)
                    }
                }
            }
        )
        families.append(
            Family("sunvigil_outbox_waiting", help: "Messages that wait to be sent.") {
                for own in outboxWaiting { $0.add([("channel", own.channel)], "\(own.count)") }
            }
        )
        return families.map(\.text).joined()
    }

    private static let joulesPerWh: Int64 = 3_600

    private var checkFamilies: [Family] {
        guard let lastCheck else { return [] }
        return [
            Family("sunvigil_last_check_timestamp_seconds", help: "When the last check ended.") {
                $0.add([], "\(lastCheck.atUTCSeconds)")
            },
            Family("sunvigil_last_check_exit_code", help: "Exit code of the last check: 0, 1 or 2.") {
                $0.add([], "\(lastCheck.exitCode)")
            },
        ]
    }

    /// Lines of one name.
    private struct Family {
        private let name: String
        private var lines: [String] = []
        private var seen: Set<String> = []
        private let head: String

        init(_ name: String, help: String, type: String = "gauge", _ fill: (inout Family) -> Void) {
            self.name = name
            head = "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
            fill(&self)
        }

        /// Adds a line; one whose labels were there already would make the whole file unreadable, and is left out.
        mutating func add(_ labels: [(name: String, value: String)], _ value: String) {
            let texts = labels.map { "\($0.name)=\"\(Family.escaped($0.value))\"" }
            let series = texts.isEmpty ? name : "\(name){\(texts.joined(separator: ","))}"
            if seen.insert(series).inserted { lines.append("\(series) \(value)\n") }
        }

        /// The lines with what explains them; empty where there is none.
        var text: String { lines.isEmpty ? "" : head + lines.joined() }

        /// Returns the value of a label: its three signs escaped, other controls made visible.
        private static func escaped(_ text: String) -> String {
            var result = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\\": result += "\\\\"
                case "\"": result += "\\\""
                case "\n": result += "\\n"
                default: result += VisibleText.of(String(scalar))
                }
            }
            return result
        }
    }
}
