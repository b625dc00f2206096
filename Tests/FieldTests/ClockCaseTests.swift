// An hourly report whose clock is right: nothing is told of it.

import Testing

@Suite("hourly report and the clock", .enabled(if: FieldCase.isPresent))
struct ClockCaseTests {
    @Test("an hourly report of production whose clock is right has no finding")
    func hourly() throws {
        let report = try FieldCase("04")
        #expect(try report.result("import").code == 0)
        #expect(!(try report.result("check").output.contains("the clock of the data")))
        #expect(try report.findings().isEmpty)
    }
}
