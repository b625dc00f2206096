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
        teller: DialogueTeller?,
        mostConnections: Int
    ) throws(TransferFailure) -> Int32 {
        reset()
        let lines = try lines(CurlHandle.headerTexts(exchange))
        defer { freeLines(lines) }
        try set(CURLOPT_HTTPHEADER, to: UnsafeRawPointer(lines))
        try setPlace(exchange.url)
        try setProtocols(CURLPROTO_HTTP | CURLPROTO_HTTPS, names: "http,https")
        try setManners()
        try setBounds(exchange.limits)
        try setContent(exchange)
        if exchange.scheme == "https" { try setTrust(exchange.trust) }
        if let digest = exchange.digest { try setLogin(digest) }
        try set(CURLOPT_FORBID_REUSE, to: exchange.keepsConnection ? 0 : 1)
        try set(CURLOPT_MAXCONNECTS, to: mostConnections)
        try setSink(sink)
        try setTeller(teller)
        return withExtendedLifetime((sink, teller)) { start() }
    }

    /// Takes all options back.
    func reset() { transfer_reset(library, pointer) }

    /// Does what was set. Returns libcurl's number for what came of it.
    func start() -> Int32 { transfer_perform(library, pointer) }

    /// Tells a number about the last request.
    func number(_ info: transfer_info) -> Int { Int(transfer_number(library, pointer, info)) }

    /// Tells seconds of the last request.
    func seconds(_ info: transfer_info) -> Double { transfer_seconds(library, pointer, info) }

    /// The certificate that the server showed for the last request, PEM; nil where the connection was kept from before.
    var certificate: String? { transfer_certificate(library, pointer).map { String(cString: $0) } }

    // MARK: What is set

    /// Sets where to, past all proxies.
    func setPlace(_ url: String) throws(TransferFailure) {
        try set(CURLOPT_URL, to: url)
        // The empty text is "none", also against the environment.
        try set(CURLOPT_PROXY, to: "")
    }

    /// Allows these protocols and no other: libcurl's numbers in one, and their names.
    func setProtocols(_ numbers: Int, names: String) throws(TransferFailure) {
        // The older option is on its way out, the newer one came with 7.85.
        if transfer_set_number(library, pointer, CURLOPT_PROTOCOLS, numbers) != CURLE_OK {
            try set(CURLOPT_PROTOCOLS_STR, to: names)
        }
    }

    private func setManners() throws(TransferFailure) {
        try set(CURLOPT_FOLLOWLOCATION, to: 0)
        try set(CURLOPT_HTTP_VERSION, to: CURL_HTTP_VERSION_1_1)
        // Never allowed in versions that do not know the option but from 7.64 to 7.66.
        _ = transfer_set_number(library, pointer, CURLOPT_HTTP09_ALLOWED, 0)
        try set(CURLOPT_USERAGENT, to: "sunvigil")
    }

    /// Sets how long it may take.
    func setBounds(_ limits: Exchange.Limits) throws(TransferFailure) {
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

    /// Sets whose key is believed.
    func setTrust(_ trust: Exchange.Trust) throws(TransferFailure) {
        try set(CURLOPT_CERTINFO, to: 1)
        // A session that is taken up again shows no certificate.
        try set(CURLOPT_SSL_SESSIONID_CACHE, to: 0)
        let isVouchedFor =
            switch trust {
            case .system, .authority: true
            case .pinned, .anyKey: false
            }
        try set(CURLOPT_SSL_VERIFYPEER, to: isVouchedFor ? 1 : 0)
        try set(CURLOPT_SSL_VERIFYHOST, to: isVouchedFor ? 2 : 0)
        if case .authority(let file) = trust {
            try set(CURLOPT_CAINFO, to: file)
            // The folder of the system's authorities is believed beside the file; a TLS library may know no folders.
            _ = transfer_set_address(library, pointer, CURLOPT_CAPATH, nil)
        }
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
        try set(CURLOPT_WRITEFUNCTION) { bytes, size, count, to in
            CurlHandle.hand(bytes, size * count, to: to) { $0.takeBody($1) }
        }
        try set(CURLOPT_HEADERFUNCTION) { bytes, size, count, to in
            CurlHandle.hand(bytes, size * count, to: to) { $0.takeHeader($1) }
        }
        try set(CURLOPT_XFERINFODATA, to: address)
        try setWatcher { to, _, _, _, _ in
            guard let to else { return 0 }
            return Unmanaged<ReplySink>.fromOpaque(to).takeUnretainedValue().isStopped() ? 1 : 0
        }
    }

    /// Sets who is asked whether it goes on.
    func setWatcher(_ watcher: @escaping transfer_watcher) throws(TransferFailure) {
        try set(CURLOPT_NOPROGRESS, to: 0)
        try check(transfer_set_watcher(library, pointer, CURLOPT_XFERINFOFUNCTION, watcher))
    }

    /// Sets who overhears; nil for nobody.
    func setTeller(_ teller: DialogueTeller?) throws(TransferFailure) {
        guard let teller else { return }
        try set(CURLOPT_DEBUGDATA, to: UnsafeRawPointer(Unmanaged.passUnretained(teller).toOpaque()))
        try check(
            transfer_set_teller(library, pointer, CURLOPT_DEBUGFUNCTION) { _, kind, bytes, count, to in
                guard let to else { return 0 }
                let piece = UnsafeRawBufferPointer(start: bytes, count: count)
                Unmanaged<DialogueTeller>.fromOpaque(to).takeUnretainedValue().take(kind: kind, piece)
                return 0
            }
        )
        try set(CURLOPT_VERBOSE, to: 1)
    }

    private static func headerTexts(_ exchange: Exchange) -> [String] {
        var texts = exchange.headers.map { $0.value.isEmpty ? "\($0.name);" : "\($0.name): \($0.value)" }
        // Without value: libcurl's own line is left out.
        texts += ["Expect:"]
        if !exchange.headers.contains(where: { $0.name.lowercased() == "content-type" }) {
            texts += ["Content-Type:"]
        }
        return texts
    }

    // MARK: Helpers

    /// Makes libcurl's list of lines; nil for none. Who makes it frees it.
    func lines(_ texts: [String]) throws(TransferFailure) -> OpaquePointer? {
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

    /// Forgets a list of lines.
    func freeLines(_ lines: OpaquePointer?) { transfer_free_lines(library, lines) }

    /// Sets an option to a number.
    func set(_ option: transfer_option, to value: Int) throws(TransferFailure) {
        try check(transfer_set_number(library, pointer, option, value))
    }

    /// Sets an option to a text, which is copied.
    func set(_ option: transfer_option, to text: String) throws(TransferFailure) {
        try check(transfer_set_address(library, pointer, option, text))
    }

    /// Sets an option to an address, which must last as long as the transfer.
    func set(_ option: transfer_option, to address: UnsafeRawPointer?) throws(TransferFailure) {
        try check(transfer_set_address(library, pointer, option, address))
    }

    /// Sets an option to a function that takes or gives bytes.
    func set(_ option: transfer_option, sink: @escaping transfer_sink) throws(TransferFailure) {
        try check(transfer_set_sink(library, pointer, option, sink))
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
