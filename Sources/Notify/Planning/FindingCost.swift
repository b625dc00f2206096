// What a finding costs, as messages weigh it. Money is not known here.

import Readings

extension Finding {
    /// The energy that a finding says was lost or not recorded, Wh: what was not made, else what is missing, else what is proven;
    /// nil where it says none of these, or what no site could be.
    var costWh: Int64? {
        // Kept evidence is text: it is read once, and only where it can hold a number of these.
        if case .raw(let text) = evidence.json, !text.utf8.contains(UInt8(ascii: "h")) { return nil }
        let facts = Evidence(object: evidence.json.read)
        func watthours(_ kWh: Double?) -> Int64? {
            kWh.flatMap { (0...1e12).contains($0) ? Int64(($0 * 1000).rounded()) : nil }
        }
        return watthours(facts.lostKWh) ?? facts.missingWh.map(Int64.init) ?? watthours(facts.provenKWh)
    }
}
