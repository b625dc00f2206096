// What Prometheus' node_exporter reads from a file. Without times: they would make it refuse the file.
// Source: https://prometheus.io/docs/instrumenting/exposition_formats/

import Readings

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
    package var text: String { "" }
}
