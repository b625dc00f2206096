// What is said of production that is lost while the reports are complete. The sentences stand in Headline+Losses.swift, those
// about meters that count wrongly in FindingWords+Meters.swift.

import Analysis
import Readings

extension FindingWords {
    static let productionLost = FindingWords(
        name: "production lost",
        headline: \.productionLost,
        advice:
            "Look at the breakers of the array and at the gateway's list of inverters; if all of them report and give, look at the production clamp.",
        adviceOver:
            "It has ended. Ask the installer what it was; where nobody knows, have the breaker and the wiring of the array checked before it comes again.",
        request:
            "Please tell which inverters or branches gave nothing or less meanwhile, why, and since when you have known of it.",
        cost: .lost,
        subject: .array,
        byEvidence: lossWords
    )

    static let degradation = FindingWords(
        name: "slow loss",
        headline: \.slowLoss,
        advice:
            "Look whether the panels are dirty or newly shaded; if they are not, ask the installer to measure the modules.",
        adviceOver: "It is made good. Watch whether it comes again.",
        request:
            "Please compare the inverters' energy with that of a year before, and measure the modules that give less.",
        cost: .lost,
        subject: .array,
        byEvidence: { finding in
            guard finding.evidence.reading == "soiling" else { return EvidenceWords() }
            return EvidenceWords(
                advice:
                    "Clean the panels, or wait for rain; if neither helps, ask the installer to measure the modules.",
                adviceOver: "Rain or a cleaning made it good. Clean the panels when it comes again."
            )
        }
    )

    private static func lossWords(_ finding: Finding) -> EvidenceWords {
        let evidence = finding.evidence
        switch evidence.fault {
        case "all" where evidence.reading != nil: return covered(finding)
        case "all": return stopped(evidence)
        case "part": return part(evidence)
        case "trips":
            return EvidenceWords(
                advice:
                    "Ask the installer for the inverters' grid profile and their log of trips, and the utility for the voltage at your connection; if both are right, heat stops them.",
                adviceOver:
                    "It has ended, and comes again with sunny days where nothing was changed: ask the installer for the inverters' log of trips, and the utility for the voltage at your connection.",
                request:
                    "Please read the inverters' log of trips and their grid profile, and tell at which voltage and temperature they stopped."
            )
        case "limit":
            return EvidenceWords(
                advice:
                    "Ask the installer and the utility whether a limit was set, and for what; if none was, have the inverters looked at.",
                adviceOver:
                    "It has ended. Ask the installer and the utility who had set a limit, and for what.",
                request:
                    "Please tell whether a limit of power or of export was set, by whom, when and for what."
            )
        default: return EvidenceWords()
        }
    }

    /// Nothing at all, under a low sun: snow may do that.
    private static func covered(_ finding: Finding) -> EvidenceWords {
        EvidenceWords(
            advice: finding.end == nil
                ? "If the panels are free, look at the breaker of the array."
                : "If snow lay on the panels, nothing needs doing; if they were free, look at the breaker of the array.",
            adviceOver:
                "Production is back. If the panels were free meanwhile, ask who switched the breaker of the array."
        )
    }

    /// Nothing at all.
    private static func stopped(_ evidence: Evidence) -> EvidenceWords {
        guard evidence.cause == "panels" else {
            return EvidenceWords(
                adviceOver:
                    "Production is back. Whether it was the array or its clamp the inverters' own counters tell, or the utility's meter: ask the installer."
            )
        }
        return EvidenceWords(
            advice: "Look at the breaker of the array, then at the gateway's list of inverters.",
            adviceOver:
                "Production is back. Ask who switched the breaker of the array; if nobody did, have it and the wiring checked before it trips again.",
            request:
                "Please tell why the array gave nothing, which inverters were off, and since when you have known of it.",
            ruledOut: evidence.causeBy?.contains("inverters") ?? false
                ? "the inverters' own counters show nothing either"
                : "the house went on being measured in the same rows and shows no energy of the sun either; under this sun no cloud takes all"
        )
    }

    /// A part of the array.
    private static func part(_ evidence: Evidence) -> EvidenceWords {
        let breaker =
            branches(evidence.fraction).map { "Look at the breaker of \($0)" }
            ?? "Look at the breakers of the branches"
        guard evidence.cause == "panels" else {
            return EvidenceWords(
                advice:
                    "\(breaker) and at the gateway's list of inverters; if all of them report and give, look at the production clamp."
            )
        }
        return EvidenceWords(
            advice: "\(breaker), then at the gateway's list of inverters.",
            ruledOut: evidence.serials == nil
                ? nil
                : "the inverters' own counters fell by what the meter lacks, those named to nothing while the others went on"
        )
    }

    /// How far a share may lie from that of whole branches.
    private static let branchTolerance = 0.06

    /// The branches of which a share of the energy is that, as `one of two branches`; nil where none fits.
    private static func branches(_ fraction: Double?) -> String? {
        guard let fraction else { return nil }
        let known = [(1, 2), (1, 3), (2, 3), (1, 4), (3, 4), (1, 5)]
        let nearest = known.min {
            abs(Double($0.0) / Double($0.1) - fraction) < abs(Double($1.0) / Double($1.1) - fraction)
        }
        guard let (off, all) = nearest, abs(Double(off) / Double(all) - fraction) <= branchTolerance else {
            return nil
        }
        let names = ["no", "one", "two", "three", "four", "five"]
        return "\(names[off]) of \(names[all]) branches"
    }
}
