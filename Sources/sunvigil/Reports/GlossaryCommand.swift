// sunvigil glossary

import ArgumentParser
import Report

struct GlossaryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "glossary",
        _superCommandName: Sunvigil.name,
        abstract: "What the words of the reports mean.",
        discussion: "EXAMPLE\n  sunvigil glossary | less"
    )

    func run() throws { Console.print(Glossary.markdown, terminator: "") }
}
