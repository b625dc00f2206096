// Captures of the gateway among what the owner gave: flat folders of bodies, and folders in folders after the gateway's own
// paths. What is a body is Ingest's to say; who asks is InputWalk.

import Foundation
import Ingest
import Readings

/// The bodies of a capture in a folder.
struct CaptureFolder {
    /// The bodies by the names under which the capture keeps them.
    private(set) var bodies: [(name: String, path: String)]
    /// What of the folder belongs to the capture.
    let taken: Set<String>

    /// Folders in folders of the gateway's longest path.
    private static let deepest = 5

    /// Looks at a folder.
    ///
    /// - Parameters:
    ///   - base: the folder's path with its slash.
    ///   - names: what is in it.
    /// - Returns: nil for a folder that is no capture.
    init?(_ base: String, names: [String]) {
        let files = names.filter { InputWalk.isFile(base + $0) && !GatewayFormats.isOtherDocument($0) }
        let paths = names.filter { GatewayFormats.isPathStart($0) && InputWalk.isFolder(base + $0) }
        let nested = paths.flatMap { CaptureFolder.files(below: base + $0, parts: [$0]) }
        bodies = files.map { ($0, base + $0) } + nested.map { ($0.parts.joined(separator: "_"), $0.path) }
        taken = Set(files + paths)
        guard
            GatewayFormats.isCapture(names: bodies.map(\.name))
                || CaptureFolder.looksLikeOne(bodies.map(\.path))
        else { return nil }
    }

    private static func files(below folder: String, parts: [String]) -> [(parts: [String], path: String)] {
        guard parts.count <= deepest, let (names, _) = try? InputWalk.names(in: folder) else { return [] }
        return names.flatMap { name -> [(parts: [String], path: String)] in
            let path = "\(folder)/\(name)"
            if InputWalk.isFile(path) { return [(parts + [name], path)] }
            return InputWalk.isFolder(path) ? files(below: path, parts: parts + [name]) : []
        }
    }

    /// Tells by what files hold whether they are a capture whose names say nothing.
    private static func looksLikeOne(_ paths: [String]) -> Bool {
        guard (2...GatewayFormats.mostLookedInto).contains(paths.count) else { return false }
        return GatewayFormats.isCapture(
            starts: paths.map { (try? InputFile($0).start(GatewayFormats.startBytes)) ?? [] }
        )
    }
}

/// The bodies of captures in an archive.
enum CaptureArchive {
    /// A member of an archive with the folder and the name that its path gives.
    struct Entry {
        let folder: String
        let name: String
        let member: ZipArchive.Member
    }

    /// Members that are looked into are no larger, bytes.
    private static let largest: Int64 = 1 << 20

    /// Sorts members into groups: the bodies of each capture, and what else lies in each folder.
    ///
    /// - Parameter start: returns the first bytes of a member.
    static func groups(
        _ entries: [Entry],
        start: (ZipArchive.Member) -> [UInt8]
    ) -> [(folder: String, entries: [Entry], isCapture: Bool)] {
        // A path of the gateway leads back to the folder of the capture.
        let rooted = Dictionary(grouping: entries) { GatewayPath($0).folder }
        var groups: [(folder: String, entries: [Entry], isCapture: Bool)] = []
        var rest: [Entry] = []
        for folder in rooted.keys.sorted() {
            let own = (rooted[folder] ?? []).map { GatewayPath($0).entry }
            let bodies = own.filter { !GatewayFormats.isOtherDocument($0.name) }
            guard isCapture(bodies, start: start) else {
                rest += rooted[folder] ?? []
                continue
            }
            groups.append((folder, bodies.sorted { $0.name < $1.name }, true))
            rest += own.filter { GatewayFormats.isOtherDocument($0.name) }
        }
        for (folder, own) in Dictionary(grouping: rest, by: \.folder) {
            groups.append((folder, own.sorted { $0.name < $1.name }, false))
        }
        return groups.sorted { ($0.folder, $0.isCapture ? 0 : 1) < ($1.folder, $1.isCapture ? 0 : 1) }
    }

    private struct GatewayPath {
        let folder: String
        let entry: Entry

        init(_ entry: Entry) {
            let parts = entry.folder.split(separator: "/").map(String.init) + [entry.name]
            guard let body = GatewayFormats.body(ofPath: parts) else {
                (folder, self.entry) = (entry.folder, entry)
                return
            }
            folder = body.folder.joined(separator: "/")
            self.entry = Entry(folder: folder, name: body.name, member: entry.member)
        }
    }

    private static func isCapture(_ entries: [Entry], start: (ZipArchive.Member) -> [UInt8]) -> Bool {
        if GatewayFormats.isCapture(names: entries.map(\.name)) { return true }
        guard (2...GatewayFormats.mostLookedInto).contains(entries.count),
            entries.allSatisfy({ $0.member.statedBytes <= largest })
        else { return false }
        return GatewayFormats.isCapture(starts: entries.map { start($0.member) })
    }
}
