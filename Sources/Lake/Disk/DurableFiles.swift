// Writes whole files of a store, or brings files that others wrote to their names.
//
// What survives a crash: a file appears under its name only with all its bytes. Until `synchroniseDirectories`
// has returned, the name itself may be lost; the catalogue is changed after that, never before.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Files written for one change of the catalogue.
struct DurableFiles {
    /// The ending of files that are not whole yet.
    static let temporarySuffix = ".tmp"

    private var changedDirectories: Set<String> = []
    private(set) var written: [String] = []

    /// Writes a whole file: temporary name, bytes, sync, rename.
    mutating func write(_ bytes: [UInt8], to path: String) throws(LakeError) {
        var file = try begin(path)
        do {
            try file.append(bytes[...])
            try finish(&file)
        } catch {
            file.discard()
            throw error
        }
    }

    /// Begins a file that is written in pieces.
    mutating func begin(_ path: String) throws(LakeError) -> OpenFile {
        let directory = (path as NSString).deletingLastPathComponent
        for changed in try SystemCall.makeDirectories(directory) { changedDirectories.insert(changed) }
        return try OpenFile(path: path)
    }

    /// Ends a file that was written in pieces, under its name or another one.
    mutating func finish(_ file: inout OpenFile, as path: String? = nil) throws(LakeError) {
        let path = path ?? file.path
        let directory = (path as NSString).deletingLastPathComponent
        for changed in try SystemCall.makeDirectories(directory) { changedDirectories.insert(changed) }
        try file.publish(as: path)
        written.append(path)
        changedDirectories.insert(directory)
    }

    /// Gives a file that lies durably under a temporary name its own.
    mutating func publish(_ temporaryPath: String, as path: String) throws(LakeError) {
        let directory = (path as NSString).deletingLastPathComponent
        for changed in try SystemCall.makeDirectories(directory) { changedDirectories.insert(changed) }
        try SystemCall.rename(temporaryPath, path)
        written.append(path)
        changedDirectories.insert(directory)
    }

    /// Makes the names of all written files durable.
    mutating func synchroniseDirectories() throws(LakeError) {
        for directory in changedDirectories.sorted() { try SystemCall.synchroniseDirectory(directory) }
        changedDirectories.removeAll()
    }

    /// Removes all written files: their change will not happen.
    mutating func discard() {
        for path in written { unlink(path) }
        written.removeAll()
    }

    /// A file under its temporary name.
    struct OpenFile {
        let path: String
        private var descriptor: Int32
        private var temporaryPath: String { path + DurableFiles.temporarySuffix }

        init(path: String) throws(LakeError) {
            self.path = path
            descriptor = -1
            descriptor = try SystemCall.open(
                path + DurableFiles.temporarySuffix,
                O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC
            )
        }

        /// Closes the file for a while: a change may be at work on more files than a process may have open.
        mutating func suspend() {
            guard descriptor >= 0 else { return }
            close(descriptor)
            descriptor = -1
        }

        /// Opens a file again that was suspended.
        mutating func resume() throws(LakeError) {
            guard descriptor < 0 else { return }
            descriptor = try SystemCall.open(temporaryPath, O_WRONLY | O_APPEND | O_CLOEXEC)
        }

        /// Appends bytes.
        func append(_ bytes: ArraySlice<UInt8>) throws(LakeError) {
            try SystemCall.write(descriptor, bytes, path: temporaryPath)
        }

        fileprivate mutating func publish(as path: String) throws(LakeError) {
            try synchronise()
            try SystemCall.rename(temporaryPath, path)
        }

        /// Waits until all bytes lie on the disk, and closes the file.
        mutating func synchronise() throws(LakeError) {
            try SystemCall.synchronise(descriptor, path: temporaryPath)
            close(descriptor)
            descriptor = -1
        }

        /// Removes what was written.
        mutating func discard() {
            if descriptor >= 0 { close(descriptor) }
            descriptor = -1
            unlink(temporaryPath)
        }
    }
}
