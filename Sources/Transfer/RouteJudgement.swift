// Whether a connection failed for want of a network of our own: the host is then not to blame. No packet is sent for it.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is known when a connection did not come about.
///
/// There is no way out where the kernel says so itself (`ENETUNREACH`, `ENETDOWN`) of a host that is given as a number, or
/// where no interface but the loopback is up, runs and has an address that leads anywhere. A name that has several addresses
/// leaves the error of the last one, which may be an IPv6 address where there never was IPv6: of a name the kernel's word does
/// not count. All else (refused, unreachable neighbour, an unknown name while there is a network) is not told from the host
/// being off: in doubt there is a way.
struct RouteJudgement {
    /// What the system said of the connection; 0 where it said nothing.
    var systemError: Int32
    /// The host is given as a number.
    var isNumeric: Bool
    /// No interface leads out of this machine.
    var isAlone: Bool

    /// Whether a way leads out of this machine.
    var hasRoute: Bool {
        if systemError == ECONNREFUSED { return true }
        if isNumeric && [ENETUNREACH, ENETDOWN].contains(systemError) { return false }
        return !isAlone
    }

    /// Tells whether a host is given as a number.
    static func isNumeric(_ host: Substring) -> Bool {
        let text = String(host.prefix { $0 != "%" })
        var four = in_addr()
        var six = in6_addr()
        return inet_pton(AF_INET, text, &four) == 1 || inet_pton(AF_INET6, text, &six) == 1
    }

    /// Tells whether no interface but the loopback is up, runs and has an address beyond its own link.
    static func isMachineAlone() -> Bool {
        var first: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&first) == 0 else { return false }
        defer { freeifaddrs(first) }
        return !sequence(first: first, next: { $0?.pointee.ifa_next }).contains { leadsOut($0) }
    }

    private static func leadsOut(_ interface: UnsafeMutablePointer<ifaddrs>?) -> Bool {
        guard let interface, let address = interface.pointee.ifa_addr else { return false }
        let flags = Int32(truncatingIfNeeded: interface.pointee.ifa_flags)
        guard flags & Int32(IFF_UP) != 0, flags & Int32(IFF_RUNNING) != 0, flags & Int32(IFF_LOOPBACK) == 0
        else {
            return false
        }
        switch Int32(address.pointee.sa_family) {
        case AF_INET: return true
        case AF_INET6:
            return address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                withUnsafeBytes(of: six.pointee.sin6_addr) { !($0[0] == 0xFE && $0[1] & 0xC0 == 0x80) }
            }
        default: return false
        }
    }
}
