// Captures among what the owner gives: in folders after the gateway's paths, in one archive, under names that say nothing,
// and beside documents of other kinds.

import Deflate
import Foundation
import Station
import TestSupport
import Testing

@Suite("captures in folders and archives")
struct CaptureFolderTests {
    private static let info =
        "<envoy_info><time>1777744800</time><device><sn>122000000003</sn><software>D8.2.4345</software></device></envoy_info>"
    private static let production =
        #"{"production":[{"type":"inverters","activeCount":3,"readingTime":1777744800,"wNow":9,"whLifetime":7}]}"#
    private static let meters =
        #"[{"eid":1,"state":"enabled","measurementType":"production","phaseCount":1,"meteringStatus":"normal"}]"#

    /// Writes files, and returns what is found in them: the names of bodies of captures, and single documents.
    private func found(_ files: [String: String]) throws -> (captures: [[String]], others: [String]) {
        let folder = try ScratchFolder()
        for (path, text) in files {
            let url = folder.url.appending(path: "in/\(path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try Data(text.utf8).write(to: url)
        }
        return try documents(folder.path + "/in")
    }

    private func documents(_ path: String) throws -> (captures: [[String]], others: [String]) {
        let found = InputWalk.documents([path], failed: { Issue.record("\($0): \($1)") })
        return (
            try found.compactMap { try $0.capture?().map(\.name).sorted() }.sorted { $0.count < $1.count },
            found.filter { $0.capture == nil }.map(\.name).sorted()
        )
    }

    @Test("bodies in folders after the gateway's paths are one capture; captures side by side are several")
    func paths() throws {
        let one = try found([
            "info": CaptureFolderTests.info, "production.json": CaptureFolderTests.production,
            "ivp/meters.json": CaptureFolderTests.meters, "ivp/meters/readings": "[]",
        ])
        #expect(one.captures == [["info", "ivp_meters.json", "ivp_meters_readings", "production.json"]])
        #expect(one.others.isEmpty)
        let two = try found([
            "a/info": CaptureFolderTests.info, "a/production.json": CaptureFolderTests.production,
            "b/info": CaptureFolderTests.info, "b/ivp/meters": CaptureFolderTests.meters,
        ])
        #expect(two.captures.count == 2 && two.others.isEmpty)
    }

    @Test(
        "names that say nothing make a capture by what the files hold; reports beside it are taken by themselves"
    )
    func contents() throws {
        let one = try found([
            "x1": CaptureFolderTests.info, "x2": CaptureFolderTests.production, "report.csv": "Date/Time,a\n",
        ])
        #expect(one.captures == [["x1", "x2"]] && one.others == ["report.csv"])
        let none = try found(["x2": CaptureFolderTests.production, "x3": CaptureFolderTests.meters])
        #expect(none.captures.isEmpty && none.others == ["x2", "x3"])
    }
}
