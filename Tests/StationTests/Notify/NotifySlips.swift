// Slips in config.json, and what is told of each. `hunter2` is a secret that stands where it should not.

/// Slips.
enum NotifySlips {
    /// A slip.
    struct Slip: Sendable {
        var notify: String?
        var alive: String?
        var prometheus: String?
        let told: [String]
    }

    private static let forms =
        #"{"file": "~/.config/sunvigil/NAME"}, {"env": "NAME"}, {"credential": "NAME"} or {"command": ["PROGRAM", "ARGUMENT"]}"#
    private static let literal =
        "a secret never stands in config.json, which travels in backups; write \(forms)"
    private static let noPlace = "it names no place of a secret; write \(forms)"
    private static let place = "notify.channels.c"

    /// A slip of a channel.
    private static func channel(_ json: String, _ told: String...) -> Slip {
        Slip(notify: "{\"channels\": {\"c\": \(json)}}", told: told.map { "\(place).\($0)" })
    }

    /// A slip of one more member of a channel that is right.
    private static func command(_ member: String, _ told: String) -> Slip {
        channel(#"{"kind": "command", "command": ["/bin/a"], \#(member)}"#, told)
    }
    private static func mail(_ members: String, _ told: String...) -> Slip {
        Slip(
            notify: #"{"channels": {"c": {"kind": "mail", \#(members)}}}"#,
            told: told.map { "\(place).\($0)" }
        )
    }
    private static func ntfy(_ members: String, _ told: String...) -> Slip {
        Slip(
            notify: #"{"channels": {"c": {"kind": "ntfy", \#(members)}}}"#,
            told: told.map { "\(place).\($0)" }
        )
    }
    private static func mqtt(_ members: String, _ told: String...) -> Slip {
        Slip(
            notify: #"{"channels": {"c": {"kind": "mqtt", \#(members)}}}"#,
            told: told.map { "\(place).\($0)" }
        )
    }
    private static func top(_ json: String, _ told: String...) -> Slip { Slip(notify: json, told: told) }

    private static let quiet = #"write two different times of day, as "22:00-07:00""#
    private static let days =
        "write days from 1 to 3650 that rise, as [3, 7, 14, 30], or [] for none"
    private static let kinds = #"write "command", "mail", "mqtt", "ntfy" or "webhook""#
    private static let known =
        "known are after_days, command, from_severity, full_serials, kind, quiet, quiet_all, sites"
    private static let letters = #""from": "a@example.org", "to": ["b@example.org"]"#
    private static let right = #""url": "https://ntfy.sh", "topic": {"env": "T"}"#

    static let all: [Slip] = general + secrets + mails + others

    private static let general: [Slip] = [
        top("[]", "notify: it is no object; write { … }"),
        top(
            #"{"chanels": {}}"#,
            "notify.chanels: it is not known; known are channels, digest, link, reminder_days"
        ),
        top(#"{"channels": []}"#, "notify.channels: it is no object; write { … }"),
        top(#"{"reminder_days": [7, 3]}"#, "notify.reminder_days: [7,3] does not fit; \(days)"),
        top(#"{"reminder_days": [0]}"#, "notify.reminder_days: [0] does not fit; \(days)"),
        top(#"{"reminder_days": 3}"#, "notify.reminder_days: 3 does not fit; \(days)"),
        top(#"{"reminder_days": [3.5]}"#, "notify.reminder_days: [3.5] does not fit; \(days)"),
        top(
            #"{"digest": "Monday"}"#,
            #"notify.digest: "Monday" does not fit; write "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday" or "none""#
        ),
        top(
            #"{"link": "http://me:hunter2@sunvigil.lan"}"#,
            #"notify.link: it does not fit; write an address, as "http://sunvigil.lan:8420""#
        ),
        top(
            #"{"channels": {"my phone": {"kind": "ntfy"}}}"#,
            "notify.channels.my phone: a name has letters, digits, - and _, at most 40; rename the channel"
        ),
        top(#"{"channels": {"c": "mail"}}"#, "\(place): it is no object; write { … }"),
        channel("{}", #"kind: it is missing; write "command", "mail", "mqtt", "ntfy" or "webhook""#),
        channel(#"{"kind": "smoke\u001b[2J"}"#, "kind: \"smoke\\u001b[2J\" does not fit; \(kinds)"),
        channel(#"{"kind": 5}"#, "kind: 5 does not fit; \(kinds)"),
        command(#""topic": {"env": "T"}"#, "topic: it is not known for a channel of kind command; \(known)"),
        command(
            #""from_severity": "grave""#,
            #"from_severity: "grave" does not fit; write "notice", "warning" or "critical""#
        ),
        command(#""after_days": 0"#, "after_days: 0 does not fit; write a whole number from 1 to 365"),
        command(#""after_days": 1.5"#, "after_days: 1.5 does not fit; write a whole number from 1 to 365"),
        command(#""after_days": true"#, "after_days: true does not fit; write a whole number from 1 to 365"),
        command(#""quiet": "22-7""#, "quiet: \"22-7\" does not fit; \(quiet)"),
        command(#""quiet": "22:00-24:00""#, "quiet: \"22:00-24:00\" does not fit; \(quiet)"),
        command(#""quiet": "07:00-07:00""#, "quiet: \"07:00-07:00\" does not fit; \(quiet)"),
        command(#""quiet": "7:00-+8:00""#, "quiet: \"7:00-+8:00\" does not fit; \(quiet)"),
        command(
            #""quiet_all": true"#,
            #"quiet_all: there are no quiet hours; write "quiet": "22:00-07:00" too"#
        ),
        command(#""full_serials": "yes""#, #"full_serials: "yes" does not fit; write true or false"#),
        command(
            #""sites": "home""#,
            #"sites: it is no list of 1 to 64; write the names of sites, as ["home"]"#
        ),
        command(#""sites": [5]"#, #"sites[0]: 5 does not fit; write the names of sites, as ["home"]"#),
    ]

    private static let secrets: [Slip] = [
        Slip(alive: #""https://hc-ping.com/hunter2""#, told: ["alive: it is no object; write { … }"]),
        Slip(alive: "{}", told: ["alive.url: it is missing; write \(forms)"]),
        Slip(alive: #"{"url": "https://hc-ping.com/hunter2"}"#, told: ["alive.url: \(literal)"]),
        Slip(alive: #"{"url": {"text": "hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"file": "hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"env": "hunter2!"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"env": "2hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"credential": "../hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"credential": ".."}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"command": "echo hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"command": []}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"command": ["echo", 5]}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(alive: #"{"url": {"env": "A", "file": "/hunter2"}}"#, told: ["alive.url: \(noPlace)"]),
        Slip(
            alive: #"{"urls": {"env": "A"}}"#,
            told: ["alive.urls: it is not known; known are url, watch_url"]
        ),
        Slip(
            prometheus: #""/var/lib/sunvigil.txt""#,
            told: [
                #"prometheus: "/var/lib/sunvigil.txt" does not fit; write a whole path, as /var/lib/node_exporter/sunvigil.prom"#
            ]
        ),
        Slip(
            prometheus: #""sunvigil.prom""#,
            told: [
                #"prometheus: "sunvigil.prom" does not fit; write a whole path, as /var/lib/node_exporter/sunvigil.prom"#
            ]
        ),
    ]

    private static let mails: [Slip] = [
        mail(
            #""smtp": "smtp.example.org""#,
            #"from: it is missing; write "from": "sunvigil@example.org""#,
            #"to: it is missing; write "to": ["me@example.org"]"#
        ),
        mail(
            letters,
            #"smtp: it is missing; write "smtp": "smtp.example.org:587", or "sendmail": "/usr/sbin/sendmail""#
        ),
        mail(
            #"\#(letters), "smtp": "me:hunter2@smtp.example.org""#,
            "smtp: it does not fit; write HOST:587, or HOST:465 for TLS from the first byte on"
        ),
        mail(
            #"\#(letters), "smtp": "smtp.example.org:0""#,
            #"smtp: "smtp.example.org:0" does not fit; write HOST:587, or HOST:465 for TLS from the first byte on"#
        ),
        mail(
            #"\#(letters), "smtp": "s.example.org", "password": {"env": "P"}"#,
            #"user: it is missing; write "user": "NAME""#
        ),
        mail(
            #"\#(letters), "smtp": "s.example.org", "user": "me""#,
            "password: it is missing; write \(forms)"
        ),
        mail(
            #"\#(letters), "smtp": "s.example.org", "user": "me", "password": "hunter2""#,
            "password: \(literal)"
        ),
        mail(
            #"\#(letters), "smtp": "s.example.org", "user": ["hunter2"], "password": {"env": "P"}"#,
            "user: it does not fit; write one line of at most 200 characters"
        ),
        mail(
            #"\#(letters), "smtp": "s.example.org", "ca": "ca.pem""#,
            #"ca: "ca.pem" does not fit; write a whole path, as /etc/sunvigil/ca.pem"#
        ),
        mail(
            #"\#(letters), "sendmail": "/usr/sbin/sendmail", "smtp": "s.example.org""#,
            "smtp: sendmail takes the mail, and needs no server; take out smtp or sendmail"
        ),
        mail(
            #"\#(letters), "sendmail": "sendmail -t""#,
            #"sendmail: "sendmail -t" does not fit; write a whole path, as /usr/sbin/sendmail"#
        ),
        mail(
            #""from": "a b", "to": ["b@example.org"], "smtp": "s.example.org""#,
            #"from: "a b" does not fit; write one plain address, as "sunvigil@example.org""#
        ),
        mail(
            #""from": "a@example.org", "to": ["b@example.org", "x\r\nBcc: y@z"], "smtp": "s.example.org""#,
            #"to[1]: "x\r\nBcc: y@z" does not fit; write plain addresses, as ["me@example.org"]"#
        ),
        mail(
            #""from": "a@example.org", "to": "b@example.org", "smtp": "s.example.org""#,
            #"to: it is no list of 1 to 64; write plain addresses, as ["me@example.org"]"#
        ),
    ]

    private static let ntfyServer =
        #"url: it does not fit; write the server alone, as "https://ntfy.sh"; the topic is a secret of its own"#
    private static let broker = "url: it does not fit; write mqtts://HOST:PORT, without a user"
    private static let clear = "url: clear text can be read on its way beyond the home network; write"

    private static let others: [Slip] = [
        ntfy(
            "\"full_serials\": false",
            #"url: it is missing; write "url": "https://ntfy.sh""#,
            "topic: it is missing; write \(forms)"
        ),
        ntfy(#""url": "https://ntfy.sh", "topic": "hunter2""#, "topic: \(literal)"),
        ntfy(#""url": "https://ntfy.sh/hunter2", "topic": {"env": "T"}"#, ntfyServer),
        ntfy(#""url": "https://me:hunter2@ntfy.sh", "topic": {"env": "T"}"#, ntfyServer),
        ntfy(#""url": "ntfy.sh", "topic": {"env": "T"}"#, ntfyServer),
        ntfy(#""url": "http://ntfy.example.org", "topic": {"env": "T"}"#, "\(clear) https://"),
        ntfy(#"\#(right), "token": "hunter2""#, "token: \(literal)"),
        ntfy(
            #"\#(right), "token": {"env": "A"}, "user": "me", "password": {"env": "P"}"#,
            "token: there is a user too, and one of both is enough; take out token, or user and password"
        ),
        channel(#"{"kind": "webhook"}"#, "url: it is missing; write \(forms)"),
        channel(#"{"kind": "webhook", "url": "https://x.example.org/hunter2"}"#, "url: \(literal)"),
        channel(
            #"{"kind": "webhook", "url": {"env": "U"}, "body": "slack"}"#,
            #"body: "slack" does not fit; write "own" or "alertmanager""#
        ),
        mqtt("\"clear\": false", #"url: it is missing; write "url": "mqtts://broker.lan:8883""#),
        mqtt(#""url": "mqtts://me:hunter2@broker.lan""#, broker),
        mqtt(#""url": "broker.lan:1883""#, broker),
        mqtt(#""url": "mqtt://broker.example.org""#, "\(clear) mqtts://"),
        mqtt(
            #""url": "mqtt://broker.lan", "user": "me", "password": {"env": "P"}"#,
            #"url: the password would go in clear text; write mqtts://, or "clear": true where nobody else is in the network"#
        ),
        mqtt(#""url": "mqtts://broker.lan", "clear": true"#, "clear: mqtts:// is encrypted; take it out"),
        mqtt(
            #""url": "mqtts://broker.lan", "prefix": "ha/#""#,
            #"prefix: "ha/#" does not fit; write the topic by which devices are found, as "homeassistant""#
        ),
        mqtt(
            #""url": "mqtts://broker.lan", "quiet": "22:00-07:00""#,
            "quiet: it is not known for a channel of kind mqtt; known are ca, clear, full_serials, kind, password, prefix, sites, url, user"
        ),
        channel(
            #"{"kind": "command"}"#,
            #"command: it is missing; write "command": ["/usr/local/bin/tell", "ARGUMENT"]"#
        ),
        channel(
            #"{"kind": "command", "command": "tell hunter2"}"#,
            #"command: it is no list of 1 to 64; write the program and its arguments, as ["/usr/local/bin/tell"]; there is no shell"#
        ),
        channel(
            #"{"kind": "command", "command": ["/bin/a", {"hunter2": 1}]}"#,
            #"command[1]: it does not fit; write the program and its arguments, as ["/usr/local/bin/tell"]; there is no shell"#
        ),
        channel(#"{"kind": "command", "command": [""]}"#, "command[0]: it is empty; write a program"),
    ]
}
