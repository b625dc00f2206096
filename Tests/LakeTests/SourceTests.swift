// The sources of the room themselves: what must not come back.

import Foundation
import TestSupport
import Testing

@Suite("sources of the lake")
struct SourceTests {
    private func sources(_ folder: String) throws -> [(name: String, text: String)] {
        let root = Checkout.root.appending(path: "Sources/\(folder)").path
        return try FileManager.default.subpathsOfDirectory(atPath: root).filter { $0.hasSuffix(".swift") }
            .sorted().map {
                (
                    ($0 as NSString).lastPathComponent,
                    try String(contentsOfFile: "\(root)/\($0)", encoding: .utf8)
                )
            }
    }

    @Test(
        "no value of a catalogue row is had by a subscript with a forced type, which traps on a damaged cell"
    )
    func forcedSubscripts() throws {
        let all = try sources("Lake")
        #expect(all.count > 40)
        for (name, text) in all where name != "CatalogueRow.swift" {
            for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
                let found = line.firstMatch(
                    of: /(row|\$0|last|file|bound|statistics|rollup)\??\["[a-z_0-9]+"\](?! as \w+\?)/
                )
                #expect(found == nil, "\(name), line \(index + 1): \(line)")
            }
        }
    }

    @Test("a file of the owner's is never taken for nothing because it cannot be read")
    func quietReads() throws {
        // Zone files of the system are no files of the owner's, and a page that is shown is none that decides.
        let allowed = ["StoreOptions.swift", "EvidencePack.swift", "ReportFiles.swift"]
        for folder in ["Lake", "sunvigil"] {
            for (name, text) in try sources(folder) where !allowed.contains(name) {
                for quiet in [
                    "contents(atPath", "fileExists(atPath", "FileHandle(forReadingAtPath",
                    "try? Data(contentsOf",
                ] {
                    #expect(!text.contains(quiet), "\(folder)/\(name) uses \(quiet)")
                }
            }
        }
    }
}
