// The one way through the rooms: imports and the package held against the table of docs/architecture.md.

import TestSupport
import Testing

@Suite("rooms and their imports")
struct ImportTests {
    private let table = RoomTable.shared
    private let manifest = PackageManifest.shared
    private let tree = SourceTree.shared
    /// Modules that one place alone may import, whatever the table says.
    private let keepers = [
        "GRDB": ["Lake"], "ArgumentParser": ["sunvigil"], "CZlib": ["Parquet", "Deflate"],
    ]

    @Test("the table and the package are read")
    func reading() throws {
        #expect(table.rooms.count >= 10 && manifest.targets.count >= 20 && tree.files.count > 300)
        #expect(try #require(table.room("Readings")).imports.isEmpty)
        #expect(try #require(table.room("sunvigil")).isFree)
        #expect(
            try #require(table.room("Lake")).imports.isSuperset(of: [
                "Readings", "Parquet", "GRDB", "CCrypto",
            ])
        )
        let lake = try #require(manifest.targets.first { $0.name == "Lake" })
        #expect(lake.dependencies.contains("GRDB") && lake.dependencies.contains("CCrypto"))
        #expect(!lake.dependencies.contains("GRDB.swift"))
    }

    @Test("a table's words are read as it means them")
    func words() throws {
        let table = RoomTable(
            """
            | room | what lives here | may import |
            |---|---|---|
            | `A`, `B` | x | nothing of ours, no Foundation |
            | `C` | y | A, B and libcrypto for SHA-256, zlib |
            | `D` | z | all above |
            | `e` | z | all |
            """,
            systemLibraries: ["CZlib", "CCrypto"]
        )
        #expect(table.rooms.map(\.name) == ["A", "B", "C", "D", "e"])
        #expect(table.rooms[1].imports.isEmpty && table.rooms[1].forbidden == ["Foundation"])
        #expect(table.rooms[2].imports == ["A", "B", "CCrypto", "CZlib"])
        #expect(table.rooms[3].imports == ["A", "B", "C"] && !table.rooms[3].isFree && table.rooms[4].isFree)
    }

    @Test("every room of the package is in the table, and every room of the table in the package")
    func sameRooms() {
        let built = manifest.targets.filter(\.isRoom).map(\.name)
        for name in built where table.room(name) == nil {
            Issue.record(
                "Package.swift: \(name) is no room of \(RoomTable.page); tell there what lives in it"
            )
        }
        for room in table.rooms where !built.contains(room.name) {
            Issue.record("\(RoomTable.page): \(room.name) is no target of Package.swift; take its line out")
        }
        for name in manifest.systemLibraries
        where !table.rooms.contains(where: { $0.imports.contains(name) }) {
            Issue.record(
                "Package.swift: no room of \(RoomTable.page) may import \(name); name the library there"
            )
        }
    }

    @Test("no folder of Sources is outside of the package")
    func folders() {
        for room in Set(tree.sources.map(\.room)) where !manifest.targets.contains(where: { $0.name == room })
        {
            Issue.record(
                "Sources/\(room) belongs to no target of Package.swift; add it, or remove the folder"
            )
        }
    }

    /// Returns what is wrong with a room's seeing a module; nil where it may.
    private func objection(_ module: String, in room: RoomTable.Room) -> String? {
        if let rooms = keepers[module], !rooms.contains(room.name) {
            return "only \(rooms.joined(separator: " and ")) may import \(module)"
        }
        if room.forbidden.contains(module) { return "\(room.name) may not import \(module)" }
        let isOurs = manifest.targets.contains { $0.name == module }
        let isOthers = manifest.targets.contains { $0.dependencies.contains(module) }
        guard isOurs || isOthers, !room.isFree, module != room.name, !room.imports.contains(module) else {
            return nil
        }
        return "\(room.name) may not import \(module)"
    }

    @Test("no room imports what the table does not let it")
    func imports() {
        for file in tree.sources {
            guard let room = table.room(file.room) else { continue }
            for (module, line) in file.imports {
                guard let reason = objection(module, in: room) else { continue }
                Issue.record(
                    "\(file.path):\(line): \(reason); see \(RoomTable.page): something is in the wrong room"
                )
            }
        }
    }

    @Test("no room depends in Package.swift on what the table does not let it, or on what it never imports")
    func dependencies() {
        for target in manifest.targets where target.isRoom {
            guard let room = table.room(target.name) else { continue }
            let imported = Set(
                tree.sources.filter { $0.room == target.name }.flatMap(\.imports).map(\.module)
            )
            for module in target.dependencies {
                if let reason = objection(module, in: room) {
                    Issue.record("Package.swift: \(reason); see \(RoomTable.page)")
                }
                if !imported.contains(module) {
                    Issue.record(
                        "Package.swift: \(target.name) never imports \(module); take the dependency out"
                    )
                }
            }
        }
    }

    @Test("no file imports a module of ours that its target does not depend on")
    func undeclared() {
        let ours = Set(manifest.targets.map(\.name))
        for file in tree.files {
            guard let target = manifest.target(of: file) else { continue }
            for (module, line) in file.imports
            where ours.contains(module) && module != target.name && !target.dependencies.contains(module) {
                Issue.record(
                    "\(file.path):\(line): Package.swift does not let \(target.name) see \(module); declare it"
                )
            }
        }
    }
}
