// Output: results to stdout, everything else to stderr. What comes from documents never steers a terminal.

import Foundation
import Readings

/// The two streams of the command.
enum Console {
    /// Prints a result.
    static func print(_ text: String, terminator: String = "\n") {
        write(Array((visible(text) + terminator).utf8))
    }

    /// Writes a part of a result. Where nobody can take it, the program ends: half a result must not look like one.
    static func write(_ bytes: [UInt8]) {
        let code = written(bytes, to: 1)
        guard code != 0 else { return }
        error("sunvigil: the output cannot be written: \(String(cString: strerror(code)))")
        exit(2)
    }

    /// Prints a result where the program goes on whatever becomes of it.
    ///
    /// - Returns: 0, or the error number of the system.
    ///
    /// A reader that stopped reading counts as one that went away: it is waited for a minute.
    static func tryPrint(_ text: String) -> Int32 {
        let bytes = Array(visible(text).utf8)
        let end = ContinuousClock.now + .seconds(60)
        var position = 0
        while position < bytes.count {
            var stream = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
            let left = (end - ContinuousClock.now) / .seconds(1)
            if left <= 0 { return EPIPE }
            // So little always fits where the system says that there is room.
            if poll(&stream, 1, Int32(left * 1000)) == 0 { return EPIPE }
            let next = min(position + 512, bytes.count)
            let code = written(Array(bytes[position..<next]), to: 1)
            if code != 0 { return code }
            position = next
        }
        return 0
    }

    /// Prints what is no result. Where nobody can take it, it is lost: that is no reason to end.
    static func error(_ text: String) { _ = written(Array((visible(text) + "\n").utf8), to: 2) }

    /// Asks a person, who answers on the same line.
    static func ask(_ question: String) { _ = written(Array(visible(question).utf8), to: 2) }

    /// Rewrites a line of progress where a person watches.
    static func progress(_ text: String) {
        guard isatty(2) == 1 else { return }
        _ = written(Array("\r\u{1B}[K\(oneLine(text))".utf8), to: 2)
    }

    /// Writes all bytes; returns an error number, or 0.
    private static func written(_ bytes: [UInt8], to descriptor: Int32) -> Int32 {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count, let base = bytes.baseAddress {
                let count = Foundation.write(descriptor, base + written, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    // The reader's end does not wait; we do.
                    var stream = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&stream, 1, -1)
                } else if errno != EINTR {
                    return errno
                }
            }
            return 0
        }
    }

    /// Sees to it that the three standard descriptors are taken: the next file that is opened would get the number of one
    /// that is closed, and what is printed would go into it. Writing to a closed one stays an error.
    static func holdStandardDescriptors() {
        for descriptor in 0...2 as ClosedRange<Int32> where fcntl(descriptor, F_GETFD) < 0 {
            _ = open("/dev/null", O_RDONLY)
        }
    }

    /// Returns a text whose control characters can be seen and do nothing; lines and tabulators stay.
    private static func visible(_ text: String) -> String { ControlledText.lines(text) }

    /// Returns a text as one line, its control characters visible.
    static func oneLine(_ text: String) -> String { ControlledText.oneLine(text) }
}
