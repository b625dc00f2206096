// A house with findings made by hand, of which the tests of messages tell.

import Notify
import Readings

/// A house whose findings are told.
enum NotifyHouse {
    /// 2026-03-05 06:00 UTC, a Thursday.
    static let now: Int64 = 1_772_690_400
    static let day: Int64 = 86_400
    static let serials = ["121212340006", "121212350006", "482212345678"]
    /// One hour east of UTC.
    static let zone = TimeZoneRules(identifier: "Europe/Berlin", constantOffsetSeconds: 3_600)

    /// A finding that began days ago.
    static func finding(
        _ kind: FindingKind,
        device: String = "121212340006",
        daysAgo: Int64 = 3,
        endedDaysAgo: Int64? = nil,
        severity: Severity = .critical,
        sureness: Sureness = .likely,
        number: Int64 = 12,
        evidence: Evidence = Evidence()
    ) -> NotifiedFinding {
        let start = Instant(utcSeconds: now - daysAgo * day)
        let end = endedDaysAgo.map { Instant(utcSeconds: now - $0 * day) }
        let finding = Finding(
            device: device,
            kind: kind,
            start: start,
            end: end,
            alert: Instant(utcSeconds: start.utcSeconds + 3_600),
            severity: severity,
            sureness: sureness,
            rule: FindingRule(.chargePlateau),
            evidence: evidence,
            knownEnd: end ?? Instant(utcSeconds: now)
        )
        var own = NotifiedFinding(
            identity: "1|\(device)|\(kind.rawValue)|\(start.utcSeconds)",
            number: number,
            finding: finding
        )
        if end != nil { own.standing = .over }
        return own
    }

    /// A battery that sits at 99 %.
    static var pinned: NotifiedFinding {
        var own = finding(
            .batteryPinned,
            evidence: Evidence {
                $0.systemID = 4_711_815
                $0.serial = "121212340006"
                $0.lowestSoCPercent = 99
                $0.highestSoCPercent = 99
                $0.documents = [String(repeating: "ab", count: 32)]
            }
        )
        own.companions = ["#13 battery 121212340006 has kept firmware 2.0 since 2026-03-02 07:00"]
        return own
    }

    /// An array of which a part is off.
    static var lost: NotifiedFinding {
        finding(
            .productionLost,
            device: "site",
            daysAgo: 9,
            severity: .warning,
            number: 15,
            evidence: Evidence {
                $0.fault = "part"
                $0.fraction = 0.25
                $0.lostKWh = 41.3
                $0.cause = "panels"
                $0.causeBy = ["inverters"]
                $0.serials = ["482212345678"]
                $0.invertersLost = 1
                $0.inverters = 4
            }
        )
    }

    /// A silence that is over.
    static var silence: NotifiedFinding {
        finding(
            .siteSilent,
            device: "site",
            daysAgo: 20,
            endedDaysAgo: 2,
            severity: .warning,
            sureness: .sure,
            number: 9,
            evidence: Evidence { $0.missingWh = 210_000 }
        )
    }

    /// What is known of the house.
    static func facts(_ findings: [NotifiedFinding], name: String = "home") -> SiteFacts {
        var facts = SiteFacts(name: name, zone: zone, nowUTCSeconds: now)
        facts.findings = findings
        facts.serials = Set(serials)
        facts.dataUntil = Instant(utcSeconds: now - 5 * 3_600)
        facts.checkedAt = Instant(utcSeconds: now)
        facts.tariff = (importPerKWh: 0.31, exportPerKWh: 0.08, currency: "EUR")
        return facts
    }

    /// A week of the house.
    static var week: WeekFacts {
        let monday = CivilDate("2026-02-23") ?? CivilDate(daysSince1970: 0)
        return WeekFacts(
            days: monday..<monday.advanced(by: 7),
            recordedWh: [(.produced, 120_430), (.consumed, 80_100), (.imported, 12_000)],
            expectedIntervals: 672,
            presentIntervals: 670,
            failingChannels: [("phone", "HTTP 403 of the server")]
        )
    }

    /// An event of a finding.
    static func event(_ event: MessageEvent, _ own: NotifiedFinding, level: String = "") -> ToldEvent {
        ToldEvent(event, identity: own.identity, level: level, severity: own.finding.severity)
    }

    /// An item with events.
    static func item(_ events: [ToldEvent], dedupe: String = "0123456789abcdef0123456789abcdef") -> OutboxItem
    {
        var item = OutboxItem(
            channel: "mail",
            systemID: 1,
            dedupe: dedupe,
            events: events,
            createdMicroseconds: now * 1_000_000,
            dueMicroseconds: now * 1_000_000
        )
        item.runID = 7
        return item
    }

    /// A message of findings and what happened to them.
    static func message(
        _ told: [(MessageEvent, NotifiedFinding)],
        name: String = "home",
        options: MessageOptions = MessageOptions()
    ) -> Message {
        Message(
            item(told.map { event($0, $1) }),
            facts: facts(told.map(\.1), name: name),
            options: options
        )
    }

    /// Names that try to act on what they are shown in.
    static let hostileNames = [
        "a\r\nBcc: evil@example.org\r\n\r\nbody", "</p><script>alert(1)</script>", "\u{202E}gnp.exe\u{2066}",
        "quote\" back\\slash 'single' {{ 7*7 }}", "nul\u{0}\u{7}\u{1B}[31mred\u{9B}",
        String(repeating: "long name ", count: 20), String(repeating: "x", count: 200),
        "👨‍👩‍👧‍👦🏳️‍🌈 e" + String(repeating: "\u{301}", count: 300), "Дом на горе", "بيت الشمس", "שלום", "屋根の上",
        "ไร่แสงอาทิตย์", "सूर्य घर", "=?UTF-8?B?ZXZpbA==?=", "line\u{2028}two\u{85}three\n#TYPE x counter", "",
        ".\n.\r\n", "From me", "{\"a\":1}", "%0d%0aBcc:x", "$(reboot) `id` ; rm -rf /", "~/../../etc|x|y",
    ]
}
