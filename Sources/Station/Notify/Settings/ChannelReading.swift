// Reads one channel of config.json. Whatever is wrong in it is noted; a channel with a slip is none.

import Notify
import Readings

/// Reads channels.
struct ChannelReading {
    /// What all channels share.
    let shared: ChannelRules
    /// The owner's home folder.
    let home: String

    private static let mostName = 40
    /// Recipients, sites and arguments of a channel.
    private static let most = 64

    /// What a channel of messages may say besides the keys of its kind, and what any may.
    private static let messageKeys = ["from_severity", "after_days", "quiet", "quiet_all"]
    private static let commonKeys = ["kind", "full_serials", "sites"]

    private static func keys(_ kind: String) -> [String] {
        switch kind {
        case "mail": ["smtp", "sendmail", "from", "to", "user", "password", "ca"]
        case "ntfy": ["url", "topic", "token", "user", "password", "ca"]
        case "webhook": ["url", "secret", "body", "ca"]
        case "mqtt": ["url", "user", "password", "ca", "prefix", "clear"]
        default: ["command"]
        }
    }

    /// Tells whether a text is a name of a channel.
    static func isName(_ text: String, most: Int = mostName) -> Bool {
        !text.isEmpty && text.utf8.count <= most
            && text.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// Reads a channel; nil where anything in it is wrong.
    func channel(_ name: String, _ json: JSONValue) -> (channel: NotifyChannel?, faults: [SettingsFault]) {
        let place = "\(NotifySettings.channelsPlace).\(SettingsObject.shown(name))"
        guard ChannelReading.isName(name) else {
            let reason =
                "a name has letters, digits, - and _, at most \(ChannelReading.mostName); rename the channel"
            return (nil, [SettingsFault(place: place, reason: reason)])
        }
        var object = SettingsObject(json, place: place, home: home)
        guard object.faults.isEmpty else { return (nil, object.faults) }
        object.need("kind", SettingsObject.list(ChannelKind.words.map { "\"\($0)\"" }))
        let word = object.text("kind", "write \(SettingsObject.list(ChannelKind.words.map { "\"\($0)\"" }))")
        {
            ChannelKind.words.contains($0) ? $0 : nil
        }
        guard let word else { return (nil, object.faults) }
        let known =
            ChannelReading.commonKeys + ChannelReading.keys(word)
            + (word == "mqtt" ? [] : ChannelReading.messageKeys)
        object.know(known, in: " for a channel of kind \(word)")
        let kind = kind(word, &object)
        let rules = rules(name, isOfState: word == "mqtt", &object)
        let hasFullSerials = object.flag("full_serials") ?? false
        let sites = object.texts(
            "sites",
            most: ChannelReading.most,
            "write the names of sites, as [\"home\"]"
        ) {
            SettingsObject.isPlain($0)
        }
        guard let kind, object.faults.isEmpty else { return (nil, object.faults) }
        var channel = NotifyChannel(kind: kind, rules: rules)
        channel.hasFullSerials = hasFullSerials
        channel.sites = sites.map { Set($0) }
        return (channel, [])
    }

    /// Reads what a channel wants to hear.
    private func rules(_ name: String, isOfState: Bool, _ object: inout SettingsObject) -> ChannelRules {
        var rules = shared
        rules.name = name
        rules.isOfState = isOfState
        guard !isOfState else { return rules }
        let severities: KeyValuePairs<String, Severity> = [
            "notice": .notice, "warning": .warning, "critical": .critical,
        ]
        if let severity = object.word("from_severity", severities) { rules.fromSeverity = severity }
        rules.afterDays = object.number("after_days", 1...365)
        rules.quiet = object.text("quiet", "write two different times of day, as \"22:00-07:00\"") {
            ChannelReading.hours($0)
        }
        rules.isQuietForAll = object.flag("quiet_all") ?? false
        if object.has("quiet_all"), !object.has("quiet") {
            object.refuse("quiet_all", "there are no quiet hours; write \"quiet\": \"22:00-07:00\" too")
        }
        return rules
    }

    /// Reads `HH:MM-HH:MM`; nil for anything else, and for hours that begin when they end.
    static func hours(_ text: String) -> QuietHours? {
        let times = text.split(separator: "-", omittingEmptySubsequences: false).map { time -> Int? in
            let parts = time.split(separator: ":", omittingEmptySubsequences: false)
            guard parts.count == 2,
                parts.allSatisfy({ $0.utf8.count == 2 && $0.utf8.allSatisfy { (48...57).contains($0) } }),
                let hour = Int(parts[0]), let minute = Int(parts[1]), hour < 24, minute < 60
            else { return nil }
            return hour * 60 + minute
        }
        guard times.count == 2, let from = times[0], let to = times[1], from != to else { return nil }
        return QuietHours(fromMinute: from, toMinute: to)
    }

    private func kind(_ word: String, _ object: inout SettingsObject) -> ChannelKind? {
        switch word {
        case "mail": mail(&object).map { .mail($0) }
        case "ntfy": ntfy(&object).map { .ntfy($0) }
        case "webhook": webhook(&object).map { .webhook($0) }
        case "mqtt": mqtt(&object).map { .mqtt($0) }
        default: command(&object).map { .command($0) }
        }
    }

    /// Reads a user and where the password lies: both or neither.
    private func login(_ object: inout SettingsObject) -> ChannelLogin? {
        if object.has("password") { object.need("user", "\"user\": \"NAME\"") }
        if object.has("user") { object.need("password", SettingsObject.secretForms) }
        let user = object.text("user", "write one line of at most 200 characters", isShown: false) {
            SettingsObject.isPlain($0) ? $0 : nil
        }
        guard let password = object.secret("password"), let user else { return nil }
        return ChannelLogin(user: user, password: password)
    }
}

