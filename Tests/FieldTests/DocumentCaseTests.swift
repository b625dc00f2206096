// Documents as owners have them: changed by a spreadsheet, quoted, copied later, several in one file, with a generator.

import Foundation
import TestSupport
import Testing

@Suite("documents from the field", .enabled(if: FieldCase.isPresent))
struct DocumentCaseTests {
    @Test("a report that a spreadsheet saved again is the report")
    func spreadsheet() throws {
        let field = try FieldCase("01")
        let told = try field.result("import").output
        #expect(told.contains("2980 rows") && told.contains("2024-11-03 100 rows"))
        #expect(told.contains("produced 309.433, consumed 295.671, imported 217.859, exported 231.621"))
        #expect(try field.findings().isEmpty)
        // Where its digits are gone it is refused as a whole, and nothing is offered that would keep a part.
        let path = field.folder.path + "/case/report_saved_by_spreadsheet.csv"
        let text = try String(contentsOfFile: path, encoding: .utf8).replacing(
            "10/20/2024 0:00",
            with: "45585"
        )
        try text.write(toFile: field.folder.path + "/case/numbers.csv", atomically: true, encoding: .utf8)
        for option in ["", "--skip-bad-rows "] {
            let refused = try field.run("sunvigil import --store $S \(option)numbers.csv")
            #expect(refused.code == 2 && refused.errors.contains("without opening it"))
            #expect(!refused.errors.contains("skip-bad-rows"))
        }
    }

    @Test("quotes around all fields change nothing")
    func quotes() throws {
        let told = try FieldCase("02").result("import").output
        #expect(told.contains("1344 rows"))
        #expect(told.contains("produced 332.060, consumed 130.346, imported 60.216, exported 261.930"))
    }

    @Test("a report of days has the day without a midnight")
    func midnight() throws {
        let field = try FieldCase("03")
        let told = try field.result("import").output
        #expect(told.contains("42 rows") && told.contains("step 86400 s"))
        #expect(told.contains("produced 674.008, consumed 397.789, imported 257.912, exported 534.131"))
        let days = try field.run("sunvigil totals --store $S --by day --from 2025-09-06 --to 2025-09-09")
            .output
        #expect(days.split(separator: "\n").count == 5 && days.contains("2025-09-07,1,0"))
    }

    @Test("a generator's energy is read, balances its rows, and is undone with its document")
    func generator() throws {
        let field = try FieldCase("09")
        let told = try field.result("import").output
        #expect(told.contains("generator 36.807") && told.contains("event on_generator"))
        #expect(!told.contains("residual") && !told.contains("kept only"))
        let devices = try field.run("sunvigil devices --store $S").output
        #expect(devices.contains("generator"), "\(devices)")
        #expect(try field.run("sunvigil undo --store $S 1").code == 0)
        #expect(!(try field.run("sunvigil devices --store $S").output.contains("generator")))
    }

    @Test("the page of today stands at its own time")
    func today() throws {
        let field = try FieldCase("19")
        let told = try field.result("import").output
        #expect(told.contains("53 site_interval") && told.contains("produced 6.546"))
        #expect(try field.findings().isEmpty)
        #expect(
            try field.result("devices").output.contains("2025-04-11 13:06, today: state of charge 55.0 %")
        )
    }

    @Test("bodies one a line are as many documents, each known again")
    func lines() throws {
        let field = try FieldCase("26")
        let told = try field.result("import")
        #expect(told.code == 0 && told.output.contains("production_meter.jsonl#5: import 5, 96 new"))
        let totals = try field.run("sunvigil totals --store $S --by month").output
        #expect(totals.contains("2025-03,480,0,49.124"), "\(totals)")
        #expect(
            try field.run("sunvigil import --store $S production_meter.jsonl").output.contains("import 5")
        )
        #expect(try field.run("sunvigil verify --store $S").code == 0)
    }
}
