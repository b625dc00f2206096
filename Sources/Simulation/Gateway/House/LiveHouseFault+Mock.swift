// Faults of a house that are the network's or the server's, as the mock gateway has them.

extension MockFault {
    /// Takes a fault of a house; nil for one that the house has itself.
    ///
    /// - Parameter start: the begin of the play, seconds UTC.
    package init?(_ fault: LiveHouseFault, start: Int64) {
        let word: String
        switch fault.kind {
        case .gatewayUnreachable: word = "off"
        case .keyChanged: word = "key"
        case .serialChanged: word = "serial"
        case .nightReset: word = "nightly"
        default: return nil
        }
        let (from, to) = (fault.interval.startUTCSeconds - start, fault.interval.endUTCSeconds - start)
        guard let read = try? MockFault(parsing: "*=\(word)@\(from)-\(to)") else { return nil }
        self = read
    }
}
