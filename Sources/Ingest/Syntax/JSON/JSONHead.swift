// The bytes of JSON that tell what it is: its beginning, and what stands behind long arrays. A body may name its device behind an
// array of any length. What the names mean is the business of the shapes.

/// Shortens JSON.
enum JSONHead {
    /// Elements that an array keeps behind the beginning: those of one array are alike.
    private static let elements = 32
    /// Times the beginning that all of it may be long; a document of shapes is much shorter.
    private static let most = 16

    /// Tells whether bytes begin as JSON of names does.
    static func isBegun(by bytes: ArraySlice<UInt8>) -> Bool {
        let first = bytes.withoutByteOrderMark.first { $0 > 32 }
        return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Returns the beginning of a document as it is, and behind it the rest of its first body, of each array the first elements
    /// alone. What is broken simply ends it.
    ///
    /// - Parameter count: bytes of the beginning.
    static func of(_ bytes: ArraySlice<UInt8>, beginning count: Int) -> [UInt8] {
        guard bytes.count > count, isBegun(by: bytes) else { return Array(bytes.prefix(count)) }
        return bytes.withUnsafeBufferPointer { shortened($0, beginning: count) }
    }

    private static func shortened(_ bytes: UnsafeBufferPointer<UInt8>, beginning count: Int) -> [UInt8] {
        var head = Array(bytes[..<count])
        var stack: [(isArray: Bool, elements: Int)] = []
        /// How deep the array lies of which the rest is left out.
        var silent: Int?
        var index = 0
        while index < bytes.count, head.count < most * count {
            let start = index
            var isOver = false
            index += 1
            switch bytes[start] {
            case UInt8(ascii: "\""):
                while index < bytes.count, bytes[index] != UInt8(ascii: "\"") {
                    index += bytes[index] == UInt8(ascii: "\\") ? 2 : 1
                }
                index = min(index + 1, bytes.count)
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                guard stack.count < Limits.jsonDepth else { return head }
                stack.append((bytes[start] == UInt8(ascii: "["), 0))
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                if silent == stack.count { silent = nil }
                if stack.popLast() == nil { return head }
                isOver = stack.isEmpty
            case UInt8(ascii: ","):
                guard let top = stack.last, top.isArray else { break }
                stack[stack.count - 1].elements += 1
                if silent == nil, start >= count, top.elements + 1 >= elements { silent = stack.count }
            default: break
            }
            if silent == nil, index > count { head += bytes[max(start, count)..<index] }
            // Another body behind the first says nothing of it.
            if isOver, index >= count { return head }
        }
        return head
    }
}
