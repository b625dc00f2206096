// What the owner may write of messages, what he gets for it, and what every slip says. A slip takes out its channel and no other.

import Foundation
import Lake
import Notify
import Readings
import Station
import Testing

@Suite("settings of messages")
struct NotifySettingsTests {
    private static func read(_ notify: String?, alive: String? = nil, prometheus: String? = nil) throws
        -> NotifySettings
    {
        func json(_ text: String?) throws -> JSONValue? {
            try text.map { try #require(JSONValue(parsing: $0), "\($0)") }
        }
        return NotifySettings(
            notify: try json(notify),
            alive: try json(alive),
            prometheus: try json(prometheus),
            home: "/home/me"
        )
    }

    @Test("all that can be written is understood")
    func whole() throws {
        let settings = try Self.read(
            #"""
            {"channels": {
              "mail": {"kind": "mail", "from": "sunvigil@example.org", "to": ["me@example.org", "me@example.org", "you@example.org"],
                "smtp": "smtp.example.org", "user": "me", "password": {"file": "~/.config/sunvigil/smtp"}, "sites": ["home"]},
              "post": {"kind": "mail", "from": "a@example.org", "to": ["b@example.org"], "sendmail": "/usr/sbin/sendmail"},
              "phone": {"kind": "ntfy", "url": "https://ntfy.sh/", "topic": {"file": "/etc/topic"}, "token": {"env": "NTFY_TOKEN"},
                "from_severity": "critical", "quiet": "22:00-07:00", "quiet_all": true},
              "hook": {"kind": "webhook", "url": {"credential": "hook"}, "secret": {"command": ["pass", "show", "x"]},
                "body": "alertmanager", "after_days": 7},
              "house": {"kind": "mqtt", "url": "mqtt://192.168.1.4", "full_serials": true, "prefix": "ha/x"},
              "told": {"kind": "command", "command": ["~/bin/tell", ""]}
             },
             "reminder_days": [1, 5], "digest": "sunday", "link": "http://sunvigil.lan:8420"}
            """#,
            alive: #"{"url": {"file": "~/ping"}, "watch_url": {"env": "W"}}"#,
            prometheus: #""~/node/sunvigil.prom""#
        )
        #expect(settings.faults == [])
        #expect(settings.link == "http://sunvigil.lan:8420")
        #expect(settings.aliveURL == .file("/home/me/ping") && settings.watchURL == .env("W"))
        #expect(settings.prometheus == "/home/me/node/sunvigil.prom")
        #expect(settings.secretVariables == ["NTFY_TOKEN", "W"])
        let channels = Dictionary(uniqueKeysWithValues: settings.channels.map { ($0.name, $0) })
        #expect(settings.channels.map(\.name) == ["hook", "house", "mail", "phone", "post", "told"])
        let mail = try #require(channels["mail"])
        guard case .mail(let letters) = mail.kind,
            case .server("smtp.example.org", 587, false, let login?, nil) = letters.way
        else {
            Issue.record("\(mail)")
            return
        }
        #expect(
            letters.to == ["me@example.org", "you@example.org"] && letters.from == "sunvigil@example.org"
        )
        #expect(login.user == "me" && login.password == .file("/home/me/.config/sunvigil/smtp"))
        #expect(
            mail.hears(site: "home") && !mail.hears(site: "barn")
                && channels["post"]?.hears(site: "barn") == true
        )
        #expect(
            mail.rules.reminderDays == [1, 5] && mail.rules.digestWeekday == 7
                && mail.rules.fromSeverity == .warning
        )
        let phone = try #require(channels["phone"]?.rules)
        #expect(phone.fromSeverity == .critical && phone.isQuietForAll && phone.name == "phone")
        #expect(phone.quiet == QuietHours(fromMinute: 22 * 60, toMinute: 7 * 60))
        guard case .webhook(let hook) = channels["hook"]?.kind else {
            Issue.record("no hook")
            return
        }
        #expect(hook.url == .credential("hook") && hook.secret == .command(["pass", "show", "x"]))
        #expect(hook.body == .alertmanager && channels["hook"]?.rules.afterDays == 7)
        guard case .mqtt(let broker) = channels["house"]?.kind else {
            Issue.record("no broker")
            return
        }
        #expect(broker.port == 1883 && broker.prefix == "ha/x" && channels["house"]?.hasFullSerials == true)
        #expect(channels["house"]?.rules.isOfState == true && phone.isOfState == false)
        #expect(channels["told"]?.kind == .command(["/home/me/bin/tell", ""]))
    }

    @Test(
        "a mail server's port says how it is encrypted",
        arguments: [
            ("\"smtp.example.org:465\"", "smtp.example.org", 465, true),
            ("\"[fd00::1]:2525\"", "[fd00::1]", 2525, false),
            ("\"smtps://127.0.0.1:9465\"", "127.0.0.1", 9465, true),
            ("\"smtps://mail.lan\"", "mail.lan", 465, true),
        ]
    )
    func ports(text: String, host: String, port: Int, isImplicit: Bool) throws {
        let channel = try PlayedChannel.channel(
            "{\"kind\": \"mail\", \"from\": \"a@example.org\", \"to\": [\"b@example.org\"], \"smtp\": \(text)}"
        )
        guard case .mail(let mail) = channel.kind else {
            Issue.record("\(channel)")
            return
        }
        #expect(
            mail.way == .server(host: host, port: port, isImplicitTLS: isImplicit, nil, authorityFile: nil)
        )
    }

    @Test("nothing is asked for where nothing is written; no digest and no reminders can be asked for")
    func none() throws {
        #expect(try Self.read(nil) == NotifySettings() && Self.read("{}") == NotifySettings())
        let settings = try Self.read(
            #"{"digest": "none", "reminder_days": [], "channels": {"a": {"kind": "command", "command": ["/bin/a"]}}}"#
        )
        #expect(settings.faults == [] && settings.channels.first?.rules.digestWeekday == nil)
        #expect(settings.channels.first?.rules.reminderDays == [])
    }

    @Test("a slip names its key, what stands there and what to write", arguments: NotifySlips.all)
    func slips(slip: NotifySlips.Slip) throws {
        let settings = try Self.read(slip.notify, alive: slip.alive, prometheus: slip.prometheus)
        #expect(settings.faults.map(\.description) == slip.told)
        #expect(settings.channels.isEmpty)
        for fault in settings.faults { #expect(!fault.description.contains("hunter2")) }
    }

    @Test("a slip takes out its channel, and no other, and the check's configuration is read")
    func oneOfTwo() throws {
        let house = try NightHouse()
        let lake = try house.open().lake
        _ = try house.folder.write(
            "s/config.json",
            #"""
            {"inbox": ["/in"], "serve": {"listen": "anything"}, "alive": "hunter2", "prometheus": 5,
             "notify": {"channels": {"good": {"kind": "command", "command": ["/bin/a"]}, "bad": {"kind": "smoke"}}}}
            """#
        )
        let configuration = try Configuration.load(lake)
        #expect(configuration.inbox == ["/in"] && configuration.notify.channels.map(\.name) == ["good"])
        #expect(
            configuration.notify.faults.map(\.place) == ["notify.channels.bad.kind", "alive", "prometheus"]
        )
    }

    @Test("channels of sites that are not there are told")
    func sites() throws {
        let settings = try Self.read(
            #"{"channels": {"a": {"kind": "command", "command": ["/bin/a"], "sites": ["home", "hoem"]}}}"#
        )
        #expect(
            settings.faults(knownSites: ["home", "barn"]).map(\.description) == [
                "notify.channels.a.sites: there is no site hoem; known are barn, home"
            ]
        )
    }

    @Test(
        "clear text stays at home",
        arguments: [
            ("127.0.0.1", true), ("10.0.0.1", true), ("172.15.0.1", false), ("172.16.0.1", true),
            ("192.168.0.1", true),
            ("100.64.0.1", true), ("100.128.0.1", false), ("8.8.8.8", false), ("[::1]", true),
            ("[::]", false),
            ("[fd12::1]", true), ("[fe80::1]", true), ("[2001:db8::1]", false),
            ("[::ffff:192.168.1.1]", true),
            ("[::ffff:8.8.8.8]", false), ("broker", true), ("Broker.LAN.", true), ("a.local", true),
            ("x.home.arpa", true),
            ("lan.example.org", false), ("local", true), ("0x7f000001", false), ("2130706433", false),
            ("127.1", false),
            ("a..lan", false), ("arpa.home", true), ("evilhome.arpa", false),
        ]
    )
    func home(host: String, isAtHome: Bool) { #expect(WebAddress.isAtHome(host) == isAtHome, "\(host)") }
}
