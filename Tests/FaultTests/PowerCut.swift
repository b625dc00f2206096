// What a power cut could leave, from the calls that the injector recorded.

import Foundation

/// Calls that changed files, as the injector recorded them, and the states that a power cut could leave.
struct PowerCut {
    /// A call.
    struct Call {
        var kind: String
        var path: String
        var rest: [UInt8]
        var offset: Int
        /// The second path of a rename.
        var target: String { String(decoding: rest, as: UTF8.self) }
        var isCatalogue: Bool { path.contains("catalog.sqlite") }
    }

    /// What of the calls reached the disk.
    enum Loss: CaseIterable {
        /// All of it: the process died, the machine did not.
        case nothing
        /// Only what was synchronised: names and bytes.
        case everythingNotSynchronised
        /// Names reached it, bytes only where they were synchronised.
        case bytes
        /// Bytes reached it, names only where their folder was synchronised.
        case names
    }

    var calls: [Call]

    init(log: String) throws {
        let bytes = [UInt8](try Data(contentsOf: URL(filePath: log)))
        calls = []
        var position = 0
        while position < bytes.count, let end = bytes[position...].firstIndex(of: 10) {
            let words = String(decoding: bytes[position..<end], as: UTF8.self).split(separator: " ")
            guard words.count == 4, let first = Int(words[1]), let second = Int(words[2]),
                let offset = Int(words[3])
            else { break }
            let path = bytes[(end + 1)..<(end + 1 + first)]
            let rest = bytes[(end + 1 + first)..<(end + 1 + first + second)]
            calls.append(
                Call(
                    kind: String(words[0]),
                    path: String(decoding: path, as: UTF8.self),
                    rest: Array(rest),
                    offset: offset
                )
            )
            position = end + 1 + first + second
        }
    }

    private final class File {
        var now: [UInt8]
        var durable: [UInt8]
        init(_ bytes: [UInt8], isDurable: Bool) {
            now = bytes
            durable = isDurable ? bytes : []
        }
    }

    /// Writes the state after the first `count` calls into a folder.
    ///
    /// - Parameters:
    ///   - base: the store before the first call; it has the same paths as the recorded store, below `root`.
    func write(after count: Int, loss: Loss, base: String, root: String, to folder: String) throws {
        var names: [String: File] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: base) {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(base)/\(name)", isDirectory: &isFolder),
                !isFolder.boolValue
            else { continue }
            names["\(root)/\(name)"] = File(
                [UInt8](try Data(contentsOf: URL(filePath: "\(base)/\(name)"))),
                isDurable: true
            )
        }
        var durableNames = names
        for call in calls[..<count] { PowerCut.apply(call, &names, &durableNames) }
        try? FileManager.default.removeItem(atPath: folder)
        let kept = loss == .nothing || loss == .bytes ? names : durableNames
        for (path, file) in kept {
            let target = URL(filePath: folder + path.dropFirst(root.count))
            try FileManager.default.createDirectory(
                at: target.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(loss == .nothing || loss == .names ? file.now : file.durable).write(to: target)
        }
    }

    private static func apply(
        _ call: Call,
        _ names: inout [String: File],
        _ durableNames: inout [String: File]
    ) {
        switch call.kind {
        case "create": names[call.path] = File([], isDurable: false)
        case "truncate": names[call.path]?.now = []
        case "write":
            guard let file = names[call.path] else { return }
            let end = call.offset + call.rest.count
            if file.now.count < end { file.now += Array(repeating: 0, count: end - file.now.count) }
            file.now.replaceSubrange(call.offset..<end, with: call.rest)
        case "shorten":
            guard let file = names[call.path] else { return }
            if file.now.count > call.offset { file.now.removeLast(file.now.count - call.offset) }
            if file.now.count < call.offset {
                file.now += Array(repeating: 0, count: call.offset - file.now.count)
            }
        case "rename":
            names[call.target] = names.removeValue(forKey: call.path)
        case "unlink": names[call.path] = nil
        case "sync":
            if let file = names[call.path] {
                file.durable = file.now
                return
            }
            // A folder: its names are durable now.
            func isInside(_ path: String) -> Bool {
                (path as NSString).deletingLastPathComponent == call.path
            }
            for path in durableNames.keys where isInside(path) { durableNames[path] = nil }
            for (path, file) in names where isInside(path) { durableNames[path] = file }
        default: break
        }
    }
}
