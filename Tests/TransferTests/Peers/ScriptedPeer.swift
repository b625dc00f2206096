// A server on the loopback that misbehaves behind TLS too, as it is told: in Python, since the tests have no TLS of their own.

import Foundation

/// What a scripted server does next on a connection; behind the last it closes.
enum PeerStep: CustomStringConvertible {
    /// Reads a line, and tells it.
    case line
    /// Reads lines up to one that is this, and tells all of it.
    case until(String)
    /// Reads a packet of MQTT, and tells it.
    case packet
    /// Reads a packet, tells it and acknowledges it by its number.
    case acknowledge
    /// Sends bytes.
    case send([UInt8])
    /// Takes up TLS.
    case tls
    /// Says goodbye to QUIT, and no to all else.
    case goodbyes
    /// Does nothing until the other side goes.
    case hold
    /// Ends the connection by a reset.
    case reset
    /// Sends the same bytes again and again, until the other side goes.
    case flood([UInt8])

    /// Sends a line.
    static func text(_ text: String) -> PeerStep { .send(Array((text + "\r\n").utf8)) }

    /// Its name alone.
    var description: String { json.first ?? "" }

    fileprivate var json: [String] {
        switch self {
        case .line: ["line"]
        case .until(let end): ["until", end]
        case .packet: ["packet"]
        case .acknowledge: ["acknowledge"]
        case .send(let bytes): ["send", Data(bytes).base64EncodedString()]
        case .tls: ["tls"]
        case .goodbyes: ["goodbyes"]
        case .hold: ["hold"]
        case .reset: ["reset"]
        case .flood(let bytes): ["flood", Data(bytes).base64EncodedString()]
        }
    }
}

extension PythonPeer {
    /// Starts a scripted server; the connections that come follow their scripts, each in its turn.
    static func scripted(_ scripts: [PeerStep]..., certificate: TestCertificate? = TestCertificate.loopback)
        throws
        -> PythonPeer
    {
        let steps = try JSONEncoder().encode(scripts.map { $0.map(\.json) })
        let files = [certificate?.certificate ?? "", certificate?.key ?? ""]
        return try PythonPeer(script, arguments: [String(decoding: steps, as: UTF8.self)] + files)
    }

    private static let script = """
        import base64, json, socket, ssl, struct, sys
        scripts, certificate, key = json.loads(sys.argv[1]), sys.argv[2], sys.argv[3]
        def told(data): print(base64.b64encode(data).decode(), flush=True)
        class Gone(Exception): pass
        class Side:
            def __init__(self, s): self.s, self.rest = s, b""
            def more(self):
                piece = self.s.recv(65536)
                if not piece: raise Gone()
                self.rest += piece
            def line(self):
                while b"\\n" not in self.rest: self.more()
                line, self.rest = self.rest.split(b"\\n", 1)
                return line + b"\\n"
            def take(self, count):
                while len(self.rest) < count: self.more()
                taken, self.rest = self.rest[:count], self.rest[count:]
                return taken
            def packet(self):
                head, length, shift = self.take(1), 0, 0
                while True:
                    byte = self.take(1)
                    head += byte
                    length |= (byte[0] & 127) << shift
                    shift += 7
                    if byte[0] < 128: break
                return head, self.take(length)
        def follow(steps, s):
            side = Side(s)
            for step in steps:
                kind = step[0]
                if kind == "line": told(side.line())
                elif kind == "until":
                    all = b""
                    while True:
                        line = side.line()
                        all += line
                        if line == step[1].encode() + b"\\r\\n": break
                    told(all)
                elif kind == "packet":
                    head, rest = side.packet()
                    told(head + rest)
                elif kind == "acknowledge":
                    head, rest = side.packet()
                    told(head + rest)
                    at = 2 + struct.unpack(">H", rest[:2])[0]
                    side.s.sendall(bytes([0x40, 2]) + rest[at:at + 2])
                elif kind == "send": side.s.sendall(base64.b64decode(step[1]))
                elif kind == "tls":
                    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
                    context.load_cert_chain(certificate, key)
                    # What came in clear text and was not read is lost, as with a careless server.
                    side = Side(context.wrap_socket(side.s, server_side=True))
                elif kind == "goodbyes":
                    while True:
                        line = side.line()
                        told(line)
                        if line != b"QUIT\\r\\n": side.s.sendall(b"503 no\\r\\n")
                        else: side.s.sendall(b"221 bye\\r\\n")
                elif kind == "hold":
                    while True: side.more()
                elif kind == "reset":
                    side.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                    side.s.close()
                    return
                elif kind == "flood":
                    while True: side.s.sendall(base64.b64decode(step[1]))
            side.s.close()
        listener = socket.create_server(("127.0.0.1", 0))
        print(listener.getsockname()[1], flush=True)
        for steps in scripts:
            s = listener.accept()[0]
            s.settimeout(8)
            try: follow(steps, s)
            except (Gone, OSError): s.close()
        """
}
