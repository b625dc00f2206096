// Takes the bytes of one answer as they come, and no more of them than is allowed. What the bytes mean beyond header lines is
// for others.

/// The answer that is coming. A class, because libcurl holds its address while it hands bytes over.
final class ReplySink {
    /// Answers to one request: those before the last ask for a login, or only say that there will be one.
    private static let mostAnswers = 5

    /// Header lines of the last answer.
    private(set) var headers: [(name: String, value: [UInt8])] = []
    /// The body of the last answer.
    private(set) var body: [UInt8] = []
    /// Why no more bytes were taken.
    private(set) var refusal: TransferFailure?
    /// Tells whether anything was answered.
    var hasBegun: Bool { answerCount > 0 }

    /// Tells whether the answer is wanted no more.
    let isStopped: () -> Bool
    private let limits: Exchange.Limits
    private var headerBytes = 0
    private var lineCount = 0
    private var answerCount = 0
    private var isHeaderOver = true

    /// Starts with nothing.
    init(_ limits: Exchange.Limits, isStopped: @escaping () -> Bool = { false }) {
        (self.limits, self.isStopped) = (limits, isStopped)
    }

    /// Takes a piece of the body. Returns false where it is too much.
    func takeBody(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard refusal == nil, bytes.count <= limits.bodyBytes - body.count else {
            return refuse(.tooLarge(limit: limits.bodyBytes))
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Takes a line of a header with its end. Returns false where it is too much, or no line of a header.
    func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Bool {
        headerBytes += bytes.count
        lineCount += 1
        guard refusal == nil, headerBytes <= limits.headerBytes, lineCount <= limits.headerLines else {
            return refuse(.tooLarge(limit: limits.headerBytes))
        }
        let line =
            bytes.suffix(2).elementsEqual("\r\n".utf8) ? bytes.dropLast(2) : bytes.prefix { $0 != 0x0A }
        guard !line.contains(0) else { return refuse(.badHeader) }
        if isHeaderOver { return startAnswer(line) }
        if line.isEmpty {
            isHeaderOver = true
            return true
        }
        return takeField(line)
    }

    private func startAnswer(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        // Lines behind the body of chunks say nothing that was asked for.
        guard body.isEmpty, line.starts(with: "HTTP/".utf8) else { return hasBegun || refuse(.badHeader) }
        answerCount += 1
        guard answerCount <= ReplySink.mostAnswers else { return refuse(.badHeader) }
        headers = []
        isHeaderOver = false
        return true
    }

    private func takeField(_ line: Slice<UnsafeRawBufferPointer>) -> Bool {
        if let last = headers.indices.last, line.first.map(ReplySink.isBlank) == true {
            headers[last].value.append(UInt8(ascii: " "))
            headers[last].value += ReplySink.trimmed(line)
            return true
        }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return refuse(.badHeader) }
        let name = String(decoding: ReplySink.trimmed(line[..<colon]), as: UTF8.self)
        headers.append((name, ReplySink.trimmed(line[line.index(after: colon)...])))
        return true
    }

    private func refuse(_ failure: TransferFailure) -> Bool {
        refusal = refusal ?? failure
        return false
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }

    private static func trimmed(_ bytes: Slice<UnsafeRawBufferPointer>) -> [UInt8] {
        var bytes = bytes.drop(while: isBlank)
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return [UInt8](bytes)
    }
}
