// A client of libmosquitto: what is set for it, and what it tells.

import CMosquitto
import CTransfer

/// What a client told. A class, because the library holds its address.
final class BrokerEvents {
    /// The broker's answer to the connection; nil before it.
    fileprivate(set) var answer: Int?
    /// Messages that the broker does not have yet, by the library's numbers.
    var pending: Set<Int32> = []
    /// libcurl's number for what was against TLS; nil for nothing.
    private(set) var tlsError: Int?

    private let mask: DialogueMask
    private let dialogue: ((String) -> Void)?

    fileprivate init(_ login: Exchange.Login?, dialogue: ((String) -> Void)?) {
        (mask, self.dialogue) = (DialogueMask(login), dialogue)
    }

    /// Takes a line of the library's.
    fileprivate func take(_ line: String) {
        // All that the library tells about why TLS did not come about.
        if line.contains("certificate verify failed") || line.contains("host name verification failed") {
            tlsError = Int(CURLE_PEER_FAILED_VERIFICATION)
        } else if line.hasPrefix("Error: Unable to load CA") {
            tlsError = tlsError ?? Int(CURLE_SSL_CACERT_BADFILE)
        } else if line.hasPrefix("OpenSSL Error") {
            tlsError = tlsError ?? Int(CURLE_SSL_CONNECT_ERROR)
        }
        // The path of a file is nobody's business.
        if !line.hasPrefix("Error: Unable to load") { dialogue?("* " + mask.line(line)) }
    }
}

/// A client. A class, because it is freed once.
final class BrokerClient {
    /// What it told.
    let events: BrokerEvents
    private let library: OpaquePointer
    private let pointer: UnsafeMutableRawPointer

    /// Makes a client that has not connected.
    init(
        _ library: OpaquePointer,
        _ exchange: BrokerExchange,
        dialogue: ((String) -> Void)?
    ) throws(TransferFailure) {
        let events = BrokerEvents(exchange.login, dialogue: dialogue)
        let address = Unmanaged.passUnretained(events).toOpaque()
        guard let pointer = broker_make(library, exchange.clientID, address) else {
            throw .other(code: Int(CURLE_OUT_OF_MEMORY))
        }
        (self.library, self.pointer, self.events) = (library, pointer, events)
        BrokerClient.listen(library, pointer)
        if let login = exchange.login,
            broker_set_login(library, pointer, login.user, login.password) != MOSQ_ERR_SUCCESS
        {
            throw .other(code: Int(CURLE_BAD_FUNCTION_ARGUMENT))
        }
        guard exchange.isTLS else { return }
        switch Int(broker_set_authority(library, pointer, exchange.authorityFile)) {
        case MOSQ_ERR_SUCCESS: break
        // The file cannot be read.
        case MOSQ_ERR_INVAL: throw .noTLS(code: Int(CURLE_SSL_CACERT_BADFILE))
        default: throw .noTLS(code: Int(CURLE_SSL_CONNECT_ERROR))
        }
    }

    deinit { broker_free(library, pointer) }

    private static func listen(_ library: OpaquePointer, _ pointer: UnsafeMutableRawPointer) {
        broker_set_events(
            library,
            pointer,
            { _, to, code in
                guard let to else { return }
                Unmanaged<BrokerEvents>.fromOpaque(to).takeUnretainedValue().answer = Int(code)
            },
            { _, to, number in
                guard let to else { return }
                Unmanaged<BrokerEvents>.fromOpaque(to).takeUnretainedValue().pending.remove(number)
            },
            { _, to, _, line in
                guard let to, let line else { return }
                Unmanaged<BrokerEvents>.fromOpaque(to).takeUnretainedValue().take(String(cString: line))
            }
        )
    }

    /// The descriptor of the connection, -1 for none.
    var descriptor: Int32 { broker_descriptor(library, pointer) }
    /// Whether something waits to be written.
    var wantsWrite: Bool { broker_wants_write(library, pointer) != 0 }

    /// Begins to connect. Returns the library's number and the system's.
    func connect(host: String, port: Int, from: String?) -> (code: Int32, systemError: Int32) {
        var systemError: Int32 = 0
        let code = broker_connect(library, pointer, host, Int32(port), from, &systemError)
        return (code, systemError)
    }

    /// Each does what can be done without waiting and returns the library's number.
    func read() -> Int32 { broker_read(library, pointer) }
    /// Writes what waits.
    func write() -> Int32 { broker_write(library, pointer) }
    /// Keeps the connection alive.
    func keep() -> Int32 { broker_keep(library, pointer) }
    /// Says goodbye.
    func leave() -> Int32 { broker_leave(library, pointer) }

    /// Hands over a message, which is pending from then on.
    func publish(_ topic: String, _ payload: [UInt8]) -> Int32 {
        var number: Int32 = 0
        let code = payload.withUnsafeBytes {
            broker_publish(library, pointer, topic, $0.baseAddress, Int32(payload.count), &number)
        }
        if code == MOSQ_ERR_SUCCESS { events.pending.insert(number) }
        return code
    }
}
