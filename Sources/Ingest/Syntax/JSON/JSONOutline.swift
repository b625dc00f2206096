// The names in the head of JSON with the path to each, as far as they reach. It judges nothing: what is broken
// simply ends the outline.

/// The names of a JSON document's beginning.
struct JSONOutline {
    /// Paths as `stats[]/start_time`; `[]` stands for the elements of an array. Names of digits alone are `#`; where such a
    /// name of the outermost object has a long number in quotes for its value, `#=#` is there too.
    private(set) var paths: Set<String> = []
    /// What begins first: `{`, `[`, or something else.
    private(set) var first: UInt8 = 0

    /// Deepest level that is told.
    private static let depth = 5
    /// Most paths; a document of shapes has few.
    private static let mostPaths = 2_000

    /// Reads the outline of a head.
    init(_ bytes: ArraySlice<UInt8>) {
        var stack: [(isObject: Bool, path: String)] = []
        var index = bytes.startIndex
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index += 3 }
        var expectsName = false
        var name = ""
        while index < bytes.endIndex, paths.count < JSONOutline.mostPaths {
            let byte = bytes[index]
            index += 1
            if byte <= 32 { continue }
            if first == 0 { first = byte }
            switch byte {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                let isObject = byte == UInt8(ascii: "{")
                // No shape is deeper; what is, tells nothing more.
                guard stack.count < Limits.jsonDepth else { return }
                let parent = stack.last?.path ?? ""
                let own = stack.last?.isObject ?? false ? JSONOutline.join(parent, name) : parent
                stack.append((isObject, isObject ? own : own + "[]"))
                expectsName = isObject
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if stack.popLast() == nil { return }
                expectsName = false
            case UInt8(ascii: ","): expectsName = stack.last?.isObject ?? false
            case UInt8(ascii: "\""):
                let start = index
                while index < bytes.endIndex, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                guard index < bytes.endIndex else { return }
                if expectsName {
                    let text = String(decoding: bytes[start..<index].prefix(64), as: UTF8.self)
                    name = !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) } ? "#" : text
                    if stack.count <= JSONOutline.depth {
                        paths.insert(JSONOutline.join(stack.last?.path ?? "", name))
                    }
                    expectsName = false
                } else if name == "#", stack.count == 1, JSONOutline.isLongNumber(bytes[start..<index]) {
                    paths.insert("#=#")
                }
                index += 1
            default: break
            }
        }
    }

    /// Tells whether a text is a number as long as those of devices.
    private static func isLongNumber(_ text: ArraySlice<UInt8>) -> Bool {
        (8...20).contains(text.count) && text.allSatisfy { (48...57).contains($0) }
    }

    private static func join(_ path: String, _ name: String) -> String {
        path.isEmpty ? name : "\(path)/\(name)"
    }

    /// Tells whether a path is there.
    func contains(_ path: String) -> Bool { paths.contains(path) }

    /// Tells whether any path begins with another.
    func hasPrefix(_ prefix: String) -> Bool { paths.contains { $0.hasPrefix(prefix) } }
}
