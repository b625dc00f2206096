// Every kind of document through the built program: what it takes, refuses and says.

import Deflate
import Foundation
import TestSupport
import Testing

private let story = Checkout.root.appending(path: "datasets/story-house").path

private func objects(_ text: String) throws -> [[String: Any]] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
}

private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
}

@Suite("documents")
struct DocumentsTests {
    private let made: TestStore
    private var store: String { made.path }

    init() throws { made = try TestStore(timeZone: "Europe/London") }

    private func run(_ arguments: String...) throws -> Program.Result {
        try Program.run(arguments, store: made.path)
    }

    @Test("a whole folder goes in, is told in one screen, and the same folder again changes nothing")
    func folder() throws {
        let first = try run("import", "--captured-at", "2025-07-02", story)
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.split(separator: "\n").count < 25)
        #expect(first.output.contains("gateway capture: 3,") && first.output.contains("cloud_silent 1"))
        // truth.json is like no format: it is passed over and named.
        #expect(first.errors.contains("truth.json"))
        let snapshot = try object(try run("status", "--json").output)["snapshot"] as? Int
        let again = try run("import", "--captured-at", "2025-07-02", story)
        #expect(again.code == 0 && again.output.contains("were in the store already"))
        #expect(try object(try run("status", "--json").output)["snapshot"] as? Int == snapshot)
        let verified = try run("verify")
        #expect(verified.code == 0, "\(verified.output)")
    }

    @Test("gzip, ZIP and standard input are opened; the document inside is the one that counts")
    func containers() throws {
        let text = try Data(contentsOf: URL(filePath: "\(story)/utility/octopus_import.csv"))
        var gzip: [UInt8] = []
        GzipCompressor(level: 6).compress([UInt8](text)[...], isLast: true) { gzip += $0 }
        let path = made.folder.path + "/octopus_import.csv.gz"
        try Data(gzip).write(to: URL(filePath: path))
        let packed = try run("import", path)
        #expect(packed.code == 0 && packed.output.contains("286 new"), "\(packed.errors)")
        let plain = try run("import", "\(story)/utility/octopus_import.csv")
        #expect(plain.output.contains("nothing new"))
        let truncated = made.folder.path + "/cut_import.csv.gz"
        try Data(gzip.dropLast(20)).write(to: URL(filePath: truncated))
        let cut = try run("import", truncated)
        #expect(cut.code == 2 && cut.errors.contains("damaged or ends too early"), "\(cut.errors)")
    }

    @Test("devices and events show what a capture said; undo takes all of it back")
    func capture() throws {
        #expect(try run("import", "\(story)/gateway/after").code == 0)
        let devices = try objects(try run("devices", "--json").output)
        let readings = try #require(devices.first?["readings"] as? [[String: Any]])
        let stuck = readings.filter { $0["serial"] as? String == "482200000006" }
        #expect(stuck.count == 2)
        #expect(
            stuck.allSatisfy { ($0["values"] as? [String: Double])?["soc_pct"] == 99 }
        )
        let events = try objects(try run("events", "--json").output)
        let kinds = events.compactMap { ($0["event"] as? [String: Any])?["kind"] as? String }
        #expect(kinds.contains("inverter_lost") && kinds.contains("counter_wrapped"))
        #expect(try run("devices", "--kind", "battery").output.contains("state of charge 99.0 %"))
        let wrong = try run("devices", "--kind", "fridge")
        #expect(wrong.code == 2 && wrong.errors.contains("inverter"))
        #expect(try run("undo", "1").code == 0)
        #expect(try objects(try run("events", "--json").output).isEmpty)
        #expect(try run("verify").code == 0)
    }

    @Test("documents of another gateway are refused for a known site, mapped ones go where they belong")
    func sites() throws {
        #expect(try run("import", "\(story)/gateway/after").code == 0)
        let folder = made.folder.path + "/other"
        try FileManager.default.copyItem(atPath: "\(story)/gateway/after", toPath: folder)
        let info = folder + "/info"
        let text = try String(contentsOfFile: info, encoding: .utf8)
        try Data(text.replacing("482299000001", with: "482299000002").utf8).write(to: URL(filePath: info))
        let refused = try run("import", folder)
        #expect(refused.code == 2 && refused.errors.contains("482299000002"), "\(refused.errors)")
        let mapped = try run("import", "--new-sites-like", "home", "--map", "other=cabin", folder)
        #expect(mapped.code == 0 && mapped.output.contains("for site cabin"), "\(mapped.errors)")
        // From now on the store knows the gateway by itself.
        let known = try run("import", folder)
        #expect(known.output.contains("nothing new"))
        let unknown = try run("import", "\(story)/bills/bills.csv")
        #expect(unknown.code == 2 && unknown.errors.contains("--site or --map"))
    }

    @Test("a clock that is off is refused with its lag; local times are set right, or taken on request")
    func clock() throws {
        // Nine days of export around noon, by the wall of Los Angeles, called UTC.
        let header = """
            <feed xmlns="http://naesb.org/espi"><ReadingType><uom>72</uom><flowDirection>19</flowDirection></ReadingType><IntervalBlock>
            """
        var readings = ""
        for day in 0..<9 {
            for hour in 0..<24 {
                let energy = max(0, 6 - abs(hour - 12)) * 100
                let start = 1_748_736_000 + day * 86_400 + hour * 3_600
                readings +=
                    "<IntervalReading><timePeriod><duration>3600</duration><start>\(start)</start></timePeriod><value>\(energy)</value></IntervalReading>"
            }
        }
        let file = try made.folder.write("gb.xml", header + readings + "</IntervalBlock></feed>")
        let site = try Program.run(
            "init",
            "--store",
            store,
            "--site",
            "west",
            "--time-zone",
            "America/Los_Angeles",
            "--latitude",
            "34",
            "--longitude",
            "-118"
        )
        #expect(site.code == 0, "\(site.errors)")
        let refused = try run("import", "--site", "west", file)
        #expect(refused.code == 2 && refused.errors.contains("off by about -7"), "\(refused.errors)")
        #expect(refused.errors.contains("--times local") && refused.errors.contains("--accept-clock"))
        let taken = try run("import", "--site", "west", "--accept-clock", file)
        #expect(taken.code == 0 && taken.output.contains("taken on request"))
        #expect(try run("undo", "1").code == 0)
        let local = try run("import", "--site", "west", "--utc-is-local", file)
        #expect(local.code == 0 && local.output.contains("clock: right"), "\(local.errors)")
    }

    @Test("what is not recognised names the nearest format and what it lacks")
    func unknown() throws {
        let near = try made.folder.write(
            "near.csv",
            "TYPE,DATE,START TIME,IMPORT (kWh),EXPORT (kWh)\nE,1,2,3,4\n"
        )
        let answer = try run("import", near)
        #expect(
            answer.code == 2 && answer.errors.contains("nearest is utility interval CSV"),
            "\(answer.errors)"
        )
        let body = try run("import", "\(story)/gateway/after/ivp_meters_readings")
        #expect(body.code == 2 && body.errors.contains("import the folder"), "\(body.errors)")
        let error = try made.folder.write(
            "e.json",
            #"{"message":"Too Many Requests","details":"x","code":429}"#
        )
        let limited = try run("import", error)
        #expect(
            limited.code == 2 && limited.errors.contains("429") && limited.errors.contains("wait a minute")
        )
    }
}

