// Which messages are due, told with findings made by hand.

import Notify
import Readings
import Testing

@Suite struct PlanTests {
    @Test func nothingIsTwoMessages() {
        #expect(OutboxPlan().isEmpty)
    }
}