extension ChannelReading {
    private func mail(_ object: inout SettingsObject) -> MailChannel? {
        object.need("from", "\"from\": \"sunvigil@example.org\"")
        object.need("to", "\"to\": [\"me@example.org\"]")
        let from = object.text("from", "write one plain address, as \"sunvigil@example.org\"") {
            MailText.isAddress($0) ? $0 : nil
        }
        let to = object.texts(
            "to",
            most: ChannelReading.most,
            "write plain addresses, as [\"me@example.org\"]",
            isOne: MailText.isAddress
        )
        let way: MailChannel.Way?
        if object.has("sendmail") {
            for name in ["smtp", "user", "password", "ca"] where object.has(name) {
                object.refuse(
                    name,
                    "sendmail takes the mail, and needs no server; take out \(name) or sendmail"
                )
            }
            way = object.file("sendmail", as: "/usr/sbin/sendmail").map { .sendmail($0) }
        } else {
            object.need("smtp", "\"smtp\": \"smtp.example.org:587\", or \"sendmail\": \"/usr/sbin/sendmail\"")
            let server = object.text(
                "smtp",
                "write HOST:587, or HOST:465 for TLS from the first byte on",
                isShown: object.value("smtp")?.string?.contains("@") != true
            ) { ChannelReading.mailServer($0) }
            let login = login(&object)
            let authority = object.file("ca", as: "/etc/sunvigil/ca.pem")
            way = server.map {
                .server(
                    host: $0.host,
                    port: $0.port,
                    isImplicitTLS: $0.isImplicitTLS,
                    login,
                    authorityFile: authority
                )
            }
        }
        guard let from, let to, let way else { return nil }
        var seen: Set<String> = []
        return MailChannel(from: from, to: to.filter { seen.insert($0).inserted }, way: way)
    }

    /// Reads `HOST`, `HOST:PORT` or `smtps://HOST:PORT`. Port 465 has TLS from the first byte on; all others STARTTLS.
    private static func mailServer(_ text: String) -> (host: String, port: Int, isImplicitTLS: Bool)? {
        let bare =
            WebAddress(text, schemes: ["smtp", "smtps"]) ?? WebAddress("smtp://" + text, schemes: ["smtp"])
        guard let bare, bare.rest.isEmpty else { return nil }
        let port = bare.authority.port ?? (bare.isEncrypted ? 465 : 587)
        return (bare.authority.host, port, bare.isEncrypted || port == 465)
    }

