// Flipped bits, cut files, planted lies of the catalogue, a full disk. Few flips in an ordinary run; a thousand of each
// kind with SUNVIGIL_FAULTS=full.

import Foundation
import GRDB
@testable import Lake
import Readings
import TestSupport
import Testing

private let isFull = ProcessInfo.processInfo.environment["SUNVIGIL_FAULTS"] == "full"

@Suite("damage", .serialized)
struct DamageTests {
    private func verify(_ store: String) throws -> [String] {
        try LakeStore(path: store, environment: FaultStore.environment()).snapshot().verify().damages.map(
            \.text
        )
    }

    private func flip(_ path: String, _ count: Int, seed: UInt64, _ body: (Int) throws -> Void) throws {
        var random = SeededGenerator(seed: seed)
        let whole = try Data(contentsOf: URL(filePath: path))
        for _ in 0..<count {
            let bit = Int.random(in: 0..<(whole.count * 8), using: &random)
            var bytes = whole
            bytes[bit / 8] ^= 1 << (bit % 8)
            try bytes.write(to: URL(filePath: path))
            try body(bit)
        }
        try whole.write(to: URL(filePath: path))
    }

    @Test("a flipped bit in a segment or a document is found by verify")
    func flippedFiles() throws {
        let store = try FaultStore(.reimporting)
        let files = try FileManager.default.subpathsOfDirectory(atPath: store.base).filter {
            $0.hasSuffix(".parquet") || $0.hasSuffix(".gz")
        }
        #expect(files.count == 2)
        for (index, name) in files.enumerated() {
            try flip("\(store.base)/\(name)", (isFull ? 1_000 : 60) / files.count, seed: UInt64(index)) {
                bit in
                let damages = try verify(store.base)
                #expect(!damages.isEmpty, "bit \(bit) of \(name)")
            }
        }
        #expect(try verify(store.base) == [])
    }

