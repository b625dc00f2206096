// The file for Prometheus, read line by line and by Prometheus' own tool where that is installed.

import Foundation
import Notify
import Readings
import TestSupport
import Testing

private let tool = ["/usr/bin/promtool", "/usr/local/bin/promtool", "/opt/homebrew/bin/promtool"].first {
    FileManager.default.isExecutableFile(atPath: $0)
}

@Suite("numbers")
struct MetricsTests {
    private static func metrics(_ names: [String]) -> Metrics {
        var metrics = Metrics()
        metrics.lastCheck = (NotifyHouse.now, 1)
        for name in names {
            var site = Metrics.SiteMetrics(site: name)
            site.dataEnds = [("enlighten_report", NotifyHouse.now), (name, NotifyHouse.now)]
            site.findings = Severity.allCases.map { ($0, 2) }
            site.charges = [("121212340006", 0.995), ("121212350006", .nan), (name, 0)]
            site.recordedWh = [(.produced, 1_000), (.consumed, -5), (.imported, .max)]
            metrics.sites.append(site)
        }
        metrics.outboxWaiting = names.map { ($0, 3) }
        return metrics
    }

    @Test("the file is what somebody looked at")
    func golden() {
        var metrics = Self.metrics([])
        var site = Metrics.SiteMetrics(site: "my \"home\" \\ x")
        site.dataEnds = [("gateway", 5)]
        site.findings = [(.critical, 1), (.warning, 0)]
        site.charges = [("121212340006", 0.5)]
        site.recordedWh = [(.produced, 2)]
        metrics.sites = [site]
        metrics.outboxWaiting = [("mail", 0)]
        #expect(
            metrics.text == #"""
                # HELP sunvigil_last_check_timestamp_seconds When the last check ended.
                # TYPE sunvigil_last_check_timestamp_seconds gauge
                sunvigil_last_check_timestamp_seconds 1772690400
                # HELP sunvigil_last_check_exit_code Exit code of the last check: 0, 1 or 2.
                # TYPE sunvigil_last_check_exit_code gauge
                sunvigil_last_check_exit_code 1
                # HELP sunvigil_data_end_timestamp_seconds Where the data of a source end.
                # TYPE sunvigil_data_end_timestamp_seconds gauge
                sunvigil_data_end_timestamp_seconds{site="my \"home\" \\ x",source="gateway"} 5
                # HELP sunvigil_findings Findings that hold now or are to be followed up.
                # TYPE sunvigil_findings gauge
                sunvigil_findings{site="my \"home\" \\ x",severity="critical"} 1
                sunvigil_findings{site="my \"home\" \\ x",severity="warning"} 0
                # HELP sunvigil_battery_charge_ratio State of charge of a battery, 0 to 1.
                # TYPE sunvigil_battery_charge_ratio gauge
                sunvigil_battery_charge_ratio{site="my \"home\" \\ x",serial="121212340006"} 0.5
                # HELP sunvigil_recorded_joules_total All energy that is recorded.
                # TYPE sunvigil_recorded_joules_total counter
                sunvigil_recorded_joules_total{site="my \"home\" \\ x",channel="produced"} 7200
                # HELP sunvigil_outbox_waiting Messages that wait to be sent.
                # TYPE sunvigil_outbox_waiting gauge
                sunvigil_outbox_waiting{channel="mail"} 0

                """#
        )
    }

    @Test("an empty store has an empty file")
    func empty() { #expect(Metrics().text.isEmpty) }

    @Test("every line is a comment or a series without a time, and no series stands twice")
    func lines() {
        let text = Self.metrics(NotifyHouse.hostileNames + NotifyHouse.hostileNames).text
        #expect(text.hasSuffix("\n") && !text.contains("\n\n"))
        var seen: Set<Substring> = []
        let series =
            #/([a-z_]+(\{[a-z]+="([^"\\]|\\["\\n])*"(,[a-z]+="([^"\\]|\\["\\n])*")*\})?) -?[0-9.e+]+/#
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            let found = line.wholeMatch(of: series)
            #expect(found != nil, "\(line)")
            let isNew = seen.insert(found?.1 ?? "").inserted
            #expect(isNew, "\(line)")
        }
    }

    @Test("Prometheus' own tool takes the file", .enabled(if: tool != nil, "promtool is not installed"))
    func promtool() throws {
        for names in [["home"], NotifyHouse.hostileNames, []] {
            let process = Process()
            process.executableURL = URL(filePath: tool ?? "")
            process.arguments = ["check", "metrics"]
            let result = try Program.finish(process, input: Self.metrics(names).text)
            #expect(result.code == 0, "\(result.output)\(result.errors)")
        }
    }
}
