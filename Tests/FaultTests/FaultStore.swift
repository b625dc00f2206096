// Small stores before an operation, and what must hold behind it. The faults themselves are the tests'.

import Foundation
import Lake
import Readings
import TestSupport

/// Small stores in the state before an operation, and what must be true of them whatever happened.
struct FaultStore {
    /// An operation of the program under test.
    enum Operation: String, CaseIterable, Sendable {
        case importing, reimporting, undoing, compacting, flushing, expiring, repairing
    }

    let operation: Operation
    let folder: ScratchFolder
    /// The store before the operation; never changed.
    let base: String
    private(set) var arguments: [String] = []
    private(set) var before: [SeriesKey: ReadingColumns] = [:]
    private(set) var after: [SeriesKey: ReadingColumns] = [:]

    static func environment() -> LakeEnvironment { LakeEnvironment(programVersion: "0.1.0") }

    init(_ operation: Operation) throws {
        self.operation = operation
        folder = try ScratchFolder()
        base = folder.path + "/base"
        try Program.makeStore(base, site: "home", timeZone: "UTC", latitude: "51", longitude: "0")
        let first = try folder.write(
            "first.csv",
            FaultStore.report(months: operation == .compacting ? 1...1 : 1...3, seed: 1)
        )
        let second = try folder.write("second.csv", FaultStore.report(months: 3...4, seed: 2))
        func take(_ file: String, _ at: String) throws {
            let result = try Program.run("import", "--store", base, "--captured-at", at, file)
            precondition(result.code == 0, result.errors)
        }
        try take(first, "2024-01-01")
        switch operation {
        case .importing: arguments = ["import", "--captured-at", "2024-02-01", second]
        case .reimporting: arguments = ["import", "--captured-at", "2024-02-01", first]
        case .undoing:
            try take(second, "2024-02-01")
            arguments = ["undo", "2"]
        case .compacting:
            for month in 5...6 {
                let file = try folder.write("\(month).csv", FaultStore.report(months: month...month, seed: 9))
                try take(file, "2024-02-0\(month)")
            }
            arguments = ["compact"]
        case .flushing:
            let lake = try LakeStore(path: base, environment: FaultStore.environment()).writer()
            let key = SeriesKey(systemID: 1, source: .enlightenCSV, seconds: 900)
            try lake.stage([key: FaultStore.columns(from: 1_682_899_200, count: 40)])
            try lake.stage(
                [FaultStore.records(from: 1_682_899_200, count: 40)],
                systemID: 1,
                source: .gateway
            )
            arguments = ["flush"]
        case .expiring:
            try take(second, "2024-02-01")
            arguments = ["expire", "--keep-days", "0"]
        case .repairing:
            let lake = try LakeStore(path: base, environment: FaultStore.environment()).snapshot()
            let segment = try lake.segments(table: "site_interval")[0]
            var bytes = [UInt8](try Data(contentsOf: URL(filePath: segment.path)))
            bytes[bytes.count / 2] ^= 4
            try Data(bytes).write(to: URL(filePath: segment.path))
            arguments = ["repair"]
        }
        before = operation == .repairing ? [:] : try FaultStore.rows(base)
        let done = try copy("done")
        let result = try run(done)
        precondition(result.code == 0, "\(result.output)\(result.errors)")
        after = try FaultStore.rows(done)
    }

    /// A report of 2023 with two days of each month.
    private static func report(months: ClosedRange<Int>, seed: UInt64) -> String {
        var random = SeededGenerator(seed: seed)
        var text = "Date/Time,Energy Produced (Wh),Energy Consumed (Wh)\n"
        for month in months {
            for day in 1...2 {
                for slot in 0..<96 {
                    let values = (0..<2).map { _ in Int.random(in: 1..<900, using: &random) }
                    text += String(
                        format: "%02d/%02d/2023 %02d:%02d,%d,%d\n",
                        month,
                        day,
                        slot / 4,
                        slot % 4 * 15,
                        values[0],
                        values[1]
                    )
                }
            }
        }
        return text
    }

    static func columns(from start: Int64, count: Int64) -> ReadingColumns {
        var columns = ReadingColumns()
        for row in 0..<count {
            columns.append(startUTCSeconds: start + row * 900, energyWh: [Int32(row), 2, 3, 4, 5, 6])
        }
        return columns
    }

    /// The rows of a store; those of devices that came one by one stand as a series of their own.
    static func rows(_ store: String) throws -> [SeriesKey: ReadingColumns] {
        try rows(LakeStore(path: store, environment: environment()).snapshot())
    }

    private static func rows(_ lake: some LakeReader) throws -> [SeriesKey: ReadingColumns] {
        var rows = try lake.readings(systemID: 1)
        for reading in try lake.deviceReadings(systemID: 1) where reading.record.origin == "live" {
            rows[SeriesKey(systemID: 1, source: .gateway, seconds: 1), default: ReadingColumns()].append(
                startUTCSeconds: reading.record.startUTCSeconds,
                energyWh: [Int32(reading.record.values[.charged] ?? -1), 0, 0, 0, 0, 0]
            )
        }
        return rows
    }

    /// Device rows that come one by one.
    static func records(from start: Int64, count: Int64) -> RowBatch {
        .deviceReadings(
            (0..<count).map {
                DeviceReading(
                    Device(.battery, "B1"),
                    startUTCSeconds: start + $0 * 900,
                    seconds: 900,
                    origin: "live",
                    values: [.charged: Double($0)]
                )
            }
        )
    }

    /// Copies the store before the operation.
    func copy(_ name: String) throws -> String {
        let path = "\(folder.path)/\(name)"
        try? FileManager.default.removeItem(atPath: path)
        try FileManager.default.copyItem(atPath: base, toPath: path)
        return path
    }

    /// Runs the operation on a store.
    func run(_ store: String, environment: [String: String] = [:]) throws -> Program.Result {
        try Program.run(
            arguments: [arguments[0], "--store", store] + arguments.dropFirst(),
            environment: environment
        )
    }

    /// What is wrong with a store after the operation was cut off, when it is next opened for writing; nil where nothing
    /// is. Then the operation must go through.
    ///
    /// - Parameter isDone: the operation said that it was done.
    func violation(_ store: String, isDone: Bool, goesOn: Bool) -> String? {
        do {
            do {
                let lake = try LakeStore(path: store, environment: FaultStore.environment()).writer()
                if operation != .repairing {
                    let rows = try FaultStore.rows(lake)
                    guard rows == after || (!isDone && rows == before) else {
                        return isDone ? "what was committed is not there" : "rows of neither state"
                    }
                    let check = try lake.verify()
                    if !check.damages.isEmpty { return check.damages.map(\.text).joined(separator: "; ") }
                    let strays = check.remarks.filter { $0.contains("no catalogue row") }
                    if !strays.isEmpty { return strays.map(\.text).joined(separator: "; ") }
                } else if isDone {
                    guard try FaultStore.rows(lake) == after else {
                        return "what was committed is not there"
                    }
                }
            }
            guard goesOn else { return nil }
            let again = try run(store)
            // What is done already may be told so.
            guard again.code == 0 || (operation == .undoing && again.errors.contains("undone already")) else {
                return "again: \(again.errors)"
            }
            guard try FaultStore.rows(store) == after else { return "again: other rows" }
            let check = try LakeStore(path: store, environment: FaultStore.environment()).snapshot()
                .verify()
            return check.damages.isEmpty ? nil : "again: \(check.damages.map(\.text).joined(separator: "; "))"
        } catch {
            return "\(error)"
        }
    }
}