@Suite("bills command")
struct BillsCommandTests {
    private let made: TestStore

    init() throws { made = try TestStore(timeZone: "Europe/London") }

    private func run(_ arguments: String..., editor: String? = nil) throws -> Program.Result {
        try Program.run(
            arguments,
            store: made.path,
            environment: editor.map { ["EDITOR": $0, "VISUAL": ""] } ?? [:]
        )
    }

    @Test("bills are added, imported, listed and edited; each state can be had back")
    func wholeWay() throws {
        #expect(try run("bills", "list").output.contains("has no bills"))
        let imported = try run("bills", "import", "\(story)/bills/bills.csv")
        #expect(imported.code == 0 && imported.output.contains("6 new"), "\(imported.errors)")
        let added = try run(
            "bills",
            "add",
            "--start",
            "2025-07-01",
            "--end",
            "2025-08-01",
            "--import-kwh",
            "12.5",
            "--export-kwh",
            "300",
            "--amount",
            "4.20",
            "--currency",
            "GBP"
        )
        #expect(added.code == 0 && added.output.contains("1 new"), "\(added.errors)")
        let listed = try object(try run("bills", "list", "--json").output)
        let bills = try #require(listed["bills"] as? [[String: Any]])
        #expect(bills.count == 7 && bills.last?["import_wh"] as? Int == 12_500)
        #expect(bills.last?["net_export_wh"] as? Int == 287_500)
        let messages = try #require(listed["messages"] as? [String])
        #expect(messages.contains { $0.contains("is estimated") }, "\(messages)")
        // The editor takes a bill out and corrects another.
        let edited = try run(
            "bills",
            "edit",
            editor: "sed -i -e /^2025-07-01/d -e s/2025-06-01,2025-07-01,,[0-9]*/2025-06-01,2025-07-01,,77/"
        )
        #expect(edited.code == 0, "\(edited.errors)")
        let after = try #require(
            try object(try run("bills", "list", "--json").output)["bills"] as? [[String: Any]]
        )
        #expect(after.count == 6 && after.last?["import_wh"] as? Int == 77_000, "\(after.last ?? [:])")
        #expect(try run("bills", "edit", editor: "true").output.contains("nothing changed"))
        let broken = try run("bills", "edit", editor: "sed -i s/2025-06-01,2025-07-01/2025-06-01,2025-05-01/")
        #expect(broken.code == 2 && broken.errors.contains("is kept in"), "\(broken.errors)")
        #expect(
            try #require(try object(try run("bills", "list", "--json").output)["bills"] as? [Any]).count == 6
        )
        #expect(try run("bills", "edit", editor: "false").code == 2)
        #expect(try run("verify").code == 0)
        let text = try run("bills", "list", "--csv").output
        #expect(text.contains("start,end,meter,import_kwh"))
    }

    @Test("what holds no bills is refused, and so are dates and numbers that are none")
    func refusals() throws {
        let wrong = try run("bills", "import", "\(story)/utility/seattle.csv")
        #expect(wrong.code == 2 && wrong.errors.contains("holds no bills"), "\(wrong.errors)")
        let dates = try run(
            "bills",
            "add",
            "--start",
            "2025-02-30",
            "--end",
            "2025-03-01",
            "--import-kwh",
            "1"
        )
        #expect(dates.code == 2 && dates.errors.contains("--start is a day"))
        #expect(
            try run("bills", "add", "--start", "2025-03-02", "--end", "2025-03-01", "--import-kwh", "1").code
                == 2
        )
        #expect(
            try run("bills", "add", "--start", "2025-03-01", "--end", "2025-04-01").errors.contains(
                "--net-kwh"
            )
        )
        let huge = try run(
            "bills",
            "add",
            "--start",
            "2025-03-01",
            "--end",
            "2025-04-01",
            "--import-kwh",
            "1e300"
        )
        #expect(huge.code == 2 && huge.errors.contains("out of range"))
    }
}

extension Program {
    /// Runs a verb on a store.
    fileprivate static func run(
        _ arguments: [String],
        store: String,
        environment: [String: String] = [:]
    ) throws -> Result {
        let hasSub = arguments.first == "bills"
        let verb = Array(arguments.prefix(hasSub ? 2 : 1))
        return try run(
            arguments: verb + ["--store", store] + arguments.dropFirst(verb.count),
            environment: environment
        )
    }
}