    private func ntfy(_ object: inout SettingsObject) -> NtfyChannel? {
        object.need("url", "\"url\": \"https://ntfy.sh\"")
        object.need("topic", SettingsObject.secretForms)
        // An address with a path has the topic in it most often.
        let server = object.text(
            "url",
            "write the server alone, as \"https://ntfy.sh\"; the topic is a secret of its own",
            isShown: false
        ) {
            WebAddress($0, schemes: ["https", "http"]).flatMap { ["", "/"].contains($0.rest) ? $0 : nil }
        }
        if let server, !server.isSafe { object.refuse("url", ChannelReading.clearText("https")) }
        let topic = object.secret("topic")
        let token = object.secret("token")
        let login = login(&object)
        if object.has("token"), object.has("user") || object.has("password") {
            object.refuse(
                "token",
                "there is a user too, and one of both is enough; take out token, or user and password"
            )
        }
        let authority = object.file("ca", as: "/etc/sunvigil/ca.pem")
        guard let server, let topic else { return nil }
        return NtfyChannel(
            server: server,
            topic: topic,
            login: token.map { .token($0) } ?? login.map { .password($0) } ?? .none,
            authorityFile: authority
        )
    }

    /// Why clear text is refused.
    private static func clearText(_ scheme: String) -> String {
        "clear text can be read on its way beyond the home network; write \(scheme)://"
    }

    private func webhook(_ object: inout SettingsObject) -> WebhookChannel? {
        object.need("url", SettingsObject.secretForms)
        let url = object.secret("url")
        let secret = object.secret("secret")
        let bodies: KeyValuePairs<String, WebhookChannel.Body> = ["own": .own, "alertmanager": .alertmanager]
        let body = object.word("body", bodies)
        let authority = object.file("ca", as: "/etc/sunvigil/ca.pem")
        return url.map {
            WebhookChannel(url: $0, secret: secret, body: body ?? .own, authorityFile: authority)
        }
    }

    private func mqtt(_ object: inout SettingsObject) -> BrokerChannel? {
        object.need("url", "\"url\": \"mqtts://broker.lan:8883\"")
        let server = object.text("url", "write mqtts://HOST:PORT, without a user", isShown: false) {
            WebAddress($0, schemes: ["mqtts", "mqtt"]).flatMap { ["", "/"].contains($0.rest) ? $0 : nil }
        }
        let login = login(&object)
        let isClear = object.flag("clear") ?? false
        if let server, !server.isEncrypted, !isClear {
            if object.has("password") {
                object.refuse(
                    "url",
                    "the password would go in clear text; write mqtts://, or \"clear\": true where nobody else is in the network"
                )
            } else if !server.isSafe {
                object.refuse("url", ChannelReading.clearText("mqtts"))
            }
        }
        if let server, server.isEncrypted, isClear {
            object.refuse("clear", "mqtts:// is encrypted; take it out")
        }
        let authority = object.file("ca", as: "/etc/sunvigil/ca.pem")
        let prefix = object.text("prefix", "write the topic by which devices are found, as \"homeassistant\"")
        {
            ChannelReading.isPrefix($0) ? $0 : nil
        }
        return server.map {
            BrokerChannel(
                server: $0,
                login: login,
                authorityFile: authority,
                prefix: prefix ?? "homeassistant"
            )
        }
    }

    /// Tells whether a text is part of a topic without wildcards.
    private static func isPrefix(_ text: String) -> Bool {
        SettingsObject.isPlain(text, most: 100) && !text.contains("+") && !text.contains("#")
            && !text.hasPrefix("$")
            && !text.split(separator: "/", omittingEmptySubsequences: false).contains("")
    }

    private func command(_ object: inout SettingsObject) -> [String]? {
        object.need("command", "\"command\": [\"/usr/local/bin/tell\", \"ARGUMENT\"]")
        // Arguments may be secret.
        let words = object.texts(
            "command",
            most: ChannelReading.most,
            "write the program and its arguments, as [\"/usr/local/bin/tell\"]; there is no shell",
            isShown: false
        ) { !$0.utf8.contains(0) && $0.utf8.count <= 4096 }
        guard let words, let program = words.first else { return nil }
        guard !program.isEmpty else {
            object.refuse("command[0]", "it is empty; write a program")
            return nil
        }
        return [SettingsObject.expanded(program, home: home)] + words.dropFirst()
    }
}
