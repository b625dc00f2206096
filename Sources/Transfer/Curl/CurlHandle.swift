// One handle of libcurl: what is set for a request, and what is asked after it. What an outcome means is not decided here.

import CTransfer

/// A handle with its connections. Who makes it frees it.
struct CurlHandle {
    private let library: OpaquePointer
    private let pointer: UnsafeMutableRawPointer

    /// Makes a handle; nil for want of memory.
    init?(_ library: OpaquePointer) {
        guard let pointer = transfer_make(library) else { return nil }
        (self.library, self.pointer) = (library, pointer)
    }

    /// Closes the connections.
    func free() { transfer_free(library, pointer) }

    /// Sends a request. Returns libcurl's number for what came of it.
    func perform(
        _ exchange: Exchange,
        into sink: ReplySink,
        mostConnections: Int
    ) throws(TransferFailure) -> Int32 {
        transfer_reset(library, pointer)
        let lines = try headerLines(exchange)
        defer { transfer_free_lines(library, lines) }
        try set(CURLOPT_HTTPHEADER, to: UnsafeRawPointer(lines))
        try setPlace(exchange)
        try setBounds(exchange.limits)
        try setContent(exchange)
        if exchange.scheme == "https" { try setTrust(exchange.trust) }
        if let digest = exchange.digest { try setLogin(digest) }
        try set(CURLOPT_FORBID_REUSE, to: exchange.keepsConnection ? 0 : 1)
        try set(CURLOPT_MAXCONNECTS, to: mostConnections)
        try setSink(sink)
        return withExtendedLifetime(sink) { transfer_perform(library, pointer) }
    }

    /// Tells a number about the last request.
    func number(_ info: transfer_info) -> Int { Int(transfer_number(library, pointer, info)) }

    /// Tells seconds of the last request.
    func seconds(_ info: transfer_info) -> Double { transfer_seconds(library, pointer, info) }

    /// The certificate that the server showed for the last request, PEM; nil where the connection was kept from before.
    var certificate: String? { transfer_certificate(library, pointer).map { String(cString: $0) } }

    // MARK: What is set

