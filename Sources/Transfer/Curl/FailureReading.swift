// What libcurl's number for a failed transfer means. Versions of libcurl differ in it; what is certain in all of them is told.

import CTransfer

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What is known of a transfer that failed once it had a way.
struct FailureReading {
    /// libcurl's number.
    var code: Int
    /// What the system said last; 0 where it said nothing.
    var systemError: Int32
    /// Tells whether the request was sent.
    var isSent: Bool
    /// Tells whether anything was answered.
    var hasBegun: Bool
    /// What was allowed.
    var limits: Exchange.Limits

    /// The failure.
    var failure: TransferFailure {
        switch code {
        case CURLE_OPERATION_TIMEDOUT: .timedOut
        case CURLE_PARTIAL_FILE: .cut
        case CURLE_ABORTED_BY_CALLBACK: .stopped
        case CURLE_GOT_NOTHING: .noReply
        case CURLE_WEIRD_SERVER_REPLY: .badHeader
        // A line of a header without end: libcurl holds 100 kB of it; out of memory is its older word for that.
        case CURLE_OUT_OF_MEMORY where isSent, CURLE_TOO_LARGE: .tooLarge(limit: limits.headerBytes)
        case CURLE_SEND_ERROR: .reset
        case CURLE_RECV_ERROR: received
        case CURLE_SSL_CONNECT_ERROR where isReset: .reset
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CACERT_BADFILE,
            CURLE_USE_SSL_FAILED:
            .noTLS(code: code)
        default: .other(code: code)
        }
    }

    private var isReset: Bool { [ECONNRESET, EPIPE, ECONNABORTED].contains(systemError) }

    /// One number stands for a reset, for TLS that ended without a farewell, and for pieces that do not fit.
    private var received: TransferFailure {
        if isReset { return .reset }
        if systemError == ETIMEDOUT { return .timedOut }
        return hasBegun ? .cut : .noReply
    }
}
