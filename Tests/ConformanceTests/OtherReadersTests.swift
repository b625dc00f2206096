// DuckDB, pyarrow and Polars read the store and see what the report says. Needs Python with the packages of
// scripts/conformance-environment; skipped where that environment is absent, except in continuous integration.

import Foundation
import TestSupport
import Testing

private let python = Checkout.root.appending(path: ".venv-conformance/bin/python").path
private let isPresent =
    ProcessInfo.processInfo.environment["CI"] != nil || FileManager.default.fileExists(atPath: python)

@Suite("other readers", .enabled(if: isPresent))
struct OtherReadersTests {
    @Test("three other readers agree with the report to the Wh; pruning and time travel work")
    func agreement() throws {
        let made = try TestStore(timeZone: "Europe/London")
        let store = made.path
        let data = Checkout.root.appending(path: "datasets/story-house").path
        for name in [
            "other-dialects/custom_report.csv", "daily_production_report.csv", "monthly_energy_report.csv",
        ] {
            let result = try Program.run(
                "import",
                "--store",
                store,
                "--captured-at",
                "2025-08-01",
                "\(data)/\(name)"
            )
            #expect(result.code == 0, "\(result.errors)")
        }
        let files = try Program.run("files", "--store", store, "site_interval").output.split(separator: "\n")
            .map(String.init)
        for month in ["2025-02", "2025-03", "2025-06"] {
            let report = try #require(
                try JSONSerialization.jsonObject(
                    with: Data(
                        try Program.run(
                            "report",
                            "monthly",
                            "--store",
                            store,
                            "--month",
                            month,
                            "--format",
                            "json"
                        ).output.utf8
                    )
                )
                    as? [String: Any]
            )
            let energy = try #require(report["energy"] as? [String: Any])
            let period = try #require(report["period"] as? [String: String])
            let answers = try read(store, period["start"] ?? "", period["end"] ?? "", files)
            var engines = 0
            for answer in answers {
                switch answer["engine"] as? String {
                case "snapshots": #expect(answer["counts"] as? [Int] == [0, 2972, 3153, 17_553])
                case "pruning": #expect((answer["files_read"] as? Int ?? 99) <= 2, "\(answer)")
                default:
                    engines += 1
                    for (channel, value) in energy {
                        #expect(answer[channel] as? Int == value as? Int, "\(month) \(channel) \(answer)")
                    }
                }
            }
            #expect(engines == 3)
        }
    }

    private func read(_ store: String, _ start: String, _ end: String, _ files: [String]) throws -> [[String:
        Any]]
    {
        let process = Process()
        process.executableURL = URL(filePath: python)
        let script = Checkout.root.appending(path: "Tests/ConformanceTests/read_store.py").path
        func plain(_ text: String) -> String { text.replacing("T", with: " ").replacing("Z", with: "") }
        process.arguments = [script, store, plain(start), plain(end)] + files
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let data = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return try String(decoding: data, as: UTF8.self).split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
    }
}
