// The harness itself: a page's commands are run, and a command that is none is refused.

import Testing

@Suite("cases from the field", .enabled(if: FieldCase.isPresent))
struct FieldCaseTests {
    @Test("the commands of a page are run in order, each with its code")
    func harness() throws {
        let month = try FieldCase("06")
        #expect(
            month.steps.map(\.command).map { $0.split(separator: " ")[1] } == [
                "init", "import", "check", "import", "check",
            ]
        )
        #expect(try month.result("import").code == 0)
        #expect(throws: (any Error).self) { try month.run("rm -rf $S") }
    }
}
