// Where a secret of config.json lies: a file of the owner's alone, the environment, systemd's credentials, or what a program
// answers. The secret itself is never in config.json, which travels in backups.

import Foundation
import Readings
import Transfer

/// Where a secret lies.
package enum SecretSource: Equatable, Sendable {
    /// A file that only this user can read; a whole path.
    case file(String)
    /// A variable of the process.
    case env(String)
    /// A file of systemd's `$CREDENTIALS_DIRECTORY`.
    case credential(String)
    /// The first line that a program writes; the program and its arguments, without a shell.
    case command([String])

    /// How long a program may take, seconds.
    private static let programSeconds = 10.0
    /// Arguments of a program.
    private static let mostArguments = 64

    /// Reads a place as config.json has it; nil where it is none.
    ///
    /// - Parameters:
    ///   - kind: `file`, `env`, `credential` or `command`.
    ///   - json: what stands there.
    ///   - home: the owner's home folder, for `~/`.
    init?(kind: String, _ json: JSONValue, home: String) {
        switch (kind, json.string) {
        case ("file", let path?):
            let whole = SettingsObject.expanded(path, home: home)
            guard whole.hasPrefix("/"), SettingsObject.isPlain(path, most: 1000) else { return nil }
            self = .file(whole)
        case ("env", let name?):
            guard SecretSource.isVariable(name) else { return nil }
            self = .env(name)
        case ("credential", let name?):
            guard SettingsObject.isPlain(name), !name.contains("/"), name != ".", name != ".." else {
                return nil
            }
            self = .credential(name)
        case ("command", nil):
            let words = json.elements.compactMap(\.string)
            guard words.count == json.elements.count, words.count <= SecretSource.mostArguments,
                let program = words.first, !program.isEmpty, words.allSatisfy({ !$0.utf8.contains(0) })
            else { return nil }
            self = .command([SettingsObject.expanded(program, home: home)] + words.dropFirst())
        default: return nil
        }
    }

    /// Tells whether a text is the name of a variable.
    private static func isVariable(_ name: String) -> Bool {
        guard let first = name.utf8.first, name.utf8.count <= 100 else { return false }
        return !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first)
            && name.utf8.allSatisfy {
                switch $0 {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }

    /// Reads the secret.
    ///
    /// - Throws: `SecretError`.
    package func read(_ world: SecretWorld) throws(SecretError) -> SecretText {
        switch self {
        case .file(let path): return try SecretSource.text(ofFile: path, isGuarded: false)
        case .env(let name):
            guard let text = world.variables[name], !text.isEmpty else { throw .noVariable(name) }
            return try SecretSource.text(Array(text.utf8), .variable(name))
        case .credential(let name):
            guard let folder = world.variables["CREDENTIALS_DIRECTORY"], folder.hasPrefix("/") else {
                throw .noCredentials(name)
            }
            // systemd keeps others out of the folder.
            return try SecretSource.text(ofFile: "\(folder)/\(name)", isGuarded: true)
        case .command(let words): return try SecretSource.text(ofProgram: words, world)
        }
    }

    private static func text(ofFile path: String, isGuarded: Bool) throws(SecretError) -> SecretText {
        let bytes: [UInt8]
        do throws(GuardedFile.Fault) {
            bytes = try GuardedFile.read(path, isGuarded: isGuarded)
        } catch {
            throw .file(path, error)
        }
        return try text(bytes, .file(path))
    }

    private static func text(ofProgram words: [String], _ world: SecretWorld) throws(SecretError)
        -> SecretText
    {
        var program = ProgramRun(words)
        program.variables = world.variables
        program.seconds = programSeconds
        program.mostBytes = 2 * GuardedFile.mostBytes
        // Its arguments may be secret: only its name is told.
        let name = words.first.map { SettingsObject.shown($0) } ?? ""
        guard let outcome = world.run(program) else { throw .program(name, .notStarted) }
        if outcome.isTimedOut { throw .program(name, .tooLong(seconds: Int(programSeconds))) }
        guard outcome.status == 0 else { throw .program(name, .failed(status: outcome.status)) }
        return try text(Array(outcome.output.prefix { $0 != UInt8(ascii: "\n") }), .program(name))
    }

    /// Takes a secret's bytes: one line, whose end is left out.
    private static func text(_ bytes: [UInt8], _ place: SecretError.Place) throws(SecretError) -> SecretText {
        let line = bytes.reversed().drop { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }.reversed()
        guard !line.isEmpty else { throw .text(place, .empty) }
        guard line.count <= GuardedFile.mostBytes else { throw .text(place, .tooLong) }
        guard let text = String(validating: Array(line), as: UTF8.self) else { throw .text(place, .notText) }
        guard !text.utf8.contains(UInt8(ascii: "\n")) else { throw .text(place, .severalLines) }
        guard text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && !(0x7F..<0xA0).contains($0.value) }) else {
            throw .text(place, .notText)
        }
        return SecretText(text)
    }
}

/// What reading secrets needs of the world.
package struct SecretWorld {
    /// The variables of the process.
    package var variables: [String: String]
    /// Runs a program; nil where it cannot be started.
    package var run: (ProgramRun) -> ProgramRun.Outcome?

    /// Describes a world.
    package init(
        variables: [String: String],
        run: @escaping (ProgramRun) -> ProgramRun.Outcome? = { $0.run() }
    ) {
        (self.variables, self.run) = (variables, run)
    }
}
