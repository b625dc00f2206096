// Questions to a person at the terminal. A slip is told and asked again; nothing is asked where nobody can answer.

import Foundation

/// Asks a person.
enum Prompt {
    /// Tells whether somebody can answer.
    static var isPossible: Bool { isatty(0) == 1 }

    /// So many slips are no typing any more.
    private static let mostSlips = 20

    /// Asks until the answer can be read.
    ///
    /// - Parameters:
    ///   - usual: what an empty answer means; nil where one is needed.
    ///   - read: reads an answer; throws what is wrong with it.
    /// - Throws: `CommandError` where nobody answers.
    static func ask<Value>(_ question: String, usual: String?, read: (String) throws -> Value) throws -> Value
    {
        for _ in 0..<mostSlips {
            Console.ask("\(question)\(usual.map { $0.isEmpty ? " [skip]" : " [\($0)]" } ?? ""): ")
            guard let line = readLine() else { break }
            let answer = line.trimmingCharacters(in: .whitespaces)
            guard let text = answer.isEmpty ? usual : answer else {
                Console.error("this is needed")
                continue
            }
            do {
                return try read(text)
            } catch {
                Console.error(CommandWords.text(error))
            }
        }
        throw CommandError("it was not answered; nothing was made")
    }

    /// Asks for a yes or a no.
    static func agrees(_ question: String, usually: Bool) -> Bool {
        for _ in 0..<mostSlips {
            Console.ask("\(question) \(usually ? "[Y/n]" : "[y/N]"): ")
            guard let line = readLine() else { return false }
            switch line.trimmingCharacters(in: .whitespaces).lowercased() {
            case "": return usually
            case "y", "yes": return true
            case "n", "no": return false
            default: Console.error("answer y or n")
            }
        }
        return false
    }
}
