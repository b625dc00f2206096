// Reads members of config.json one by one and notes what is wrong with each: its place, what stands there, what to write instead.
// What may be a secret is never shown. What the members mean is known to their readers.

import Readings

/// A slip in config.json.
package struct SettingsFault: Equatable, Sendable, CustomStringConvertible {
    /// The path of the key, as `notify.channels.phone.quiet`.
    package let place: String
    /// What stands there and what to do, in one line without secrets.
    package let reason: String

    /// Describes a slip.
    package init(place: String, reason: String) { (self.place, self.reason) = (place, reason) }

    /// In one line.
    package var description: String { "\(place): \(reason)" }
}

/// An object of config.json while it is read.
struct SettingsObject {
    /// The path of its key.
    let place: String
    /// What is wrong in it.
    private(set) var faults: [SettingsFault] = []
    private let members: [(String, JSONValue)]
    private let home: String

    /// Text from the file that is shown, characters.
    private static let mostShown = 60

    /// Takes an object; what is none is a slip and has no members.
    init(_ json: JSONValue, place: String, home: String) {
        (self.place, self.home) = (place, home)
        if case .object(let members) = json {
            self.members = members.filter { $0.1 != .null }
        } else {
            members = []
            faults = [SettingsFault(place: place, reason: "it is no object; write { … }")]
        }
    }

    /// The names of the members, sorted.
    var names: [String] { members.map(\.0).sorted() }

    /// Tells whether a member is there.
    func has(_ name: String) -> Bool { value(name) != nil }

    /// A member as it stands.
    func value(_ name: String) -> JSONValue? { members.first { $0.0 == name }?.1 }

    /// The path of a member.
    func path(_ name: String) -> String { (place.isEmpty ? "" : place + ".") + SettingsObject.shown(name) }

    /// Notes a slip of a member.
    mutating func refuse(_ name: String, _ reason: String) {
        faults.append(SettingsFault(place: path(name), reason: reason))
    }

    /// Notes slips that were found elsewhere.
    mutating func add(_ found: [SettingsFault]) { faults += found }

    /// Notes members that nobody reads.
    mutating func know(_ known: [String], in what: String = "") {
        for name in names where !known.contains(name) {
            refuse(name, "it is not known\(what); known are \(known.sorted().joined(separator: ", "))")
        }
    }

    /// Notes what is missing.
    ///
    /// - Parameter example: how it is written.
    mutating func need(_ name: String, _ example: String) {
        if !has(name) { refuse(name, "it is missing; write \(example)") }
    }

    /// A text of the file as a slip shows it.
    static func shown(_ text: String) -> String {
        let line = ControlledText.oneLine(String(text.prefix(mostShown)))
        return text.count > mostShown ? line + "…" : line
    }

    /// A value of the file as a slip shows it.
    static func shown(_ value: JSONValue) -> String { shown(value.compact) }
}

extension SettingsObject {
    /// Reads a text.
    ///
    /// - Parameters:
    ///   - remedy: what to write, as `write HOST:PORT`.
    ///   - isShown: whether the value may be shown where it is wrong.
    ///   - read: makes something of it; nil where it cannot.
    mutating func text<Result>(
        _ name: String,
        _ remedy: String,
        isShown: Bool = true,
        read: (String) -> Result?
    ) -> Result? {
        guard let value = value(name) else { return nil }
        if let text = value.string, let result = read(text) { return result }
        refuse(
            name,
            (isShown ? "\(SettingsObject.shown(value)) does not fit" : "it does not fit") + "; \(remedy)"
        )
        return nil
    }

    /// Reads one of several words.
    mutating func word<Result>(_ name: String, _ known: KeyValuePairs<String, Result>) -> Result? {
        text(name, "write \(SettingsObject.list(known.map { "\"\($0.key)\"" }))") { text in
            known.first { $0.key == text }?.value
        }
    }

    /// Reads `true` or `false`.
    mutating func flag(_ name: String) -> Bool? {
        guard let value = value(name) else { return nil }
        if case .boolean(let flag) = value { return flag }
        refuse(name, "\(SettingsObject.shown(value)) does not fit; write true or false")
        return nil
    }

    /// Reads a whole number.
    mutating func number(_ name: String, _ range: ClosedRange<Int>) -> Int? {
        guard let value = value(name) else { return nil }
        if case .integer(let number) = value, let number = Int(exactly: number), range.contains(number) {
            return number
        }
        refuse(
            name,
            "\(SettingsObject.shown(value)) does not fit; write a whole number from \(range.lowerBound) to \(range.upperBound)"
        )
        return nil
    }

    /// Reads a list of texts, at least one.
    ///
    /// - Parameter isOne: tells whether a text fits.
    mutating func texts(
        _ name: String,
        most: Int,
        _ remedy: String,
        isShown: Bool = true,
        isOne: (String) -> Bool
    ) -> [String]? {
        guard let value = value(name) else { return nil }
        guard case .array(let elements) = value, !elements.isEmpty, elements.count <= most else {
            refuse(name, "it is no list of 1 to \(most); \(remedy)")
            return nil
        }
        var texts: [String] = []
        for (index, element) in elements.enumerated() {
            if let text = element.string, isOne(text) {
                texts.append(text)
            } else {
                refuse(
                    "\(name)[\(index)]",
                    (isShown ? "\(SettingsObject.shown(element)) does not fit" : "it does not fit")
                        + "; \(remedy)"
                )
            }
        }
        return texts.count == elements.count ? texts : nil
    }

    /// Reads the path of a file; `~/` is the owner's home folder.
    mutating func file(_ name: String, as example: String, ending: String = "") -> String? {
        let home = home
        return text(name, "write a whole path, as \(example)") { text in
            let path = SettingsObject.expanded(text, home: home)
            let isFile = path.hasPrefix("/") && !path.hasSuffix("/") && path.hasSuffix(ending)
            return isFile && SettingsObject.isPlain(text, most: 1000) ? path : nil
        }
    }

    /// Tells whether a text is one line that is not empty.
    static func isPlain(_ text: String, most: Int = 200) -> Bool {
        !text.isEmpty && text.utf8.count <= most && ControlledText.oneLine(text) == text
    }

    /// A path with the owner's home folder for `~/`.
    static func expanded(_ path: String, home: String) -> String {
        path.hasPrefix("~/") && home.hasPrefix("/") ? home + path.dropFirst() : path
    }

    /// Names joined as `a, b or c`.
    static func list(_ names: [String]) -> String {
        guard names.count > 1 else { return names.joined() }
        return names.dropLast().joined(separator: ", ") + " or " + names[names.count - 1]
    }
}

extension SettingsObject {
    /// How a secret is written.
    static let secretForms =
        #"{"file": "~/.config/sunvigil/NAME"}, {"env": "NAME"}, {"credential": "NAME"} or {"command": ["PROGRAM", "ARGUMENT"]}"#

    /// Reads where a secret lies. Nothing of it is ever shown: it may be the secret itself.
    mutating func secret(_ name: String) -> SecretSource? {
        guard let value = value(name) else { return nil }
        guard case .object(let members) = value else {
            refuse(
                name,
                "a secret never stands in config.json, which travels in backups; write \(SettingsObject.secretForms)"
            )
            return nil
        }
        guard members.count == 1, let (kind, place) = members.first,
            let source = SecretSource(kind: kind, place, home: home)
        else {
            refuse(name, "it names no place of a secret; write \(SettingsObject.secretForms)")
            return nil
        }
        return source
    }
}