    @Test("a flipped bit in the catalogue is found by verify, or changes no answer; nothing is written on it")
    func flippedCatalogue() throws {
        let store = try FaultStore(.reimporting)
        let catalogue = store.base + "/catalog.sqlite"
        try flip(catalogue, isFull ? 1_000 : 80, seed: 5) { bit in
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: catalogue + suffix) }
            let damages = (try? verify(store.base)) ?? ["cannot be opened"]
            guard damages.isEmpty else { return }
            let rows = try FaultStore.rows(store.base)
            #expect(rows == store.before, "bit \(bit)")
        }
        #expect(try verify(store.base) == [])
        var bytes = try Data(contentsOf: URL(filePath: catalogue))
        bytes[bytes.count - 9] ^= 1
        try bytes.write(to: URL(filePath: catalogue))
        #expect(throws: LakeError.self) {
            try LakeStore(path: store.base, environment: FaultStore.environment()).writer()
        }
    }

    @Test("a segment or a catalogue cut at any length is an error or found by verify, never a trap")
    func truncations() throws {
        let store = try FaultStore(.reimporting)
        let lake = try LakeStore(path: store.base, environment: FaultStore.environment()).snapshot()
        let segment = try lake.segments(table: "site_interval")[0].path
        let whole = try Data(contentsOf: URL(filePath: segment))
        for length in stride(from: 0, to: whole.count, by: isFull ? 1 : 41) {
            try whole.prefix(length).write(to: URL(filePath: segment))
            #expect(try !lake.verify().damages.isEmpty, "\(length) bytes")
            #expect(throws: LakeError.self) { try FaultStore.rows(store.base) }
        }
        try whole.write(to: URL(filePath: segment))
        let catalogue = store.base + "/catalog.sqlite"
        let bytes = try Data(contentsOf: URL(filePath: catalogue))
        for length in stride(from: 0, to: bytes.count, by: isFull ? 173 : 4_999) {
            for suffix in ["-wal", "-shm"] { try? FileManager.default.removeItem(atPath: catalogue + suffix) }
            try bytes.prefix(length).write(to: URL(filePath: catalogue))
            let damages = (try? verify(store.base)) ?? ["cannot be opened"]
            #expect(!damages.isEmpty, "\(length) bytes of the catalogue")
        }
    }

    @Test(
        "planted lies of the catalogue are named by its rules, without the seal",
        arguments: [
            ("UPDATE ducklake_snapshot SET next_file_id = 0", "next_file_id"),
            (
                "UPDATE ducklake_file_column_stats SET max_value = min_value WHERE column_id = 2",
                "bounds of column 2"
            ),
            (
                "DELETE FROM sunvigil_rollup WHERE data_file_id = (SELECT min(data_file_id) FROM sunvigil_rollup)",
                "day rollup"
            ),
            ("UPDATE sunvigil_rollup SET row_group = 7", "row group 7"),
            ("UPDATE sunvigil_file SET first_us = first_us + 900000000", "first or last row"),
            ("UPDATE ducklake_table_stats SET record_count = record_count - 1", "table statistics"),
            (
                "INSERT INTO ducklake_table_column_stats VALUES (1, 1, 0, 0, '0', '1', NULL)",
                "table_column_stats"
            ),
        ]
    )
    func lies(sql: String, named: String) throws {
        let store = try FaultStore(.reimporting)
        let database = try DatabaseQueue(path: store.base + "/catalog.sqlite")
        try database.write { try $0.execute(sql: sql) }
        try database.close()
        try FileManager.default.removeItem(atPath: store.base + "/catalog.seal")
        let damages = try verify(store.base)
        #expect(damages.contains { $0.contains(named) }, "\(damages)")
    }

    @Test("a rollup that its rows do not give is named with the day")
    func wrongRollup() throws {
        let store = try FaultStore(.reimporting)
        var (_, columns) = try #require(store.before.first)
        columns.energyWh[0][100] += 1
        let wrong = Data(DayRollup(columns, zone: .utc).bytes)
        let database = try DatabaseQueue(path: store.base + "/catalog.sqlite")
        try database.write { try $0.execute(sql: "UPDATE sunvigil_rollup SET days = ?", arguments: [wrong]) }
        try database.close()
        try FileManager.default.removeItem(atPath: store.base + "/catalog.seal")
        let damages = try verify(store.base)
        #expect(damages.contains { $0.contains("is not what its rows give, from 2023-01-02") }, "\(damages)")
    }

    @Test("verify names column, page and rows of a damaged page")
    func place() throws {
        let store = try FaultStore(.repairing)
        let damages = try verify(store.base)
        #expect(
            damages.contains {
                $0.contains("column consumed_wh, row group 0, page 0")
                    && $0.contains("; rows 0 to 575 of the file")
            },
            "\(damages)"
        )
    }

    @Test("on a full disk an import says so, loses nothing, and completes when there is space again")
    func fullDisk() throws {
        let folder = try ScratchFolder()
        let mount = folder.path + "/small"
        try FileManager.default.createDirectory(atPath: mount, withIntermediateDirectories: true)
        func shell(_ command: String) throws -> Int32 {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", command]
            process.standardError = FileHandle.nullDevice
            try process.run()
            process.waitUntilExit()
            return process.terminationStatus
        }
        // Where no file system may be mounted, this cannot be tried.
        guard try shell("mount -t tmpfs -o size=3m none '\(mount)'") == 0 else { return }
        defer { _ = try? shell("umount '\(mount)'") }
        let store = mount + "/s"
        try Program.makeStore(store, site: "home", timeZone: "UTC", latitude: "51", longitude: "0")
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        var random = SeededGenerator(seed: 1)
        for day in 1...28 {
            for slot in 0..<96 {
                text += String(
                    format: "02/%02d/2023 %02d:%02d,%d,%d\n",
                    day,
                    slot / 4,
                    slot % 4 * 15,
                    Int.random(in: 1..<9_000, using: &random),
                    Int.random(in: 1..<9_000, using: &random)
                )
            }
        }
        let file = try folder.write("a.csv", text)
        // Little space is left: enough for some of the files, not for all.
        for free in [4, 40, 90] {
            _ = try shell(
                "dd if=/dev/zero of='\(mount)/fill' bs=1k 2>/dev/null; truncate -s -\(free)k '\(mount)/fill'"
            )
            let result = try Program.run("import", "--store", store, file)
            if result.code != 0 {
                #expect(result.errors.contains("No space left"), "\(free) kB: \(result.errors)")
            }
            _ = try shell("rm '\(mount)/fill'")
            if result.code == 0 { break }
            #expect(try Program.run("verify", "--store", store).code == 0)
        }
        let again = try Program.run("import", "--store", store, file)
        #expect(again.code == 0, "\(again.errors)")
        let status = try Program.run("status", "--store", store).output
        #expect(status.contains("2688 rows"), "\(status)")
        #expect(try Program.run("verify", "--store", store).code == 0)
    }
}
