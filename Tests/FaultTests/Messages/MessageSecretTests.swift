// Secrets of every kind of channel, from every place, with servers that cannot be reached: not a byte of them in what the program
// says, keeps, backs up or writes.

import Foundation
import TestSupport
import Testing

@Suite("secrets of channels")
struct MessageSecretTests {
    private static let marks = [
        "hookQz81vRtLx", "topicQz82wRtMx", "passQz83xRtNx", "tokenQz84yRtPx", "keyQz85zRtRx",
    ]

    @Test(
        "whatever fails, no secret is in outputs, the store, its backup or the files beside it"
    )
    func nowhere() throws {
        let made = try TestStore()
        let (folder, store) = (made.folder, made.path)
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for slot in 0..<96 {
            text += String(format: "06/01/2024 %02d:%02d,%d,%d\n", slot / 4, slot % 4 * 15, slot, slot + 1)
        }
        #expect(try Program.run("import", "--store", store, try folder.write("a.csv", text)).code == 0)
        let marks = MessageSecretTests.marks
        let topic = try folder.write("topic", marks[1] + "\n")
        let key = try folder.write("credentials/key", marks[4] + "\n")
        for path in [topic, key] {
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
        let settings = """
            {"notify": {"channels": {
              "hook": {"kind": "webhook", "url": {"env": "HOOK"}, "secret": {"credential": "key"}},
              "phone": {"kind": "ntfy", "url": "https://127.0.0.1:9", "topic": {"file": "\(topic)"}, "token": {"env": "TOKEN"}},
              "mail": {"kind": "mail", "from": "a@example.org", "to": ["b@example.org"], "smtp": "127.0.0.1:9",
                       "user": "me", "password": {"command": ["/bin/echo", "\(marks[2])"]}},
              "house": {"kind": "mqtt", "url": "mqtts://127.0.0.1:9", "user": "me", "password": {"env": "TOKEN"}},
              "own": {"kind": "command", "command": ["/usr/bin/env"]}
            }}, "alive": {"url": {"env": "HOOK"}}, "prometheus": "\(folder.path)/out/a.prom"}
            """
        try FileManager.default.createDirectory(
            atPath: folder.path + "/out",
            withIntermediateDirectories: true
        )
        let config = store + "/config.json"
        try Data(settings.utf8).write(to: URL(filePath: config))
        let environment = [
            "HOOK": "https://127.0.0.1:9/\(marks[0])", "TOKEN": marks[3],
            "CREDENTIALS_DIRECTORY": folder.path + "/credentials",
        ]
        var said = ""
        for words in [
            ["check"], ["notify"], ["notify", "--test"], ["notify", "--show"],
            ["notify", "--list", "--json"],
            ["notify", "--failed", "x.service"], ["findings", "--json"], ["backup"],
        ] {
            let last = words == ["backup"] ? [folder.path + "/out/backup"] : []
            let result = try Program.run(
                arguments: words + ["--store", store] + last,
                environment: environment
            )
            said += result.output + result.errors
        }
        #expect(
            said.contains("channel hook did not deliver") && said.contains("channel mail did not deliver"),
            "\(said)"
        )
        var places: [(String, Data)] = [("outputs", Data(said.utf8))]
        for root in [store, folder.path + "/out"] {
            for name in try FileManager.default.subpathsOfDirectory(atPath: root) where name != "config.json"
            {
                if let data = FileManager.default.contents(atPath: "\(root)/\(name)") {
                    places.append((name, data))
                }
            }
        }
        #expect(places.count > 5)
        for mark in marks {
            let coded = Data(mark.utf8).base64EncodedString()
            for (name, data) in places where !(name.hasSuffix("config.json") && mark == marks[2]) {
                #expect(data.range(of: Data(mark.utf8)) == nil, "\(mark) is in \(name)")
                #expect(data.range(of: Data(coded.utf8.prefix(12))) == nil, "\(mark) is in \(name), coded")
            }
        }
    }
}
