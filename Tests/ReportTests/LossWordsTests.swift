// What the owner reads of lost production and of clamps that count wrongly, fault by fault.

import Analysis
import Readings
import Testing
import Words

@Suite("words about losses and clamps")
struct LossWordsTests {
    private func finding(
        _ kind: FindingKind,
        isOver: Bool = false,
        _ facts: (inout Evidence) -> Void
    ) throws -> Finding {
        let house = try ReportHouse()
        var finding = house.finding(
            kind,
            kind.isProductionLoss ? "site" : kind == .productionMeterWrong ? "meter_prod" : "meter_net",
            from: house.start(2, hour: 11),
            to: isOver ? house.start(12) : nil,
            .warning,
            evidence: Evidence(facts)
        )
        finding.knownEnd = Instant(utcSeconds: house.start(12))
        return finding
    }

    private func headline(_ finding: Finding) throws -> String {
        OwnerWords.headline(finding, zone: try ReportHouse().zone)
    }

    private let since = "since 2025-03-03 11:00 (9.5 days so far)"
    private let fromTo = "from 2025-03-03 11:00 to 2025-03-13 00:00 (9.5 days)"

    @Test("an array that stopped is told by what the rows prove")
    func stopped() throws {
        func all(_ cause: String, isOver: Bool = false) throws -> Finding {
            try finding(.productionLost, isOver: isOver) {
                $0.fault = "all"
                $0.cause = cause
                $0.sunDegrees = 61.4
                $0.lostKWh = 672.3
            }
        }
        #expect(
            try headline(try all("panels"))
                == "no production \(since) with the sun up to 61 degrees high, while the house went on reporting: the panels stopped, not the reporting; about 672 kWh so far"
        )
        #expect(
            OwnerWords.advice(try all("panels"))
                == "Look at the breaker of the array, then at the gateway's list of inverters."
        )
        let over = try all("panels", isOver: true)
        #expect(try headline(over).hasSuffix("the panels stopped, not the reporting; about 672 kWh in all"))
        #expect(OwnerWords.advice(over).hasPrefix("Production is back. Ask who switched the breaker"))
        #expect(
            try headline(try all("unknown"))
                == "no production is recorded \(since) with the sun up to 61 degrees high: panels, breaker, clamp or reporting, these data alone cannot tell; about 672 kWh so far"
        )
        #expect(OwnerWords.advice(try all("unknown")).contains("production clamp"))
        // Sure is said only where the rows prove it.
        for (cause, sureness) in [("panels", Sureness.sure), ("unknown", .likely)] {
            var own = try all(cause)
            own.sureness = .sure
            #expect(OwnerWords.told(own) == sureness)
            #expect(OwnerWords.sureness(own).hasPrefix(sureness.rawValue))
        }
    }

    @Test("under a low sun snow and a fault are both named")
    func snow() throws {
        let lasting = try finding(.productionLost) {
            $0.fault = "all"
            $0.reading = "snow"
            $0.sunDegrees = 14
        }
        #expect(
            try headline(lasting)
                == "no production \(since), low sun (up to 14 degrees high): snow or a fault"
        )
        #expect(OwnerWords.advice(lasting) == "If the panels are free, look at the breaker of the array.")
        var over = try finding(.productionLost, isOver: true) {
            $0.fault = "all"
            $0.reading = "snow"
        }
        #expect(try headline(over) == "no production \(fromTo), low sun: snow or a fault")
        #expect(OwnerWords.advice(over).hasPrefix("Production is back."))
        over.severity = .notice
        #expect(OwnerWords.advice(over).hasPrefix("If snow lay on the panels, nothing needs doing"))
    }

    @Test("a part of the array is a share, and the branches that make it")
    func part() throws {
        func part(_ fraction: Double, cause: String = "unknown", days: Int? = 4) throws -> Finding {
            try finding(.productionLost) {
                $0.fault = "part"
                $0.cause = cause
                $0.fraction = fraction
                $0.lostKWh = 210.4
                if let days { $0.days = days }
            }
        }
        #expect(
            try headline(try part(0.52))
                == "measured production fell to about 48 % of what this array gave under the same sun \(since): panels, breaker or clamp; 4 clear days agree; about 210 kWh so far"
        )
        #expect(
            try headline(try part(0.52, cause: "panels", days: 1))
                .contains(": a part of the array is off; 1 clear day agrees; ")
        )
        for (fraction, branches) in [
            (0.52, "one of two"), (0.31, "one of three"), (0.65, "two of three"), (0.27, "one of four"),
            (0.19, "one of five"), (0.75, "three of four"),
        ] {
            let advice = OwnerWords.advice(try part(fraction))
            #expect(
                advice.hasPrefix("Look at the breaker of \(branches) branches and at"),
                "\(fraction): \(advice)"
            )
        }
        #expect(OwnerWords.advice(try part(0.12)).hasPrefix("Look at the breakers of the branches and at"))
        var named = try part(0.33, cause: "panels")
        named.evidence.serials = ["I1", "I2"]
        named.evidence.causeBy = ["inverters", "utility", "identity"]
        #expect(
            try headline(named).contains(
                "a part of the array is off (I1, I2) (told by the inverters' own counters and the utility's meter)"
            )
        )
    }

    @Test("trips and limits say what they are, and whom to ask")
    func tripsAndLimits() throws {
        let trips = try finding(.productionLost) {
            $0.fault = "trips"
            $0.days = 5
            $0.lostKWh = 9.2
        }
        #expect(
            try headline(trips)
                == "production stops for hours around noon on sunny days \(since), on 5 days so far: the grid's voltage is too high, or heat; about 9.2 kWh so far"
        )
        #expect(
            OwnerWords.advice(trips).contains("grid profile") && OwnerWords.advice(trips).contains("utility")
        )
        #expect(OwnerWords.request(trips).contains("voltage"))
        let limit = try finding(.productionLost, isOver: true) {
            $0.fault = "limit"
            $0.limitW = 3210
        }
        #expect(
            try headline(limit)
                == "production stands at a flat top of about 3.2 kW \(fromTo): an export limit or a new setting"
        )
        #expect(OwnerWords.advice(limit).contains("who had set a limit"))
    }

    @Test("a slow loss is a share; rain that restores it names dirt")
    func slow() throws {
        let lasting = try finding(.degradation) {
            $0.fraction = 0.142
            $0.lostKWh = 120
        }
        #expect(
            try headline(lasting)
                == "the array gives about 14 % less than under the same sun before \(since); about 120 kWh so far"
        )
        let restored = try finding(.degradation, isOver: true) {
            $0.fraction = 0.142
            $0.reading = "soiling"
        }
        #expect(try headline(restored).hasSuffix(": it was dirt, which rain or a cleaning took away"))
        #expect(OwnerWords.advice(restored).hasPrefix("Rain or a cleaning made it good."))
    }

    @Test("a clamp is told by its fault, and that the panels did not stop")
    func clamps() throws {
        let told: [(FindingKind, String, Double?, String)] = [
            (
                .productionMeterWrong, "dead", 412,
                "the house exports without producing \(since): the production clamp gives nothing; the panels did not stop (at least 412 kWh went out)"
            ),
            (
                .productionMeterWrong, "dead", nil,
                "production reads zero \(since): the production clamp gives nothing; the panels did not stop"
            ),
            (
                .productionMeterWrong, "halved", 31,
                "the house exports more than it produces \(since): the production clamp counts only about 50 % of what is made; the panels did not stop (31 kWh more went out than were recorded)"
            ),
            (
                .productionMeterWrong, "reversed", nil,
                "production is below zero whenever the sun shines, \(since): the production clamp is turned round, or its sign is set wrongly"
            ),
            (
                .productionMeterWrong, "offset", nil,
                "production is recorded all night \(since): the production clamp adds the same amount to every hour"
            ),
            (
                .consumptionMeterWrong, "dead", nil,
                "the house seems to use nothing \(since): the load's clamps give nothing, and import and export are computed from them"
            ),
            (
                .consumptionMeterWrong, "reversed", nil,
                "the house seems to give energy instead of using it \(since): the load's clamps are turned round, or their sign is set wrongly"
            ),
            (
                .gridMeterWrong, "dead", nil,
                "nothing comes from the grid and nothing goes to it \(since): the clamps at the grid connection give nothing"
            ),
            (
                .gridMeterWrong, "load_as_net", nil,
                "nothing is exported on sunny days and much is imported \(since), where it used to be the other way: clamps that measure the load seem to be set as those of the grid"
            ),
        ]
        for (kind, fault, proven, sentence) in told {
            var own = try finding(kind) {
                $0.fault = fault
                $0.fraction = 0.5
                if let proven { $0.provenKWh = proven }
            }
            #expect(try headline(own) == sentence)
            #expect(OwnerWords.advice(own).hasPrefix("Have the "))
            own.end = own.knownEnd
            #expect(OwnerWords.advice(own).hasPrefix("It was put right; "))
            // Without proof of rows a clamp is likely at best.
            own.sureness = .sure
            let isProven = proven != nil || ["dead", "reversed"].contains(fault) && kind != .gridMeterWrong
            if proven != nil { #expect(OwnerWords.told(own) == .sure) }
            if !isProven { #expect(OwnerWords.told(own) == .likely) }
        }
    }

    @Test("before a sunny day has told them apart, both clamps are named that may be turned round")
    func eitherClamp() throws {
        var own = try finding(.gridMeterWrong) { $0.fault = "reversed" }
        #expect(
            try headline(own).hasSuffix(
                "the clamps at the grid connection are turned round, or their sign is set wrongly"
            )
        )
        own.sureness = .suspected
        #expect(
            try headline(own).hasSuffix(
                "those at the grid connection or those of the load, which a sunny day will tell"
            )
        )
    }

    @Test("the array, and the load's meter, are what needs the owner")
    func subjects() throws {
        let lost = try finding(.productionLost) { $0.fault = "all" }
        let slow = try finding(.degradation) { _ in }
        let load = try finding(.consumptionMeterWrong) { $0.fault = "dead" }
        #expect(OwnerWords.needing([lost]) == "The array needs")
        #expect(OwnerWords.needing([lost, slow]) == "The array needs")
        #expect(OwnerWords.needing([load]) == "The load meter needs")
        #expect(
            OwnerWords.past(try finding(.productionLost, isOver: true) { _ in })
                == "production lost (9.5 days)"
        )
    }

    @Test("what a document says of itself is told as text that nobody mistakes")
    func hostile() throws {
        let own = try finding(.productionLost) {
            $0.fault = "all"
            $0.reading = "snow\n# now\u{202E}"
            $0.fraction = 7
        }
        #expect(try !headline(own).contains("\n"))
        let part = try finding(.productionLost) {
            $0.fault = "part"
            $0.fraction = 7
        }
        #expect(try headline(part).contains("fell to about 0 %"))
    }
}
