// What is said of each kind of finding: its name, its headline, what to do about it, what its receiver is asked for. A kind
// without words does not compile: it is missing here.

import Analysis
import Readings

/// What is said of one finding by its evidence; nil for what its kind says.
struct EvidenceWords {
    /// What to do about it.
    var advice: String?
    /// What to do about it when it is over.
    var adviceOver: String?
    /// What the receiver of evidence is asked for.
    var request: String?
    /// Why there is no other reading, as the end of `sure: …`.
    var ruledOut: String?
}

/// The words for a kind of finding.
package struct FindingWords: Sendable {
    /// The kind in a word or two.
    package let name: String
    /// The finding as a sentence without its end, in small letters.
    let headline: @Sendable (Headline) -> String
    /// What to do about it.
    package let advice: String
    /// What to do about one of some weight that is over, where that is something else.
    let adviceOver: String?
    /// What to do about one that is only suspected, where that is something else.
    let adviceSuspected: String?
    /// What the receiver of evidence is asked for.
    package let request: String
    /// What to do, and what is asked for, of a battery, where that is something else.
    let ofBattery: (advice: String, request: String)?
    /// By what it is weighed.
    package let cost: CostRule
    /// Why there is no other reading, as the end of `sure: …`; nil for a kind of which that is never said: it is likely at
    /// best, whatever its rule says.
    package let ruledOut: String?
    /// What it is about, where its evidence does not say.
    let subject: FindingSubject
    /// What is said of one by its evidence in the place of the above; nil for a kind whose findings are all alike.
    let byEvidence: (@Sendable (Finding) -> EvidenceWords)?

    /// How a finding is weighed.
    package enum CostRule: Sendable {
        /// It costs no energy.
        case nothing
        /// Energy was not recorded; whether it was lost it does not say.
        case unrecorded
        /// By what the other inverters made, by what the other batteries gave, or by the sky.
        case inverter, battery, outage
        /// It says itself how much was not made, in `lost_kwh`.
        case lost
        /// Rows do not tell it.
        case unknown
    }

    static let plainRequest = "Please examine this, and tell the cause."

    init(
        name: String,
        headline: @escaping @Sendable (Headline) -> String,
        advice: String,
        adviceOver: String? = nil,
        adviceSuspected: String? = nil,
        request: String,
        ofBattery: (advice: String, request: String)? = nil,
        cost: CostRule,
        ruledOut: String? = nil,
        subject: FindingSubject = .other,
        byEvidence: (@Sendable (Finding) -> EvidenceWords)? = nil
    ) {
        self.name = name
        self.headline = headline
        self.advice = advice
        self.adviceOver = adviceOver
        self.adviceSuspected = adviceSuspected
        self.request = request
        self.ofBattery = ofBattery
        self.cost = cost
        self.ruledOut = ruledOut
        self.subject = subject
        self.byEvidence = byEvidence
    }

    /// Returns the words for a kind.
    package static func of(_ kind: FindingKind) -> FindingWords {
        switch kind {
        case .siteSilent: siteSilent
        case .dropout: dropout
        case .midnightZero: midnightZero
        case .notDownloaded: notDownloaded
        case .placeWrong: placeWrong
        case .productionMeterWrong: productionMeterWrong
        case .gridMeterWrong: gridMeterWrong
        case .consumptionMeterWrong: consumptionMeterWrong
        case .productionLost: productionLost
        case .degradation: degradation
        case .smear: smear
        case .zeroDay: zeroDay
        case .stepDisagreement: stepDisagreement
        case .lateBackfill: lateBackfill
        case .partialSite: partialSite
        case .deviceSilent: deviceSilent
        case .microDead: microDead
        case .microDegraded: microDegraded
        case .batteryPinned: batteryPinned
        case .batteryNoCharge: batteryNoCharge
        case .batteryUnbalanced: batteryUnbalanced
        case .batteryDeep: batteryDeep
        case .stale: stale
        case .nightProduction: nightProduction
        case .spike: spike
        case .clockShift: clockShift
        case .island: island
        case .cloudSilent: cloudSilent
        case .relayOpenedItself: relayOpenedItself
        case .relayRepeats: relayRepeats
        case .gridDisagreement: gridDisagreement
        case .inverterLost: inverterLost
        case .batteriesDiverge: batteriesDiverge
        case .meterFault: meterFault
        case .clockSkewed: clockSkewed
        case .counterStep: counterStep
        case .firmwareBehind: firmwareBehind
        case .mismatch: mismatch
        case .outage: outage
        case .noNewData: noNewData
        case .promiseOverdue: promiseOverdue
        case .gatewayUnreachable: gatewayUnreachable
        case .watchOffline: watchOffline
        case .returnFailed: returnFailed
        case .batteryLost: batteryLost
        case .batteryStuck: batteryStuck
        case .productionStopped: productionStopped
        case .meterFrozen: meterFrozen
        case .tokenExpiring: tokenExpiring
        case .keyChanged: keyChanged
        case .firmwareChanged: firmwareChanged
        case .serialChanged: serialChanged
        case .watchStalled: watchStalled
        case .channelFailing: channelFailing
        }
    }
}
