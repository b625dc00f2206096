// The first look at a gateway: who answers, by which key, and whether it takes the token. Nothing secret goes to anyone whose key
// was not accepted.

import Collect
import Foundation
import Ingest
import Readings
import Transfer

/// What a gateway says of itself to anyone.
package struct GatewayIntroduction: Equatable, Sendable {
    /// The serial number.
    package let serial: String
    /// As `D8.3.5289`.
    package let firmware: String
    /// Tells whether it wants an owner's token; else user and password, or nothing.
    package let usesTokens: Bool
    /// Its key, `sha256//…`; nil where it answers in clear text.
    package let key: String?
    /// The time by its clock, seconds UTC; nil where it does not tell it.
    package let utcSeconds: Int64?

    /// Tells whether it is asked in clear text.
    package var isPlain: Bool { key == nil }

    /// Asks whoever answers at an address who it is.
    ///
    /// - Throws: `GatewayError.unreachable`, `.notAGateway`, `.tooOld`.
    package static func look(_ entryHost: String, _ line: GatewayLine) throws(GatewayError)
        -> GatewayIntroduction
    {
        var reply: Reply
        switch line.look(GatewayPath.info.path, isPlain: false) {
        case .success(let found): reply = found
        case .failure(let failure):
            if case .libraryMissing = failure { throw .unreachable(host: entryHost, failure) }
            // Firmware below 7 knows no TLS.
            guard case .success(let plain) = line.look(GatewayPath.info.path, isPlain: true),
                plain.status == 200
            else {
                throw .unreachable(host: entryHost, failure)
            }
            reply = plain
        }
        guard reply.status == 200 else {
            throw .notAGateway(host: entryHost, found: "info answers with status \(reply.status)")
        }
        guard let info = GatewayBodyCheck.about(reply.body), GatewayOrigin.isSerial(info.serial) else {
            throw .notAGateway(host: entryHost, found: "info holds no serial number")
        }
        guard !info.isTooOld else { throw .tooOld(firmware: ControlledText.oneLine(info.firmware)) }
        return GatewayIntroduction(
            serial: info.serial,
            firmware: info.firmware,
            usesTokens: info.usesTokens,
            key: reply.key,
            utcSeconds: info.utcSeconds
        )
    }
}

/// A token held against a gateway.
package struct TokenCheck: Equatable, Sendable {
    /// Whom it was made for, as `owner`; nil where it does not say.
    package let role: String?
    /// When it ends; nil where it does not say.
    package let ends: Instant?
    /// Whole days left; nil where it does not say.
    package let daysLeft: Int?
    /// The gateway was asked whether it takes it.
    package var isTried = false

    /// Reads a token and asks the gateway whether it takes it.
    ///
    /// - Parameters:
    ///   - text: the token, or `user:password` below firmware 7.
    ///   - host: for errors.
    ///   - now: the time where the gateway does not tell it: by its clock it judges, seconds UTC.
    /// - Throws: `GatewayError` of tokens, `.unreachable`, `.keyChanged`.
    package static func check(
        _ text: String,
        _ gateway: GatewayIntroduction,
        host: String,
        line: GatewayLine,
        now: Int64
    ) throws(GatewayError) -> TokenCheck {
        let token = try TokenSource.token(text, place: "what was given")
        guard let claims = token.claims else {
            guard !gateway.usesTokens else { throw .notAToken(place: "what was given") }
            return TokenCheck(role: nil, ends: nil, daysLeft: nil)
        }
        guard claims.fits(serial: gateway.serial) else {
            let other = ControlledText.oneLine(claims.audience.first.map { "\($0.prefix(40))" } ?? "none")
            throw .tokenOfOther(serial: other, expected: gateway.serial)
        }
        let now = gateway.utcSeconds ?? now
        let ends = claims.endsUTCSeconds.map { Instant(utcSeconds: $0) }
        if let ends, claims.hasEnded(atUTCSeconds: now) { throw .tokenEnded(at: ends) }
        if gateway.usesTokens {
            let request = GatewayRequest(
                GatewayPath.login.path,
                access: .bearer,
                pin: gateway.key,
                isLast: true
            )
            switch line.ask(request, token: token) {
            case .success(let reply):
                guard reply.status == 200 else { throw .tokenRefused(status: reply.status) }
            case .failure(.wrongKey(let found)):
                throw .keyChanged(known: gateway.key ?? "none", found: found ?? "another")
            case .failure(let failure): throw .silent(host: host, failure)
            }
        }
        return TokenCheck(
            role: claims.role,
            ends: ends,
            daysLeft: claims.daysLeft(atUTCSeconds: now),
            isTried: gateway.usesTokens
        )
    }
}