    private func setPlace(_ exchange: Exchange) throws(TransferFailure) {
        try set(CURLOPT_URL, to: exchange.url)
        // The empty text is "none", also against the environment.
        try set(CURLOPT_PROXY, to: "")
        try set(CURLOPT_FOLLOWLOCATION, to: 0)
        // The older option is on its way out, the newer one came with 7.85.
        if transfer_set_number(library, pointer, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS)
            != CURLE_OK
        {
            try set(CURLOPT_PROTOCOLS_STR, to: "http,https")
        }
        try set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_1_1)
        // Never allowed in versions that do not know the option but from 7.64 to 7.66.
        _ = transfer_set_number(library, pointer, CURLOPT_HTTP09_ALLOWED, 0)
        try set(CURLOPT_USERAGENT, to: "sunvigil")
    }

    private func setBounds(_ limits: Exchange.Limits) throws(TransferFailure) {
        try set(CURLOPT_NOSIGNAL, to: 1)
        try set(CURLOPT_CONNECTTIMEOUT_MS, to: CurlHandle.milliseconds(limits.connectSeconds))
        try set(CURLOPT_TIMEOUT_MS, to: CurlHandle.milliseconds(limits.totalSeconds))
    }

    private func setContent(_ exchange: Exchange) throws(TransferFailure) {
        guard exchange.method == .post else { return try set(CURLOPT_HTTPGET, to: 1) }
        let body = exchange.body ?? []
        try set(CURLOPT_POST, to: 1)
        try set(CURLOPT_POSTFIELDSIZE, to: body.count)
        // A byte more, because an empty array has no address, and none means that the body is asked for.
        let code = (body + [0]).withUnsafeBytes {
            transfer_set_address(library, pointer, CURLOPT_COPYPOSTFIELDS, $0.baseAddress)
        }
        try check(code)
    }

    private func setTrust(_ trust: Exchange.Trust) throws(TransferFailure) {
        try set(CURLOPT_CERTINFO, to: 1)
        // A session that is taken up again shows no certificate.
        try set(CURLOPT_SSL_SESSIONID_CACHE, to: 0)
        let isSystem = trust == .system
        try set(CURLOPT_SSL_VERIFYPEER, to: isSystem ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, to: isSystem ? 2 : 0)
        if case .pinned(let key) = trust {
            let code = transfer_set_address(library, pointer, CURLOPT_PINNEDPUBLICKEY, key)
            // A TLS library that cannot look at keys must not be asked at all.
            guard code == CURLE_OK else { throw .noTLS(code: Int(code)) }
        }
    }

    private func setLogin(_ login: Exchange.Login) throws(TransferFailure) {
        try set(CURLOPT_HTTPAUTH, to: CURLAUTH_DIGEST)
        try set(CURLOPT_USERNAME, to: login.user)
        try set(CURLOPT_PASSWORD, to: login.password)
    }

    private func setSink(_ sink: ReplySink) throws(TransferFailure) {
        let address = UnsafeRawPointer(Unmanaged.passUnretained(sink).toOpaque())
        try set(CURLOPT_WRITEDATA, to: address)
        try set(CURLOPT_HEADERDATA, to: address)
        try check(
            transfer_set_sink(library, pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, to in
                CurlHandle.hand(bytes, size * count, to: to) { $0.takeBody($1) }
            }
        )
        try check(
            transfer_set_sink(library, pointer, CURLOPT_HEADERFUNCTION) { bytes, size, count, to in
                CurlHandle.hand(bytes, size * count, to: to) { $0.takeHeader($1) }
            }
        )
        try set(CURLOPT_NOPROGRESS, to: 0)
        try set(CURLOPT_XFERINFODATA, to: address)
        try check(
            transfer_set_watcher(library, pointer, CURLOPT_XFERINFOFUNCTION) { to, _, _, _, _ in
                guard let to else { return 0 }
                return Unmanaged<ReplySink>.fromOpaque(to).takeUnretainedValue().isStopped() ? 1 : 0
            }
        )
    }

    /// Makes libcurl's list of header lines; nil for none. Who makes it frees it.
    private func headerLines(_ exchange: Exchange) throws(TransferFailure) -> OpaquePointer? {
        var texts = exchange.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Without value: libcurl's own line is left out.
        texts += ["Expect:"]
        if !exchange.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            texts += ["Content-Type:"]
        }
        var lines: OpaquePointer?
        for text in texts {
            guard let longer = transfer_append(library, lines, text) else {
                transfer_free_lines(library, lines)
                throw .other(code: Int(CURLE_FAILED_INIT))
            }
            lines = longer
        }
        return lines
    }

    // MARK: Helpers

    private func set(_ option: transfer_option, to value: Int) throws(TransferFailure) {
        try check(transfer_set_number(library, pointer, option, value))
    }

    private func set(_ option: transfer_option, to text: String) throws(TransferFailure) {
        try check(transfer_set_address(library, pointer, option, text))
    }

    private func set(_ option: transfer_option, to address: UnsafeRawPointer?) throws(TransferFailure) {
        try check(transfer_set_address(library, pointer, option, address))
    }

    private func check(_ code: Int32) throws(TransferFailure) {
        if code != CURLE_OK { throw .other(code: Int(code)) }
    }

    private static func hand(
        _ bytes: UnsafeMutablePointer<CChar>?,
        _ count: Int,
        to address: UnsafeMutableRawPointer?,
        take: (ReplySink, UnsafeRawBufferPointer) -> Bool
    ) -> Int {
        guard let address else { return 0 }
        let sink = Unmanaged<ReplySink>.fromOpaque(address).takeUnretainedValue()
        return take(sink, UnsafeRawBufferPointer(start: bytes, count: count)) ? count : 0
    }

    /// Returns whole milliseconds: at least one, since libcurl takes none for "for ever", and at most an hour.
    private static func milliseconds(_ seconds: Double) -> Int {
        seconds > 0 ? Int(min(max(seconds * 1000, 1), 3_600_000)) : 1
    }
}
