// What an owner can do about each kind of finding, and what he asks of those whom he sends the evidence.

import Analysis
import Readings

extension OwnerWords {
    /// Returns what to do about a finding, which may be over.
    package static func advice(_ finding: Finding) -> String {
        guard finding.end != nil, finding.severity >= .warning else { return advice(finding.kind) }
        switch finding.kind {
        case .siteSilent:
            return
                "It is over. Ask the vendor why nobody told you, and see in the section on the utility what the panels did meanwhile."
        case .cloudSilent: return "It is over. Look whether it comes back; keep it for the support case."
        case .batteryDeep:
            return
                "Ask why the reserve was not kept, and look whether every battery charges and is updated again."
        default: return advice(finding.kind)
        }
    }

    /// Returns what to do about a kind of finding.
    package static func advice(_ kind: FindingKind) -> String {
        switch kind {
        case .siteSilent:
            "Check the gateway's light and its network; if it has power and network, open a support case."
        case .dropout, .midnightZero: "Nothing needs doing; watch whether it grows."
        case .smear: "Do not use these intervals for times of use; their sum may be right."
        case .zeroDay: "Look whether snow covered the array; if not, check the gateway."
        case .stepDisagreement: "Download both reports again; keep both for a support case."
        case .lateBackfill: "Nothing needs doing; the data are complete now."
        case .partialSite: "Check the breaker of that branch circuit and the gateway's link to it."
        case .deviceSilent:
            "Look at the device's light; if the others report, ask for its exchange under warranty."
        case .microDead: "Ask the installer to test the module and the inverter; claim the warranty."
        case .microDegraded:
            "Look for dirt or new shade; if there is none, ask the installer to measure module and inverter."
        case .batteryPinned: "Open a support case with this evidence: the battery's state of charge is stuck."
        case .batteryNoCharge: "Open a support case: the battery takes no charge while the others do."
        case .batteryUnbalanced: "Let the pack charge to full once; if it stays apart, open a support case."
        case .batteryDeep:
            "Check why the reserve was not kept; batteries that run flat may not come back by themselves."
        case .stale: "Do not trust these intervals; if it comes back, open a support case about the meter."
        case .nightProduction: "Ask the installer to check the production meter's clamps."
        case .spike: "Leave these intervals out of any sum; if they come back, have the meter checked."
        case .clockShift: "Check the site's time zone at the vendor; times of use are wrong meanwhile."
        case .island: "Ask the utility for its outage log; keep it with this finding."
        case .cloudSilent: "Check the gateway's network; the vendor does not see your system."
        case .relayOpenedItself, .relayRepeats:
            "Ask the installer to check the connection to the grid, and the utility its line."
        case .gridDisagreement: "Send both to the installer: the system went off the grid by itself."
        case .inverterLost: "Ask the installer whether the inverter was taken away; else claim the warranty."
        case .batteriesDiverge: "Let the pack charge to full once; if it stays apart, open a support case."
        case .meterFault: "Ask the installer to check the meter's wiring and clamps."
        case .clockSkewed: "Restart the gateway; if its clock stays off, open a support case."
        case .counterStep: "Nothing needs doing; sums are made of intervals, not of this counter."
        case .firmwareBehind: "Ask the vendor to push the update to this device."
        case .mismatch:
            "Look at the bill's dates and numbers first; if they are right, have the meters' clamps checked."
        case .outage:
            "Keep it with your bills: it says what the panels did meanwhile. If production was lost, send it to the installer."
        case .noNewData: "Look whether downloads and imports still run."
        case .promiseOverdue:
            "Ask again, note the answer with: sunvigil case note, and close the case when it is kept."
        }
    }

    /// Returns what the receiver of evidence is asked for.
    static func request(_ kind: FindingKind) -> String {
        switch kind {
        case .batteryPinned, .batteryNoCharge, .batteryUnbalanced, .batteriesDiverge:
            "Please examine this battery, tell the cause, and say what is done about it, by when."
        case .batteryDeep:
            "Please tell why the reserve was not kept, and whether the batteries took harm."
        case .microDead, .microDegraded, .deviceSilent, .inverterLost, .partialSite:
            "Please examine the inverter and its module, and say whether it is exchanged under warranty."
        case .siteSilent, .cloudSilent, .outage, .zeroDay:
            "Please tell since when you have known that nothing was reported, what was done about it, and restore what the devices kept."
        case .island, .relayOpenedItself, .relayRepeats, .gridDisagreement:
            "Please read the relay's own log of this time, and tell why it opened and why it stayed open."
        case .firmwareBehind: "Please update this device, or tell why it cannot be updated."
        case .mismatch, .stale, .spike, .nightProduction, .meterFault, .smear:
            "Please check the meter, its clamps and their wiring."
        default: "Please examine this, and tell the cause."
        }
    }
}
