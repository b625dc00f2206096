// The folder for what is in the store and not of it: damaged files, and files that no catalogue names. Nothing in it is ever
// deleted by this program, and `repair` and `rebuild` look into it for what they miss.

import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// The quarantine of a store: `quarantine/TIME/…`, and there the path that the file had in the store.
struct Quarantine {
    /// The store's folder.
    let root: String
    /// Names the folder of this use: files that were moved aside together lie together.
    let stamp: Int64

    /// Where all of it lies.
    var folder: String { root + "/quarantine" }

    /// Returns a free place for a file of the store.
    private func place(for path: String) throws(LakeError) -> String {
        let inside =
            path.hasPrefix(root + "/")
            ? String(path.dropFirst(root.count + 1)) : (path as NSString).lastPathComponent
        for attempt in 0... {
            let time = attempt == 0 ? "\(stamp)" : "\(stamp)-\(attempt)"
            let target = "\(folder)/\(time)/\(inside)"
            guard try !SystemCall.exists(target) else { continue }
            for changed in try SystemCall.makeDirectories((target as NSString).deletingLastPathComponent) {
                try SystemCall.synchroniseDirectory(changed)
            }
            return target
        }
        preconditionFailure("no place is free in \(folder)")
    }

    /// Moves a file aside.
    ///
    /// - Returns: where it lies now.
    /// - Throws: `LakeError.system`; then it lies where it lay.
    func take(_ path: String) throws(LakeError) -> String {
        let target = try place(for: path)
        do {
            try SystemCall.rename(path, target)
        } catch .system(_, _, let code) where code == EXDEV {
            // Its folder lies on another disk.
            var files = DurableFiles()
            try files.write(try SystemCall.readFile(path), to: target)
            try SystemCall.remove(path)
        }
        do {
            try SystemCall.synchroniseDirectory((target as NSString).deletingLastPathComponent)
        } catch {
            try? SystemCall.rename(target, path)
            throw error
        }
        return target
    }

    /// Keeps a file whose name another one will take: it stays where it is, and lies here too.
    ///
    /// - Returns: where it lies besides.
    func keep(_ path: String) throws(LakeError) -> String {
        let target = try place(for: path)
        if try !SystemCall.link(path, target) {
            var files = DurableFiles()
            try files.write(try SystemCall.readFile(path), to: target)
        }
        try SystemCall.synchroniseDirectory((target as NSString).deletingLastPathComponent)
        return target
    }

    /// Keeps bytes that a file of the store will lose.
    ///
    /// - Returns: where they lie.
    func keep(_ bytes: [UInt8], as path: String) throws(LakeError) -> String {
        let target = try place(for: path)
        var files = DurableFiles()
        try files.write(bytes, to: target)
        try files.synchroniseDirectories()
        return target
    }

    /// Returns the paths of all files that lie here, the last that came first.
    func files() throws(LakeError) -> [String] {
        try SystemCall.files(below: folder).reversed().map { "\(folder)/\($0)" }
    }
}

extension LakeReader {
    /// Where files of this store are moved aside.
    var quarantine: Quarantine { Quarantine(root: path, stamp: environment.nowMicroseconds()) }
}
