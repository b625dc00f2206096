// What a failure on the way means for a message: whether a repeat can heal it, and how it is told without secrets, paths and
// addresses.

import Foundation
import Notify
import Readings
import Transfer

extension DeliveryFailure {
    /// Numbers of libcurl that tell of certificates and of what is asked wrongly.
    private enum Number {
        static let badAddress = [1, 3]
        static let connection = 35
        static let authorities = 77
        static let noEncryption = 64
    }

    /// A failure of the line to a server.
    ///
    /// - Parameter peer: who it was, as `the mail server`.
    init(_ failure: TransferFailure, of peer: String) {
        switch failure {
        case .wrongKey:
            self.init("\(peer): its certificate is not believed; name its authority with ca", isLasting: true)
        case .noTLS(Number.authorities):
            self.init("\(peer): the file of authorities (ca) cannot be used", isLasting: true)
        case .noTLS(Number.noEncryption), .other(Number.noEncryption):
            self.init("\(peer): it has no encryption, and nothing goes in clear text", isLasting: true)
        // It may have been cut off in between.
        case .noTLS(Number.connection):
            self.init("\(peer): no encrypted connection comes about", isLasting: false)
        case .noTLS(let code):
            self.init(
                "\(peer): its certificate is not believed (\(code)); name its authority with ca",
                isLasting: true
            )
        case .libraryMissing(let package):
            self.init("a library is missing on this machine (package \(package))", isLasting: true)
        case .other(let code):
            self.init("\(peer): \(failure.words)", isLasting: Number.badAddress.contains(code))
        default: self.init("\(peer): \(failure.words)", isLasting: false)
        }
        isUndelivered =
            switch failure {
            case .unknownHost, .cannotConnect, .wrongKey, .noTLS, .libraryMissing: true
            default: false
            }
    }

    /// A mail server's no.
    ///
    /// - Parameter code: of its reply, 400 to 599.
    static func mail(code: Int) -> DeliveryFailure {
        // RFC 4954: who asks is not known, or has to say who he is.
        let text =
            [530, 534, 535, 538].contains(code)
            ? "the mail server does not take the user or the password (\(code))"
            : code < 500
                ? "the mail server wants the mail later (\(code))"
                : "the mail server refuses the mail (\(code))"
        return DeliveryFailure(text, isLasting: code >= 500).undelivered
    }

    /// A broker's no.
    ///
    /// Source: MQTT 3.1.1, table 3.1; MQTT 5, section 2.4.
    static func broker(code: Int) -> DeliveryFailure {
        switch code {
        case 4, 5, 134, 135:
            DeliveryFailure("the broker does not take the user or the password (\(code))", isLasting: true)
        case 1, 2, 132, 133, 138, 140, 144, 149, 154:
            DeliveryFailure("the broker refuses the messages (\(code))", isLasting: true)
        default: DeliveryFailure("the broker wants the messages later (\(code))", isLasting: false)
        }
    }

    /// The answer of a server to a message; nil where it took it.
    ///
    /// - Parameters:
    ///   - detail: what the server said, to be told behind.
    ///   - nowUTCSeconds: the time, for servers that name a time to come again.
    static func web(_ reply: Reply, of peer: String, detail: String = "", nowUTCSeconds: Int64)
        -> DeliveryFailure?
    {
        switch reply.status {
        case 200..<300: return nil
        case 300..<400:
            return DeliveryFailure(
                "\(peer) leads elsewhere (\(reply.status)); name its last address",
                isLasting: true
            )
        case 401, 403:
            return DeliveryFailure(
                "\(peer) does not take who asks (\(reply.status))\(detail)",
                isLasting: true
            ).undelivered
        case 408, 429, 500...:
            return DeliveryFailure(
                "\(peer) wants the message later (\(reply.status))\(detail)",
                isLasting: false,
                retryAfterSeconds: RetryAfter.seconds(reply, nowUTCSeconds: nowUTCSeconds)
            )
        case 400..<500:
            return DeliveryFailure("\(peer) refuses the message (\(reply.status))\(detail)", isLasting: true)
                .undelivered
        default:
            return DeliveryFailure("\(peer) answers what is no answer (\(reply.status))", isLasting: false)
        }
    }
}

/// When a server says to come again.
enum RetryAfter {
    /// Nobody waits longer, seconds.
    private static let most: Int64 = 31 * 86_400

    /// Returns the seconds; nil where it says nothing that can be read.
    static func seconds(_ reply: Reply, nowUTCSeconds: Int64) -> Int64? {
        guard let header = reply.headers.first(where: { $0.name.lowercased() == "retry-after" }) else {
            return nil
        }
        let text = String(decoding: header.value, as: UTF8.self).trimmingCharacters(in: .whitespaces)
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return min(Int64(text) ?? most, most)
        }
        return time(text).map { min(max($0 - nowUTCSeconds, 0), most) }
    }

    /// Reads `Sun, 06 Nov 1994 08:49:37 GMT`, seconds UTC; nil for anything else.
    ///
    /// Source: RFC 9110, section 5.6.7.
    static func time(_ text: String) -> Int64? {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0].hasSuffix(","), parts[5] == "GMT",
            let month = months.firstIndex(of: String(parts[2]))
        else { return nil }
        let clock = parts[4].split(separator: ":", omittingEmptySubsequences: false)
        let figures = ([parts[1], parts[3]] + clock).map { part in
            part.utf8.count <= 4 && part.utf8.allSatisfy { (48...57).contains($0) } ? Int(part) : nil
        }
        let numbers = figures.compactMap { $0 }
        guard figures.count == 5, numbers.count == 5, numbers[2] < 24, numbers[3] < 60, numbers[4] <= 60,
            let day = CivilDate(year: numbers[1], month: month + 1, day: numbers[0])
        else { return nil }
        return day.daysSince1970 * 86_400 + Int64(numbers[2] * 3600 + numbers[3] * 60 + numbers[4])
    }
}
