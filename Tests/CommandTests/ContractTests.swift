// The lines that others script against, run on the built program.

import Foundation
import TestSupport
import Testing

private let header =
    "Date/Time,Energy Produced (Wh),Energy Consumed (Wh),Exported to Grid (Wh),Imported from Grid (Wh)\n"

/// Rows of a day at 15 minutes; `empty` slots are zero.
private func day(_ date: String, produced: Int = 10, empty: Range<Int> = 0..<0) -> String {
    (0..<96).map { slot in
        let clock = String(format: "%02d:%02d", slot / 4, slot % 4 * 15)
        return empty.contains(slot)
            ? "\(date) \(clock),0,0,0,0\n"
            : "\(date) \(clock),\(slot / 4 >= 7 && slot / 4 < 17 ? produced + slot % 3 : 0),\(20 + slot % 5),0,\(10 + slot % 7)\n"
    }.joined()
}

private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite("contract")
struct ContractTests {
    private let folder: ScratchFolder
    private let store: String

    init() throws {
        let made = try TestStore(timeZone: "Europe/London")
        folder = made.folder
        store = made.path
        #expect(made.made.code == 0, "\(made.made.errors)")
    }

    /// Returns the month of the test's rows as the program reports it.
    private func monthlyJSON() throws -> String {
        try Program.run("report", "monthly", "--store", store, "--month", "2025-03", "--format", "json")
            .output
    }

    @Test("import, status, files, findings, report, verify and undo work as written")
    func wholeWay() throws {
        let file = try folder.write(
            "a.csv",
            header + day("03/01/2025") + day("03/02/2025", empty: 20..<60) + day("03/03/2025")
        )
        let imported = try Program.run("import", "--store", store, "--site", "home", file)
        #expect(imported.code == 0 && imported.output.contains("288 new"), "\(imported.errors)")
        let again = try Program.run("import", "--store", store, file)
        #expect(again.code == 0 && again.output.contains("nothing new"))
        let status = try object(try Program.run("status", "--store", store, "--json").output)
        #expect((status["imports"] as? [Any])?.count == 1)
        let files = try Program.run("files", "--store", store, "site_interval").output.split(separator: "\n")
        #expect(
            files.count == 1 && files[0].hasPrefix("/")
                && FileManager.default.fileExists(atPath: String(files[0]))
        )
        #expect(try Program.run("check", "--store", store).code == 1)
        let findings = try #require(
            try JSONSerialization.jsonObject(
                with: Data(try Program.run("findings", "--store", store, "--json").output.utf8)
            )
                as? [[String: Any]]
        )
        // The report is old by the clock of the test: that is told too.
        #expect(findings.count == 2 && findings[1]["kind"] as? String == "no_new_data")
        let first = try #require(findings.first)
        #expect(
            first["kind"] as? String == "site_silent"
                && first["device"] as? String == "site"
        )
        #expect(
            first["start"] as? String == "2025-03-02T05:00:00Z"
                && first["end"] as? String == "2025-03-02T15:00:00Z"
        )
        #expect(first["alert"] as? String == "2025-03-02T06:30:00Z" && first["state"] as? String == "open")
        #expect(
            Set(first.keys).isSuperset(of: [
                "site", "device", "kind", "start", "end", "alert", "state", "standing", "severity", "rule",
                "evidence", "text",
            ])
        )
        let report = try monthlyJSON()
        #expect(try monthlyJSON() == report)
        let coverage = try #require(try object(report)["coverage"] as? [String: Any])
        #expect(coverage["present_intervals"] as? Int == 248 && coverage["absent_intervals"] as? Int == 40)
        #expect(
            try Program.run("report", "monthly", "--store", store, "--month", "2025-03").output.contains(
                "Your data stopped on 2025-03-02 05:00"
            )
        )
        #expect(try Program.run("verify", "--store", store).code == 0)
        #expect(try Program.run("undo", "--store", store, "1").code == 0)
        #expect(try Program.run("files", "--store", store, "site_interval").output.isEmpty)
        #expect(try Program.run("verify", "--store", store).code == 0)
        #expect(try Program.run("import", "--store", store, file).output.contains("288 new"))
    }

    @Test("a later capture wins whatever the order of import, and an undo brings the other back")
    func revisions() throws {
        let early = try folder.write("early.csv", header + day("03/01/2025", produced: 10))
        let late = try folder.write("late.csv", header + day("03/01/2025", produced: 50))
        func produced() throws -> Int? {
            let report = try monthlyJSON()
            return (try object(report)["energy"] as? [String: Any])?["produced_wh"] as? Int
        }
        #expect(try Program.run("import", "--store", store, "--captured-at", "2025-04-02", late).code == 0)
        let second = try Program.run("import", "--store", store, "--captured-at", "2025-04-01", early)
        #expect(second.output.contains("0 new, 0 revised, 96 unchanged"), "\(second.output)")
        #expect(try produced() == 40 * 51)
        #expect(try Program.run("undo", "--store", store, "1").code == 0)
        #expect(try produced() == 40 * 11)
        #expect(try Program.run("verify", "--store", store).code == 0)
    }

    @Test("a bad file is named, the others go in, the exit code is 2")
    func badFiles() throws {
        let good = try folder.write("good.csv", header + day("03/01/2025"))
        let bad = try folder.write("bad.csv", header + day("03/01/2025") + "03/02/2025 00:00,1\n")
        let result = try Program.run("import", "--store", store, bad, "/nowhere.csv", good)
        #expect(result.code == 2 && result.output.contains("96 new"))
        #expect(
            result.errors.contains("bad.csv: 1 of its 97 rows cannot be read")
                && result.errors.contains("line 98 has 2 fields") && result.errors.contains("/nowhere.csv")
        )
        #expect(try Program.run("verify", "--store", store).code == 0)
        #expect(try Program.run("import", "--store", folder.path + "/none", good).code == 2)
        #expect(
            try Program.run(
                "init",
                "--store",
                store,
                "--site",
                "x",
                "--time-zone",
                "Mars/Base",
                "--latitude",
                "1",
                "--longitude",
                "1"
            ).code == 2
        )
    }

    @Test("verify names a flipped bit in a segment and in a kept document")
    func flippedBits() throws {
        let file = try folder.write("a.csv", header + day("03/01/2025"))
        try Program.run("import", "--store", store, file)
        let segment = try Program.run("files", "--store", store, "site_interval").output.trimmingCharacters(
            in: .newlines
        )
        var bytes = try Data(contentsOf: URL(filePath: segment))
        bytes[100] ^= 4
        try bytes.write(to: URL(filePath: segment))
        let result = try Program.run("verify", "--store", store)
        #expect(result.code == 2 && result.output.contains("SHA-256"))
    }
}
