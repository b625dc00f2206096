// The table of docs/architecture.md: which rooms there are, and what each may import.

import TestSupport

/// The rooms of the house as the documentation tells them.
struct RoomTable: Sendable {
    /// The page that holds it.
    static let page = "docs/architecture.md"
    /// The table as it is.
    static let shared = RoomTable(
        Checkout.text(page),
        systemLibraries: PackageManifest.shared.systemLibraries
    )

    /// A room.
    struct Room: Sendable, Equatable {
        /// The module.
        let name: String
        /// Modules that the table names for it; all rooms where it says so.
        var imports: Set<String>
        /// Modules of the system that it names as forbidden: `no Foundation`.
        var forbidden: Set<String> = []
        /// Tells whether it may import everything.
        var isFree = false
    }

    /// The rooms in the order of the table.
    let rooms: [Room]

    /// Reads the table `room | what lives here | may import` of a page.
    ///
    /// - Parameter systemLibraries: modules as `CZlib` and `CCrypto`; the table calls them zlib and libcrypto.
    init(_ page: String, systemLibraries: [String]) {
        var rooms: [Room] = []
        var isTable = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            let cells = line.split(separator: "|").map { $0.trimmingSpaces }
            guard line.hasPrefix("|"), cells.count == 3 else {
                isTable = false
                continue
            }
            if cells[0] == "room" && cells[2] == "may import" {
                isTable = true
            } else if isTable && !cells[0].hasPrefix("-") {
                rooms += RoomTable.rooms(cells, above: rooms.map(\.name), systemLibraries)
            }
        }
        self.rooms = rooms
    }

    private static func rooms(_ cells: [String], above: [String], _ systemLibraries: [String]) -> [Room] {
        let names = cells[0].split(separator: "`").map(String.init).filter { $0.allSatisfy { $0.isLetter } }
        var room = Room(name: "", imports: [])
        for part in cells[2].replacing("`", with: "").replacing(" and ", with: ",").split(separator: ",") {
            let words = part.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            if first == "no" {
                room.forbidden.formUnion(words.dropFirst())
            } else if words == ["all", "above"] {
                room.imports.formUnion(above)
            } else if first == "all" {
                room.isFree = true
            } else if first != "nothing" {
                room.imports.insert(systemLibraries.first { isNamed($0, first) } ?? first)
            }
        }
        return names.map {
            Room(name: $0, imports: room.imports, forbidden: room.forbidden, isFree: room.isFree)
        }
    }

    /// Tells whether a word of the table means a module of the system: zlib is `CZlib`, libcrypto is `CCrypto`.
    static func isNamed(_ module: String, _ word: String) -> Bool {
        let plain = module.dropFirst().lowercased()
        return [module.lowercased(), plain, "lib" + plain].contains(word.lowercased())
    }

    /// Returns the room of a name.
    func room(_ name: String) -> Room? { rooms.first { $0.name == name } }
}

extension Substring {
    /// The text without spaces at its ends.
    fileprivate var trimmingSpaces: String {
        var text = self
        while text.first == " " { text.removeFirst() }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
