// Carries requests to their hosts through libcurl and brings answers back. What is asked and what an answer means is decided
// elsewhere; nothing is tried twice.

import CTransfer

/// A way to hosts, with connections that are kept between requests. A class, because connections end once. One thread uses it.
package final class Transfer {
    /// What libcurl is called, with OpenSSL, with GnuTLS, and on macOS.
    package static let libraryNames = [
        "libcurl.so.4", "libcurl-gnutls.so.4", "libcurl.4.dylib", "/usr/lib/libcurl.4.dylib",
    ]
    /// Debian's package that holds it.
    package static let packageName = "libcurl4"
    /// Connections that are kept at a time.
    private static let mostConnections = 4

    /// Is asked while an answer is waited for, once a second at least: true ends the request as `stopped`.
    package var isStopped: () -> Bool = { false }

    /// Is told the conversation with every host, a line each, behind `* ` (libcurl), `> ` or `< `: without paths, bodies, mails
    /// and logins, and with the values of harmless header lines alone.
    package var dialogue: ((String) -> Void)?

    /// The loaded libcurl.
    let library: OpaquePointer
    private var handle: CurlHandle?
    /// Whose key the kept connections were made with.
    private var trust = Exchange.Trust.system
    /// Keys of the newest connections by their port on this side: a certificate is shown once a connection.
    private var keys: [(port: Int, key: String)] = []

    /// Loads libcurl, unless it is loaded.
    ///
    /// - Parameter libraryNames: what it is called, the first that is there is taken.
    /// - Throws: `libraryMissing`.
    package init(libraryNames: [String] = Transfer.libraryNames) throws(TransferFailure) {
        let names = libraryNames.map { Array($0.utf8CString) }
        let found = Transfer.withPointers(names) { transfer_load($0, names.count) }
        guard let found else { throw .libraryMissing(package: Transfer.packageName) }
        library = found
    }

    deinit { close() }

    /// Closes the connections that are kept.
    package func close() {
        handle?.free()
        (handle, keys) = (nil, [])
    }

    /// Sends a request and waits for its answer, of whatever status; redirects are answers. No proxy is asked, whatever the
    /// environment says: a gateway is at home.
    ///
    /// The total time bounds all of it but the look-up of a name, which the system's resolver may hold up longer.
    ///
    /// - Throws: why there is no answer. A failure closes the connections that are kept.
    package func perform(_ exchange: Exchange) throws(TransferFailure) -> Reply {
        if let refusal = exchange.refusal { throw refusal }
        // libcurl does not mix them up either, in the versions that were tried; a secret must not hang on it.
        if exchange.trust != trust { close() }
        trust = exchange.trust
        let sink = ReplySink(exchange.limits, isStopped: isStopped)
        let teller = dialogue.map { DialogueTeller(WebSpeech(), mask: DialogueMask(exchange), tell: $0) }
        do throws(TransferFailure) {
            let handle = try takeHandle()
            let code = try handle.perform(
                exchange,
                into: sink,
                teller: teller,
                mostConnections: Transfer.mostConnections
            )
            if let refusal = sink.refusal { throw refusal }
            let outcome = CurlOutcome(
                code: code,
                host: exchange.host,
                isSent: handle.number(CURLINFO_REQUEST_SIZE) > 0,
                hasBegun: sink.hasBegun,
                limits: exchange.limits
            )
            if let failure = failure(outcome, handle: handle) { throw failure }
            return Reply(
                status: handle.number(CURLINFO_RESPONSE_CODE),
                headers: sink.headers,
                body: sink.body,
                seconds: handle.seconds(CURLINFO_TOTAL_TIME),
                key: try key(of: exchange, handle: handle)
            )
        } catch {
            close()
            throw error
        }
    }

    private func takeHandle() throws(TransferFailure) -> CurlHandle {
        if let handle { return handle }
        guard let made = CurlHandle(library) else { throw .other(code: Int(CURLE_FAILED_INIT)) }
        handle = made
        return made
    }

    /// Tells the key of the server; nil in clear text.
    private func key(of exchange: Exchange, handle: CurlHandle) throws(TransferFailure) -> String? {
        guard exchange.scheme == "https" else { return nil }
        let port = handle.number(CURLINFO_LOCAL_PORT)
        let shown = handle.certificate.flatMap { ServerKey.pin(pem: $0) }
        if let shown {
            keys.removeAll { $0.port == port }
            keys = keys.suffix(2 * Transfer.mostConnections) + [(port, shown)]
        }
        let known = shown ?? keys.last { $0.port == port }?.key
        guard case .pinned(let pin) = exchange.trust else { return known }
        guard known == nil || known == pin else { throw .wrongKey(found: known) }
        return pin
    }

    /// Says why there is no answer; nil where there is one.
    func failure(_ outcome: CurlOutcome, handle: CurlHandle) -> TransferFailure? {
        let systemError = Int32(truncatingIfNeeded: handle.number(CURLINFO_OS_ERRNO))
        switch Int(outcome.code) {
        case CURLE_OK: return nil
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT:
            let route = RouteJudgement(
                systemError: systemError,
                isNumeric: RouteJudgement.isNumeric(outcome.host),
                isAlone: RouteJudgement.isMachineAlone()
            )
            guard Int(outcome.code) == CURLE_COULDNT_RESOLVE_HOST, route.hasRoute else {
                return .cannotConnect(hasRoute: route.hasRoute)
            }
            return .unknownHost
        case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
            return .wrongKey(found: handle.certificate.flatMap { ServerKey.pin(pem: $0) })
        default:
            return FailureReading(
                code: Int(outcome.code),
                systemError: systemError,
                isSent: outcome.isSent,
                hasBegun: outcome.hasBegun,
                limits: outcome.limits
            ).failure
        }
    }

    /// Gives the addresses of texts with their zeros to a function.
    static func withPointers<Result>(
        _ names: [[CChar]],
        _ use: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
    ) -> Result {
        // One buffer with all names, each with its zero; pointers into it.
        let joined = names.flatMap { $0 }
        let starts = names.indices.map { index in names[..<index].reduce(0) { $0 + $1.count } }
        return joined.withUnsafeBufferPointer { bytes in
            let pointers = starts.map { start in bytes.baseAddress.map { $0 + start } }
            return pointers.withUnsafeBufferPointer { use($0.baseAddress) }
        }
    }
}
