// What a client asks the mock gateway and what it gets: values, so that a test plays both without a socket.

/// A line of a header.
package struct MockHeader: Equatable, Sendable {
    package var name: String
    package var value: String

    /// Makes a line.
    package init(_ name: String, _ value: String) { (self.name, self.value) = (name, value) }
}

/// A request. It bears secrets: it is never printed.
package struct MockRequest: Equatable, Sendable {
    /// As `GET`.
    package var method: String
    /// The path with its query, without the first slash, as `ivp/meters/readings`.
    package let path: String
    /// Header lines in their order.
    package var headers: [MockHeader]
    /// It came over TLS.
    package var isSecure: Bool

    /// Makes a request; a first slash of the path is left out.
    package init(_ path: String, method: String = "GET", headers: [MockHeader] = [], isSecure: Bool = true) {
        self.path = path.hasPrefix("/") ? String(path.dropFirst()) : path
        (self.method, self.headers, self.isSecure) = (method, headers, isSecure)
    }

    /// The first value of a header line, whatever the case of its name; nil for none.
    package func header(_ name: String) -> String? {
        let small = name.lowercased()
        return headers.first { $0.name.lowercased() == small }?.value
    }
}

/// A whole answer.
package struct MockReply: Equatable, Sendable {
    /// The status, as 200.
    package var status: Int
    /// Header lines; those that tell where the body ends are added by whoever sends it.
    package var headers: [MockHeader]
    package var body: [UInt8]
    /// Lines that stand behind the others as they are, without their ends.
    package var rawHeaders: [[UInt8]] = []
    /// The body is sent in chunks.
    package var isChunked = false
    /// The connection is closed behind it.
    package var isLast = false

    /// Makes an answer.
    package init(_ status: Int, headers: [MockHeader] = [], body: [UInt8] = []) {
        (self.status, self.headers, self.body) = (status, headers, body)
    }

    /// Makes an answer of text.
    package init(_ status: Int, _ contentType: String?, text: String) {
        self.init(
            status,
            headers: contentType.map { [MockHeader("Content-Type", $0)] } ?? [],
            body: Array(text.utf8)
        )
    }

    /// The first value of a header line, whatever the case of its name; nil for none.
    package func header(_ name: String) -> String? {
        let small = name.lowercased()
        return headers.first { $0.name.lowercased() == small }?.value
    }
}

/// What comes back: an answer, or what a network does in its place.
package enum MockAnswer: Equatable, Sendable {
    /// The answer, at once.
    case reply(MockReply)
    /// Nothing for so many seconds, then the answer.
    case stalled(seconds: Double, MockReply)
    /// The answer in small pieces, the last one after so many seconds.
    case dripped(seconds: Double, MockReply)
    /// The answer, a byte a second.
    case slow(MockReply)
    /// Half of the body, then the connection is reset.
    case reset(MockReply)
    /// Half of the body, whose length was told, then an orderly end of the connection.
    case cut(MockReply)
    /// The body in chunks, and an orderly end within the second half of them.
    case cutChunk(MockReply)
    /// Lines of a header without end.
    case endlessHeader
    /// An answer whose body has so many bytes.
    case huge(bytes: Int)
    /// The connection stands and nothing comes, for as long as the client waits.
    case unanswered
    /// There is no connection: nothing listens.
    case refused

    /// The answer that is meant, where there is one.
    package var reply: MockReply? {
        switch self {
        case .reply(let reply), .stalled(_, let reply), .dripped(_, let reply), .slow(let reply),
            .reset(let reply), .cut(let reply), .cutChunk(let reply):
            reply
        case .endlessHeader, .huge, .unanswered, .refused: nil
        }
    }

    /// The word for it in the log.
    package var word: String {
        switch self {
        case .reply: "reply"
        case .stalled: "stall"
        case .dripped: "drip"
        case .slow: "slow"
        case .reset: "reset"
        case .cut: "cut"
        case .cutChunk: "cutchunk"
        case .endlessHeader: "endless"
        case .huge: "huge"
        case .unanswered: "unanswered"
        case .refused: "refused"
        }
    }
}
