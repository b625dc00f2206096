// Output: results to stdout, everything else to stderr. What comes from documents never steers a terminal.

import Foundation

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
        let end = Date().addingTimeInterval(60)
        var position = 0
        while position < bytes.count {
            var stream = pollfd(fd: 1, events: Int16(POLLOUT), revents: 0)
            let left = end.timeIntervalSinceNow
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

    // MARK: Text from outside

    /// Returns a text whose control characters can be seen and do nothing; lines and tabulators stay.
    static func visible(_ text: String) -> String { escaped(text) { $0 == "\n" || $0 == "\t" } }

    /// Returns a text as one line, its control characters visible.
    static func oneLine(_ text: String) -> String { escaped(text) { _ in false } }

    private static func escaped(_ text: String, except isKept: (Unicode.Scalar) -> Bool) -> String {
        // Most texts have none: bytes tell that faster than characters.
        var isSuspect = false
        for byte in text.utf8 where byte < 0x20 || byte == 0x7F || byte == 0xC2 || byte == 0xE2 {
            isSuspect = true
        }
        guard isSuspect else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            if isKept(scalar) || !isControl(scalar) {
                result.append(scalar)
            } else {
                // As JSON has it: a text that is printed inside JSON stays what it is.
                let digits = String(scalar.value, radix: 16)
                let zeros = String(repeating: "0", count: max(0, 4 - digits.count))
                result.append(contentsOf: "\\u\(zeros)\(digits)".unicodeScalars)
            }
        }
        return String(result)
    }

    /// Tells whether a character steers a terminal or the direction of the text.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
