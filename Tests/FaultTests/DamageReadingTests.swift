// Damage followed by every verb that reads: the right answer, or an error; never another answer without a word, a trap or an
// endless wait. Few in an ordinary run; thousands with SUNVIGIL_FAULTS=full.

import Foundation
import GRDB
@testable import Lake
import Readings
import TestSupport
import Testing

private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"

@Suite("damage and readers", .serialized)
struct DamageReadingTests {
    private func hold(_ store: RichStore, _ verb: [String], _ what: String) throws {
        let result = try RichStore.attempt(verb, store.path)
        #expect(RichStore.endedWell(result), "\(what), \(verb): \(result.code) \(result.errors)")
        if result.code != 2 {
            #expect(result.output == store.answers[verb], "\(what), \(verb): another answer without a word")
        } else {
            #expect(!result.errors.isEmpty, "\(what), \(verb)")
        }
    }

    /// Damages a file in a way of its own, asks all readers or some, and puts the bytes back.
    private func trials(_ store: RichStore, _ files: [String], _ count: Int, seed: UInt64) throws -> Int {
        var random = SeededGenerator(seed: seed)
        var tried = 0
        for trial in 0..<count {
            let file = files[trial % files.count]
            let whole = try Data(contentsOf: URL(filePath: file))
            guard !whole.isEmpty else { continue }
            var bytes = whole
            let place = Int.random(in: 0..<whole.count, using: &random)
            var what = "\((file as NSString).lastPathComponent), "
            switch trial % 4 {
            case 0, 1:
                let bit = Int.random(in: 0..<8, using: &random)
                bytes[place] ^= 1 << bit
                what += "bit \(bit) of byte \(place)"
            case 2:
                let end = min(whole.count, place + 64)
                for index in place..<end { bytes[index] = 0 }
                what += "zeros from \(place)"
            default:
                bytes = whole.prefix(place)
                what += "cut at \(place)"
            }
            try bytes.write(to: URL(filePath: file))
            let verbs =
                isFull
                ? RichStore.readingVerbs : [RichStore.readingVerbs[trial % RichStore.readingVerbs.count]]
            for verb in verbs {
                try hold(store, verb, what)
                tried += 1
            }
            try whole.write(to: URL(filePath: file))
        }
        return tried
    }

    @Test("damaged segments, documents, catalogue and seal: no reader answers wrongly without a word")
    func readers() throws {
        let store = try RichStore()
        let segments = try RichStore.files(store.path, below: "data/", ".parquet")
        let documents = try RichStore.files(store.path, below: "raw/", ".gz")
        var tried = try trials(store, segments, isFull ? 110 : 12, seed: 1)
        tried += try trials(store, [store.path + "/catalog.sqlite"], isFull ? 150 : 16, seed: 2)
        tried += try trials(store, documents, isFull ? 20 : 2, seed: 3)
        tried += try trials(store, [store.path + "/catalog.seal"], isFull ? 20 : 2, seed: 4)
        tried += try trials(
            store,
            [store.path + "/cases.json", store.path + "/sites.json"],
            isFull ? 10 : 2,
            seed: 5
        )
        #expect(try RichStore.attempt(["verify"], store.path).code == 0)
        if isFull { print("damage and readers: \(tried) answers") }
    }

    @Test("a letter that changed in the catalogue is told by the verb that would print it")
    func changedLetter() throws {
        let store = try RichStore(isStaged: false)
        let path = store.path + "/catalog.sqlite"
        var bytes = try Data(contentsOf: URL(filePath: path))
        var count = 0
        while let place = bytes.range(of: Data("home.csv".utf8)) {
            bytes[place.lowerBound] = UInt8(ascii: "d")
            count += 1
        }
        #expect(count > 0)
        try bytes.write(to: URL(filePath: path))
        for verb in [["history"], ["status"]] {
            let result = try RichStore.attempt(verb, store.path)
            #expect(result.code == 2 && result.errors.contains("damaged"), "\(verb): \(result.output)")
        }
    }

    @Test("a segment exchanged for another of the store is no answer")
    func exchanged() throws {
        let store = try RichStore()
        let segments = try RichStore.files(store.path, below: "data/", ".parquet")
        for (index, file) in segments.enumerated() {
            let whole = try Data(contentsOf: URL(filePath: file))
            try Data(contentsOf: URL(filePath: segments[(index + 1) % segments.count])).write(
                to: URL(filePath: file)
            )
            let verbs = isFull ? RichStore.readingVerbs : [["export"], ["status"]]
            for verb in verbs { try hold(store, verb, "\((file as NSString).lastPathComponent) exchanged") }
            try whole.write(to: URL(filePath: file))
        }
    }

