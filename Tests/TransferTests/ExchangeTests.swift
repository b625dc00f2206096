// What a request is when nothing is said about it.

import Testing
import Transfer

struct ExchangeTests {
    @Test("a request is a bounded GET that believes this machine's certificates")
    func usual() {
        let exchange = Exchange("https://192.0.2.1/info")
        #expect(exchange.method == .get && exchange.trust == .system)
        #expect(exchange.limits.totalSeconds <= 60 && exchange.limits.bodyBytes <= 8 << 20)
    }
}
