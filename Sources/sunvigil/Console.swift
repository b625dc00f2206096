// Output: results to stdout, everything else to stderr.

import Foundation

/// The two streams of the command.
enum Console {
    /// Prints a result.
    static func print(_ text: String, terminator: String = "\n") { write(Array((text + terminator).utf8)) }

    /// Writes a part of a result. Where nobody can take it, the program ends: half a result must not look like one.
    static func write(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { bytes in
            var written = 0
            while written < bytes.count, let base = bytes.baseAddress {
                let count = Foundation.write(1, base + written, bytes.count - written)
                if count >= 0 {
                    written += count
                } else if errno == EAGAIN {
                    // The reader's end does not wait; we do.
                    var stream = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
                    poll(&stream, 1, -1)
                } else if errno != EINTR {
                    error("sunvigil: the output cannot be written: \(String(cString: strerror(errno)))")
                    exit(2)
                }
            }
        }
    }

    /// Prints what is no result.
    static func error(_ text: String) {
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }

    /// Rewrites a line of progress where a person watches.
    static func progress(_ text: String) {
        guard isatty(2) == 1 else { return }
        FileHandle.standardError.write(Data("\r\u{1B}[K\(text)".utf8))
    }
}
