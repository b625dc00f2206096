// A catalogue that may only be read, on a disk that may only be read or of another user's: SQLite wants to write beside it.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A catalogue for looking only. A class: its copy is removed at its end.
final class TemporaryCopy: Sendable {
    /// The path of the catalogue to open.
    let path: String
    /// Tells that nothing had to be copied: there is no log, and the file itself can be opened as one that never changes.
    let isOriginal: Bool
    private let folder: String?

    private init(path: String, isOriginal: Bool, folder: String?) {
        (self.path, self.isOriginal, self.folder) = (path, isOriginal, folder)
    }

    deinit {
        if let folder { try? FileManager.default.removeItem(atPath: folder) }
    }

    /// Returns a catalogue as it can be opened; where a log lies beside it, both are copied.
    ///
    /// - Parameter always: copies it in any case: nothing must be written on the original.
    /// - Throws: `LakeError.system`.
    static func ofCatalogue(_ catalogue: String, always: Bool = false) throws(LakeError) -> TemporaryCopy {
        let log = try SystemCall.readFileIfAny(catalogue + "-wal") ?? []
        if log.isEmpty && !always { return TemporaryCopy(path: catalogue, isOriginal: true, folder: nil) }
        let base = ProcessInfo.processInfo.environment["TMPDIR"].flatMap { $0.isEmpty ? nil : $0 } ?? "/tmp"
        var template = Array("\(base)/sunvigil-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else {
            throw .system(operation: "make folder", path: base, code: errno)
        }
        let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? base }
        let made = TemporaryCopy(path: folder + "/catalog.sqlite", isOriginal: false, folder: folder)
        var files = DurableFiles()
        // The owner may be at work: what changed while it was copied is copied again.
        var before = log
        for _ in 0..<5 {
            try files.write(try SystemCall.readFile(catalogue), to: made.path)
            try files.write(before, to: made.path + "-wal")
            let after = try SystemCall.readFileIfAny(catalogue + "-wal") ?? []
            if after == before { break }
            before = after
        }
        return made
    }
}
