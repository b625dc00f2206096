// How long a document may be read: hostile ones are made to take for ever.

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The processor time of the thread that reads a document, held against the document's size.
package struct DocumentClock {
    private let start = DocumentClock.seconds()
    private var byteCount = 0

    /// Starts.
    package init() {}

    private static func seconds() -> Double {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    /// Takes note of a piece that was read.
    ///
    /// - Throws: `IngestError.limit` where reading takes much longer than any document of this size does.
    package mutating func take(_ byteCount: Int) throws {
        self.byteCount += byteCount
        let allowed =
            Limits.documentSeconds + Limits.documentSecondsPerMegabyte * Double(self.byteCount) / 1_000_000
        if DocumentClock.seconds() - start > allowed {
            throw IngestError.limit(.seconds, found: nil, limit: Int64(allowed))
        }
    }
}
