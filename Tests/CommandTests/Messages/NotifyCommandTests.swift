// `sunvigil notify` as scripts and owners run it: what it prints, which codes it ends with, what reaches a program.

import Foundation
import Readings
import TestSupport
import Testing

/// A store whose data ended years ago, with channels that are programs.
private struct MessageStore {
    let store: TestStore
    var path: String { store.path }
    /// What the channel `file` was given, one message behind another.
    var given: String { (try? String(contentsOfFile: store.folder.path + "/given", encoding: .utf8)) ?? "" }

    init(_ configuration: String? = nil) throws {
        store = try TestStore()
        var report = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for day in 1...3 {
            for slot in 0..<96 {
                let hour = String(format: "%02d:%02d", slot / 4, slot % 4 * 15)
                report +=
                    "03/0\(day)/2024 \(hour),\((30..<66).contains(slot) ? 200 + slot : 0),\(80 + slot % 7)\n"
            }
        }
        let file = try store.folder.write("report.csv", report)
        try #require(Program.run("import", "--store", path, file).code == 0)
        try configure(configuration ?? MessageStore.channels(["file": "cat >> \(store.folder.path)/given"]))
    }

    /// Channels that are shell scripts.
    static func channels(_ scripts: KeyValuePairs<String, String>) -> String {
        let members = scripts.map {
            "\"\($0)\": {\"kind\": \"command\", \"command\": [\"/bin/sh\", \"-c\", \"\($1)\"]}"
        }
        return "{\"notify\": {\"channels\": {\(members.joined(separator: ", "))}}}"
    }

    func configure(_ text: String) throws {
        try text.write(toFile: path + "/config.json", atomically: true, encoding: .utf8)
    }

    func notify(_ arguments: String...) throws -> Program.Result {
        try Program.run(arguments: ["notify", "--store", path] + arguments, seconds: 60)
    }

    func json(_ arguments: String...) throws -> [JSONValue] {
        let result = try Program.run(arguments: ["notify", "--store", path, "--json"] + arguments)
        try #require(result.code == 0, "\(result.errors)")
        return try #require(JSONValue(parsing: result.output)).elements
    }
}

@Suite("sunvigil notify") struct NotifyCommandTests {
    @Test("what would go is shown, goes once, and is listed") func once() throws {
        let house = try MessageStore()
        // What is found is told by the check, which is the first to look.
        #expect(try house.json("--show").isEmpty)
        let check = try Program.run("check", "--store", house.path)
        #expect(check.code == 1)
        let told = house.given
        #expect(told.hasPrefix("[home] "))
        #expect(told.contains("your newest data are of 2024-03-03"))
        #expect(told.contains("sunvigil ack 1"))
        let last = try #require(told.split(separator: "\n").last)
        let body = try #require(JSONValue(parsing: String(last)))
        #expect(body["version"] == .integer(1) && body["site"]?.string == "home")
        // Nothing a second time.
        #expect(try house.notify().code == 0)
        #expect(try Program.run("check", "--store", house.path).code == 1)
        #expect(house.given == told)
        let listed = try house.json("--list")
        #expect(listed.map { $0["state"]?.string } == ["sent"])
        #expect(listed[0]["dedupe"] == body["id"])
    }

    @Test("a channel that comes later hears what is open, the same however often it is shown") func later()
        throws
    {
        let house = try MessageStore()
        try #require(Program.run("check", "--store", house.path).code == 1)
        try house.configure(
            "{\"notify\": {\"channels\": {\"x\": {\"kind\": \"command\", \"command\": [\"/bin/cat\"]}}}}"
        )
        let shown = try house.json("--show")
        #expect(shown.count == 1)
        let names = shown[0].members.map(\.0)
        #expect(names == ["channel", "dedupe", "event", "level", "title", "text", "due"])
        #expect(shown[0]["channel"]?.string == "x" && shown[0]["event"]?.string == "open_now")
        #expect(shown[0]["level"]?.string == "warning")
        #expect(try house.json("--show").map { $0["dedupe"] } == shown.map { $0["dedupe"] })
        let sent = try house.notify()
        #expect(sent.code == 0 && sent.output.hasPrefix("x: [home] "))
        #expect(try house.json("--show").isEmpty)
    }

