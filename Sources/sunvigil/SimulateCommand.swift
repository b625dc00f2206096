// sunvigil simulate

import ArgumentParser
import Foundation
import Readings
import Simulation

struct SimulateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Write the story house: a home whose gateway went silent for six weeks.",
        discussion: """
            Writes one file of every kind that sunvigil reads, and truth.json, which says what was planted.

            EXAMPLE
              sunvigil simulate --seed 7 datasets/story-house
            """
    )

    @Option(help: "Equal seeds give equal files.") var seed: UInt64 = 7
    @Argument(help: "The folder to write into.") var folder: String

    func run() throws {
        let zone = try ZoneFiles.load(StoryHouse.timeZone)
        guard let story = Story(seed: seed, zone: zone) else {
            throw CommandError("the story's dates are no dates")
        }
        for file in story.files() {
            let url = URL(filePath: folder).appending(path: file.path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(file.text.utf8).write(to: url, options: .atomic)
        }
        Console.print("wrote the story house (seed \(seed)) into \(folder)")
    }
}
