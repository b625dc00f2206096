// Which description a block's readings have: by their links, else by what the document leaves no doubt about.

import Foundation
import Readings

/// Finds descriptions.
struct GreenButtonResolver {
    private let options: DocumentOptions
    private let types: [(type: GreenButtonReadingType, links: [String])]
    private let meterReadings: [String: [String]]
    /// The description of all energy in the document; nil where there is none, or several.
    private let onlyEnergy: GreenButtonReadingType?
    private var found: [String: GreenButtonReadingType?] = [:]
    /// Blocks whose description was taken from its place in the document.
    private(set) var guessedBlocks = 0

    init(
        options: DocumentOptions,
        types: [(type: GreenButtonReadingType, links: [String])],
        meterReadings: [String: [String]]
    ) {
        self.options = options
        self.types = types
        self.meterReadings = meterReadings
        let energies = types.map(\.type).filter(\.isEnergy)
        onlyEnergy = energies.first.flatMap { first in energies.allSatisfy { $0 == first } ? first : nil }
    }

    /// Refuses a document in which one link names several descriptions that differ in more than their accumulation.
    func checkLinks() throws {
        var byLink: [String: [GreenButtonReadingType]] = [:]
        for (type, links) in types {
            for link in links where link.contains("ReadingType/") { byLink[link, default: []].append(type) }
        }
        for (link, candidates) in byLink.sorted(by: { $0.key < $1.key }) {
            _ = try one(of: candidates, link: link)
        }
    }

    private func one(of candidates: [GreenButtonReadingType], link: String) throws -> GreenButtonReadingType?
    {
        guard let first = candidates.first else { return nil }
        if candidates.allSatisfy({ $0 == first }) { return first }
        if candidates.allSatisfy({ $0.withoutAccumulation == first.withoutAccumulation }) {
            return candidates.first { $0.accumulation == 4 } ?? first
        }
        throw IngestError.content(
            format: .greenButton,
            place: "the link …\(link.suffix(24))",
            found:
                "names \(candidates.count) different descriptions (ReadingType): it is ambiguous which one holds",
            remedy: "download each service by itself"
        )
    }

    /// Returns the description of a block.
    ///
    /// - Throws: `IngestError.content` where there is none, or several without a way to choose.
    mutating func type(of block: GreenButtonBlock) throws -> GreenButtonReadingType {
        for key in block.meterReadings {
            if let found = try linked(key) { return found }
        }
        if let only = onlyEnergy { return only }
        if block.typesBefore > 0 {
            guessedBlocks += 1
            return types[block.typesBefore - 1].type
        }
        if let text = options.readingType, let given = GreenButtonReadingType(json: text) { return given }
        throw IngestError.content(
            format: .greenButton,
            place: "the block of readings",
            found: "has no description (ReadingType), so its unit and multiplier are not known",
            remedy: "import it together with the file that holds the ReadingType, that file first"
        )
    }

    /// Returns the description that a meter reading's links name; each is looked up once.
    private mutating func linked(_ key: String) throws -> GreenButtonReadingType? {
        if let known = found[key] { return known }
        guard let references = meterReadings[key] else { return nil }
        let wanted = Set(references)
        let candidates = types.filter { $0.links.contains(where: wanted.contains) }.map(\.type)
        let energies = candidates.filter(\.isEnergy)
        let type = try one(of: energies.isEmpty ? candidates : energies, link: references.first ?? key)
        found[key] = .some(type)
        return type
    }
}
