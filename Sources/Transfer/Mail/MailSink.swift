// Hands a mail over piece by piece and reads the server's replies as they come. What a code means beyond yes is for others.

import CTransfer

/// A mail that goes, and its replies. A class, because libcurl holds its address meanwhile.
final class MailSink {
    /// How long the server may take to say goodbye once the mail is its own.
    private static let farewell = Duration.seconds(1)

    /// The code of the last whole reply but that to QUIT; 0 before the first.
    private(set) var lastCode = 0
    /// The code with which the server took the mail; nil before that.
    private(set) var accepted: Int?
    /// Who asked wanted no more.
    private(set) var wasStopped = false
    /// Why no more bytes were taken.
    private(set) var refusal: TransferFailure?

    private let bytes: [UInt8]
    private let limits: Exchange.Limits
    private let isStopped: () -> Bool
    private var sentCount = 0
    private var acceptedAt: ContinuousClock.Instant?
    private var isJudged = false
    private let endBy: ContinuousClock.Instant
    private var replyBytes = 0
    private var lineCount = 0

    /// Starts with nothing sent.
    init(_ mail: MailExchange, isStopped: @escaping () -> Bool) {
        (bytes, limits, self.isStopped) = (mail.bytes, mail.limits, isStopped)
        endBy = .now + .seconds(min(max(mail.limits.totalSeconds, 0), 3600)) + MailSink.farewell
    }

    /// Tells whether it is enough: who asked wants no more, or the server is slow to say goodbye. Behind a failure too libcurl
    /// waits for that, two minutes long.
    func isOver() -> Bool {
        if let acceptedAt { return acceptedAt.duration(to: .now) > MailSink.farewell }
        if isStopped() { wasStopped = true }
        return wasStopped || ContinuousClock.now > endBy
    }

    /// Fills in the next piece. Returns its count, 0 at the end.
    func give(to room: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(room.count, bytes.count - sentCount)
        bytes.withUnsafeBytes {
            room.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[sentCount..<sentCount + count]))
        }
        sentCount += count
        return count
    }

    /// Takes a line of a reply with its end. Returns false where it is too much.
    func takeReply(_ line: UnsafeRawBufferPointer) -> Bool {
        replyBytes += line.count
        lineCount += 1
        guard replyBytes <= limits.headerBytes, lineCount <= limits.headerLines else {
            refusal = .tooLarge(limit: limits.headerBytes)
            return false
        }
        // Behind the reply to the mail there is none but that to QUIT, which undoes nothing and makes nothing good.
        guard !isJudged, let code = MailSink.code(line) else { return true }
        if sentCount == bytes.count {
            isJudged = true
            if 200...299 ~= code { (accepted, acceptedAt) = (code, .now) }
        }
        if code != 221 || lastCode == 0 { lastCode = code }
        return true
    }

    /// Returns the code of a line that ends a reply; nil for another line.
    private static func code(_ line: UnsafeRawBufferPointer) -> Int? {
        let digits = line.prefix(3)
        guard digits.count == 3, digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }) else {
            return nil
        }
        guard line.count == 3 || line[3] != UInt8(ascii: "-") else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }
}