    @Test(
        "a changed cell of any column, the seal gone: an answer or an error, never a trap or a wait without end"
    )
    func cells() throws {
        let store = try RichStore()
        try FileManager.default.removeItem(atPath: store.path + "/catalog.seal")
        var tried = 0
        var columns: [(table: String, column: String)] = []
        do {
            let database = try DatabaseQueue(path: store.path + "/catalog.sqlite")
            let tables = try database.read { database in
                try String.fetchAll(
                    database,
                    sql:
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
                )
            }
            for table in tables {
                let isEmpty =
                    try database.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM \(table)") } == 0
                if isEmpty { continue }
                columns += try database.read { try $0.columns(in: table) }.map { (table, $0.name) }
            }
        }
        let values = ["NULL", "-1", "4611686018427387904", "'x'", "x'00ff'", "-9223372036854775808"]
        for (index, place) in columns.enumerated() {
            let some = isFull ? values : [values[index % values.count]]
            for value in some {
                let copy = try store.copy("cell")
                do {
                    let database = try DatabaseQueue(path: copy + "/catalog.sqlite")
                    // A cell of a strict table takes no other type, and says so: then there is nothing to try.
                    let isTaken =
                        (try? database.write {
                            try $0.execute(
                                sql: "UPDATE OR IGNORE \(place.table) SET \(place.column) = \(value)"
                            )
                        }) != nil
                    if !isTaken { continue }
                }
                let verbs =
                    isFull
                    ? RichStore.readingVerbs : [RichStore.readingVerbs[index % RichStore.readingVerbs.count]]
                for verb in verbs + [["verify"], ["check"]].prefix(isFull ? 2 : index % 3 == 0 ? 1 : 0) {
                    let result = try RichStore.attempt(verb, copy)
                    tried += 1
                    #expect(
                        RichStore.endedWell(result),
                        "\(place.table).\(place.column) = \(value), \(verb): \(result.code) \(result.errors)"
                    )
                }
            }
        }
        if isFull { print("changed cells: \(tried) runs") }
    }

    @Test("a staged row that is not as it was written is no answer, also without the seal")
    func stagedRows() throws {
        let store = try RichStore()
        try FileManager.default.removeItem(atPath: store.path + "/catalog.seal")
        let database = try DatabaseQueue(path: store.path + "/catalog.sqlite")
        try database.write {
            try $0.execute(
                sql:
                    "UPDATE sunvigil_live_site_interval SET produced_wh = produced_wh + 1 WHERE start_us % 2 = 0"
            )
        }
        try database.close()
        for verb in [["export"], ["totals"], ["gaps"]] {
            let result = try RichStore.attempt(verb, store.path)
            #expect(result.code == 2 && result.errors.contains("staged row"), "\(verb): \(result.errors)")
        }
    }

    // MARK: Planted states

    @Test(
        "an older catalogue put back, or one that lost its log: told by verify, no original is lost, and all comes back",
        arguments: ["older", "log", "seal"]
    )
    func oldCatalogue(kind: String) throws {
        let store = try RichStore(isStaged: false)
        let before = store.folder.path + "/before"
        try FileManager.default.createDirectory(atPath: before, withIntermediateDirectories: true)
        let names = ["catalog.sqlite", "catalog.seal"]
        if kind == "log" {
            // A reader keeps the newest change in the log; the store is copied without it.
            let reader = try DatabaseQueue(path: store.path + "/catalog.sqlite")
            try reader.read { _ = try Int.fetchOne($0, sql: "SELECT count(*) FROM ducklake_snapshot") }
            try reader.writeWithoutTransaction { database in
                try database.execute(sql: "BEGIN")
                _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM ducklake_snapshot")
                try RichStore.run(store.path, ["import", store.other])
                try FileManager.default.copyItem(
                    atPath: store.path + "/catalog.sqlite",
                    toPath: before + "/catalog.sqlite"
                )
                try database.execute(sql: "COMMIT")
            }
            try reader.close()
        } else {
            for name in names {
                try FileManager.default.copyItem(atPath: "\(store.path)/\(name)", toPath: "\(before)/\(name)")
            }
            try RichStore.run(store.path, ["import", store.other])
        }
        let originals = try RichStore.originals(store.path)
        let rows = try FaultStore.rows(store.path)
        #expect(originals.count == 4)
        for suffix in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(store.path)/catalog.sqlite\(suffix)")
        }
        for name in names where FileManager.default.fileExists(atPath: "\(before)/\(name)") {
            try Data(contentsOf: URL(filePath: "\(before)/\(name)")).write(
                to: URL(filePath: "\(store.path)/\(name)")
            )
        }
        if kind == "seal" { try FileManager.default.removeItem(atPath: store.path + "/catalog.seal") }
        let verify = try RichStore.attempt(["verify"], store.path)
        #expect(verify.code == 2 && verify.output.contains("older than the store"), "\(verify.output)")
        #expect(verify.errors.contains("no catalogue row knows this document"))
        let write = try RichStore.attempt(
            ["init", "--update", "--site", "home", "--installed-w", "4001"],
            store.path
        )
        #expect(write.code == 0 && write.errors.contains("moved to"), "\(write.errors)")
        #expect(write.errors.contains("older than the store"))
        #expect(try RichStore.originals(store.path) == originals)
        let rebuild = try RichStore.attempt(["rebuild"], store.path)
        #expect(rebuild.code == 0, "\(rebuild.output)\(rebuild.errors)")
        #expect(try FaultStore.rows(store.path) == rows)
        #expect(try RichStore.originals(store.path) == originals)
        #expect(try RichStore.attempt(["verify"], store.path).code == 0)
    }
}
