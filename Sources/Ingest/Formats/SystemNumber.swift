// The vendor's number of a site, where it stands in JSON. Found by its bytes: the rest of the document may be of any form.

/// Finds the number of a system.
enum SystemNumber {
    /// Returns the identifier `system_id` where the first bytes have it.
    static func identifiers(in prefix: ArraySlice<UInt8>) -> [String: String] {
        let name = Array("\"system_id\"".utf8)
        guard prefix.count > name.count else { return [:] }
        var index = prefix.startIndex
        while index + name.count < prefix.endIndex {
            if prefix[index] == name[0], prefix[index..<(index + name.count)].elementsEqual(name) {
                let rest = prefix[(index + name.count)...].prefix(24).drop {
                    $0 == 58 || $0 == 32 || $0 == 34
                }
                let digits = rest.prefix { (48...57).contains($0) }
                return digits.isEmpty ? [:] : ["system_id": String(decoding: digits, as: UTF8.self)]
            }
            index += 1
        }
        return [:]
    }
}
