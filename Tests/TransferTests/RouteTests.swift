// Whether a failure lies at this machine's own network.

import Testing

@testable import Transfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

struct RouteTests {
    @Test(
        "no way out is said only where it is certain",
        arguments: [
            (ENETUNREACH, true, false, false), (ENETDOWN, true, false, false),
            (EHOSTUNREACH, true, false, true),
            // A name with an IPv6 address on a machine without.
            (ENETUNREACH, false, false, true), (ENETUNREACH, false, true, false),
            (EHOSTUNREACH, true, true, false),
            (ECONNREFUSED, true, true, true), (ECONNREFUSED, true, false, true), (0, false, true, false),
            (0, false, false, true),
        ]
    )
    func table(systemError: Int32, isNumeric: Bool, isAlone: Bool, hasRoute: Bool) {
        let judgement = RouteJudgement(systemError: systemError, isNumeric: isNumeric, isAlone: isAlone)
        #expect(judgement.hasRoute == hasRoute)
    }

    @Test("numbers are told from names")
    func hosts() {
        for (url, isNumeric) in [
            ("http://192.168.1.20/", true), ("https://192.168.1.20:443/x", true),
            ("http://[2001:db8::1]:80/", true),
            ("http://[fe80::1%25eth0]/", true), ("http://envoy.local/", false), ("http://1.2.3/", false),
            ("http://ab.cd:80", false),
        ] {
            #expect(RouteJudgement.isNumeric(Exchange(url).host) == isNumeric, "\(url)")
        }
    }

    #if os(Linux)
        @Test("the kernel's word reaches the failure", .enabled(if: hasCurl))
        func kernel() throws {
            // TCP to the broadcast address of the loopback: no route, without a packet.
            var exchange = Exchange("http://127.255.255.255:9/")
            exchange.limits.totalSeconds = 1
            #expect(try ask(exchange).failure == .cannotConnect(hasRoute: false))
        }
    #endif
}