    @Test("a channel that does not deliver ends with 2 and goes on waiting; the others do not wait for it")
    func failing() throws {
        let house = try MessageStore()
        let file = house.store.folder.path + "/given"
        try house.configure(
            MessageStore.channels(["bad": "echo no such phone >&2; exit 3", "good": "cat >> \(file)"])
        )
        let check = try Program.run("check", "--store", house.path)
        #expect(check.code == 1, "what is sent changes no code of a check")
        #expect(check.errors.contains("channel bad did not deliver"))
        #expect(check.errors.contains("sunvigil notify --test bad"))
        #expect(house.given.contains("[home]"))
        let listed = try house.json("--list")
        let bad = try #require(listed.first { $0["channel"]?.string == "bad" })
        #expect(bad["state"]?.string == "waiting" && bad["attempts"] == .integer(1))
        #expect(bad["error"]?.string?.contains("no such phone") == true)
        let trial = try house.notify("--test")
        #expect(trial.code == 2 && trial.output.contains("good: the message went"))
        #expect(trial.errors.contains("no such phone"))
    }

    @Test("a slip is named with its key and a remedy, keeps no other channel, and shows no secret")
    func slips() throws {
        let house = try MessageStore()
        let file = house.store.folder.path + "/given"
        try house.configure(
            """
            {"notify": {"channels": {
                "good": {"kind": "command", "command": ["/bin/sh", "-c", "cat >> \(file)"]},
                "phone": {"kind": "ntfy", "url": "https://ntfy.sh", "topic": "tr0ubadour-topic"}}}}
            """
        )
        let check = try Program.run("check", "--store", house.path)
        #expect(check.code == 2)
        #expect(house.given.contains("[home]"))
        for result in [check, try house.notify(), try house.notify("--show"), try house.notify("--test")] {
            #expect(result.code == 2)
            #expect(result.errors.contains("notify.channels.phone.topic"))
            #expect(!(result.errors + result.output).contains("tr0ubadour"))
        }
    }

    @Test("one channel is tried by its name, and a service that failed is told") func trials() throws {
        let house = try MessageStore()
        let trial = try house.notify("--test", "file")
        #expect(trial.code == 0 && trial.output == "file: the message went\n")
        #expect(house.given.hasPrefix("[home] test"))
        let unknown = try house.notify("--test", "fax")
        #expect(unknown.code == 2 && unknown.errors.contains("there is no channel fax; known are file"))
        let failed = try house.notify("--failed", "sunvigil-check.service")
        #expect(failed.code == 0)
        #expect(house.given.contains("[sunvigil] critical: sunvigil-check.service failed"))
        try house.configure("{}")
        #expect(try house.notify().code == 0)
        let none = try house.notify("--test")
        #expect(none.code == 2 && none.errors.contains("config.json names no channel"))
    }

    @Test("a service that failed is told although the store and the rest of config.json are broken")
    func brokenStore() throws {
        let house = try MessageStore()
        let file = house.store.folder.path + "/given"
        let channels = MessageStore.channels(["file": "cat >> \(file)"]).dropLast()
        try house.configure(channels + ", \"retention_days\": \"many\"}")
        try "no catalogue".write(toFile: house.path + "/catalog.sqlite", atomically: true, encoding: .utf8)
        #expect(try Program.run("check", "--store", house.path).code == 2)
        #expect(house.given.isEmpty)
        #expect(try house.notify("--failed", "sunvigil-check.service").code == 0)
        #expect(house.given.contains("sunvigil-check.service failed"))
    }

    @Test(
        "flags that do not go together are refused",
        arguments: [["--test", "--show"], ["file"], ["--json"]]
    )
    func flags(_ arguments: [String]) throws {
        let house = try TestStore()
        let result = try Program.run(arguments: ["notify", "--store", house.path] + arguments)
        #expect(result.code == 2 && result.output.isEmpty)
    }
}
