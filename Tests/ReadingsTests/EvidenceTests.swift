// Evidence keeps names, order, form and what it does not know; rules keep their names.

import Foundation
import Readings
import Testing

@Suite("evidence of findings")
struct EvidenceTests {
    @Test("facts are written in their order, with their names and decimals, and read with their types")
    func facts() {
        let evidence = Evidence {
            $0.table = "device_reading"
            $0.lossPercent = 12.34
            $0.estimateKWh = nil
            $0.firstRow = Instant(utcSeconds: 0)
            $0.producedWh = [3, nil]
            $0.siblings = ["a", "b"]
        }
        #expect(
            evidence.json.compact
                == #"{"table":"device_reading","loss_pct":12.3,"estimate_kwh":null,"first_row":"1970-01-01T00:00:00Z","produced_wh":[3,null],"siblings":["a","b"]}"#
        )
        let kept = Evidence(kept: evidence.json.compact)
        #expect(kept.lossPercent == 12.3 && kept.estimateKWh == nil && kept.firstRow?.utcSeconds == 0)
        #expect(kept.producedWh == [3, nil] && kept.siblings == ["a", "b"] && kept.daysWithoutCharge == nil)
    }

    @Test(
        "what is kept stays byte for byte, also facts that this program does not know; another fact comes behind"
    )
    func unknown() {
        let text = #"{"from_tomorrow": [1.50, {"a":true}],"loss_pct":3}"#
        var kept = Evidence(kept: text)
        #expect(kept.json.compact == text && kept.lossPercent == 3)
        kept.documents = ["x"]
        #expect(kept.json.compact == #"{"from_tomorrow":[1.50,{"a":true}],"loss_pct":3,"documents":["x"]}"#)
    }

    @Test("a fact of another type, and text that is no JSON, are no facts and no trap")
    func damage() {
        #expect(Evidence(kept: #"{"loss_pct":"much","siblings":7,"first_row":"soon"}"#).lossPercent == nil)
        #expect(Evidence(kept: #"{"first_row":"soon","rows":1.5}"#).firstRow == nil)
        #expect(Evidence(kept: #"{"rows":1.5}"#).rows == nil)
        #expect(Evidence(kept: "{").table == nil)
    }

    @Test("evidence goes through any encoder and comes back")
    func coding() throws {
        let evidence = Evidence {
            $0.lossPercent = 12.3
            $0.missedSlotsEach = [1, 2]
            $0.openedByItself = nil
            $0.sideEffects = [
                SideEffect(
                    kind: .dropout,
                    device: "site",
                    interval: Interval(startUTCSeconds: 0, endUTCSeconds: 900)
                )
            ]
        }
        let back = try JSONDecoder().decode(Evidence.self, from: try JSONEncoder().encode(evidence))
        #expect(back.lossPercent == 12.3 && back.missedSlotsEach == [1, 2])
        #expect(back.sideEffects == evidence.sideEffects)
        let rule = FindingRule(.billNet, [("bill_shift_days", .integer(1))])
        #expect(rule.json.compact == #"{"rule":"bill_net","bill_shift_days":1}"#)
        #expect(try JSONDecoder().decode(FindingRule.self, from: JSONEncoder().encode(rule)).name == .billNet)
    }

    @Test("a rule of a capture makes a finding one of records, any other leaves it to its kind")
    func records() {
        #expect(FindingKind.batteryDeep.isOfRecords(FindingRule(kept: #"{"name":"capture_event"}"#)))
        #expect(!FindingKind.batteryDeep.isOfRecords(FindingRule(.belowReserve)))
        #expect(FindingKind.mismatch.isOfRecords(FindingRule(.billNet)))
        #expect(FindingRule(kept: #"{"name":"from_tomorrow"}"#).name == nil)
    }
}
