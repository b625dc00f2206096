// What owners' bills, registers and utility files say, as their pages expect it.

import Foundation
import TestSupport
import Testing

@Suite("bills, registers and utility files from the field", .enabled(if: FieldCase.isPresent))
struct BillCaseTests {
    @Test("a register that jumps in a silence is no evidence")
    func jump() throws {
        let own = try FieldCase("12")
        let text = try own.result("reconcile").output
        #expect(!text.contains("went on producing; only") && !text.contains("| decides"), "\(text)")
        #expect(text.contains("It jumped") && text.contains("cannot be told; if they did, about 471 kWh"))
        let outage = try #require(try own.findings().first { $0["kind"] as? String == "outage" })
        let evidence = try #require(outage["evidence"] as? [String: Any])
        let estimate = try #require(evidence["estimate_kwh"] as? Double)
        let half = try #require(evidence["half_width_90_kwh"] as? Double)
        #expect(abs(estimate - 519) <= half && evidence["verdict"] as? String == "cannot_tell")
    }

    @Test("bills with the day first are read as they are meant")
    func dayFirst() throws {
        let own = try FieldCase("21")
        let text = try own.result("reconcile").output
        #expect(text.contains("4 of 4 bills that can be judged agree"), "\(text)")
        #expect(text.contains("| 2025-02-01 to 2025-03-01 |   28 |"))
    }

    @Test("a new meter gives a bill no energy, anywhere")
    func newMeter() throws {
        let own = try FieldCase("22")
        let all = own.steps.map { $0.result.output + $0.result.errors }.joined()
        #expect(!all.contains("58554") && !all.contains("58,554") && !all.contains("90886"))
        #expect(!all.contains("is it in kWh"))
        let sentence =
            "register went back from 41634 to 188: a new meter? add the energy, or the new meter's first read"
        #expect(try own.result("import", 1).output.contains(sentence))
        let list = try own.result("bills list")
        #expect(list.errors.contains(sentence))
        #expect(list.output.contains("194.000     221.000") && list.output.contains("143.000     442.000"))
        #expect(try own.result("reconcile").output.contains("went back from 41634 to 188"))
    }

    @Test("a table of unknown layout is refused with help")
    func unknownTable() throws {
        let own = try FieldCase("23")
        for index in [0, 1] {
            let refused = try own.result("import", index)
            #expect(refused.code == 2 && refused.errors.contains("it looks like a table of a utility"))
            #expect(
                refused.errors.contains("TYPE, DATE, START TIME, END TIME, IMPORT (kWh), EXPORT (kWh)"),
                "\(refused.errors)"
            )
            #expect(refused.errors.contains("for the nearest layout") && refused.errors.contains("it lacks"))
        }
        #expect(try own.result("import", 0).errors.contains("Export T2 kWh"))
        #expect(try !own.result("import", 1).errors.contains("as registers do"))
    }

    @Test("grid clamps turned round are named, once")
    func turnedRound() throws {
        let own = try FieldCase("24")
        let found = try own.findings().filter { $0["kind"] as? String == "mismatch" }
        #expect(found.count == 1)
        let text = try own.result("reconcile").output
        #expect(text.contains("import and export are swapped") && text.contains("592 by the bill, -592.4"))
        for denied in ["count import and export alike", "three bills", "mean what they say:"] {
            #expect(!text.contains(denied), "\(denied)")
        }
    }

    @Test("NEM12 in Western time: what the refusal offers helps")
    func westernTime() throws {
        let own = try FieldCase("25")
        let refused = try own.result("import --store $S nem12")
        #expect(refused.code == 2 && refused.errors.contains("--times standard it is right"))
        let taken = try own.result("import --store $S --utc-is-local")
        #expect(taken.code == 0 && taken.output.contains("1488 utility_interval"), "\(taken.errors)")
        #expect(taken.output.contains("export 553.898, import 157.926"))
        #expect(taken.output.contains("clock: right, by correlation"))
    }
}
