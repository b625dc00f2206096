// What a request to a gateway is when nothing is said about it.

import Collect
import Testing

struct RequestTests {
    @Test("a request sends nothing secret unless it is told to")
    func usual() {
        let request = GatewayRequest("info")
        #expect(request.access == .none && request.pin == nil)
    }
}
