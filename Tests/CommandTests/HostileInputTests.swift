// Files made to exhaust the program: refused with the limit named, in little memory and time.

import Deflate
import Foundation
import TestSupport
import Testing

#if os(Linux)
    @Suite("hostile input")
    struct HostileInputTests {
        private let made: TestStore

        init() throws { made = try TestStore() }

        /// The most memory that a run may hold, kB: any input file.
        private static let mostMemory = 200_000

        /// Imports a file; returns what was said and the greatest resident memory in kB.
        private func importing(_ path: String) throws -> (errors: String, code: Int32, memory: Int) {
            let process = Program.process(["import", "--store", made.path, path])
            let pipe = Pipe()
            process.standardError = pipe
            process.standardOutput = FileHandle.nullDevice
            try process.run()
            var memory = 0
            while process.isRunning {
                // The high-water mark only grows: the last look before the end is close to it.
                if let status = try? String(
                    contentsOfFile: "/proc/\(process.processIdentifier)/status",
                    encoding: .utf8
                ),
                    let line = status.split(separator: "\n").first(where: { $0.hasPrefix("VmHWM") }),
                    let value = line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap({
                        Int($0)
                    })
                {
                    memory = max(memory, value)
                }
                usleep(5_000)
            }
            let errors = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            process.waitUntilExit()
            return (errors, process.terminationStatus, memory)
        }

        private func write(_ name: String, _ bytes: Data) throws -> String {
            let path = made.folder.path + "/" + name
            try bytes.write(to: URL(filePath: path))
            return path
        }

        @Test("long lines, many columns, deep nesting and huge documents are refused in little memory")
        func refusals() throws {
            let header = "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),NOTES\n"
            let day = #"{"stats":[{"start_time":1751324400,"interval_length":900,"production":["#
            let files: [(String, Data, String)] = [
                ("line.csv", Data(header.utf8) + Data(repeating: 65, count: 4_000_000), "65536 bytes"),
                ("columns.csv", Data(header.utf8) + Data(repeating: 44, count: 60_000), "256 columns"),
                ("deep.json", Data(day.utf8) + Data(repeating: 91, count: 1_000_000), "64 levels"),
                ("huge.json", Data(day.utf8) + Data(repeating: 32, count: 22_000_000), "20971520"),
                (
                    "values.json", Data(day.utf8) + Data(String(repeating: "1,", count: 4_300_000).utf8),
                    "4194304 values"
                ),
                (
                    "text.xml",
                    Data("<feed xmlns=\"http://naesb.org/espi\">".utf8)
                        + Data(repeating: 65, count: 4_000_000),
                    "65536 bytes of a text"
                ),
            ]
            for (name, bytes, limit) in files {
                let answer = try importing(try write(name, bytes))
                #expect(answer.code == 2 && answer.errors.contains(limit), "\(name): \(answer.errors)")
                #expect(
                    answer.memory > 10_000 && answer.memory < HostileInputTests.mostMemory,
                    "\(name): \(answer.memory) kB"
                )
            }
        }

        @Test("a thousandfold in gzip never comes out")
        func bomb() throws {
            let header = "TYPE,DATE,START TIME,END TIME,IMPORT (kWh),EXPORT (kWh),NOTES\n"
            let compressor = GzipCompressor(level: 9)
            var gzip: [UInt8] = []
            compressor.compress(Array(header.utf8)[...], isLast: false) { gzip += $0 }
            let blank = [UInt8](repeating: UInt8(ascii: "\n"), count: 16 << 20)
            for piece in 0..<4 { compressor.compress(blank[...], isLast: piece == 3) { gzip += $0 } }
            #expect(gzip.count < 2 << 20)
            let answer = try importing(try write("bomb.csv.gz", Data(gzip)))
            #expect(
                answer.code == 2 && answer.errors.contains("300 times its compressed size"),
                "\(answer.errors)"
            )
            #expect(answer.memory < HostileInputTests.mostMemory, "\(answer.memory) kB")
        }
    }
#endif
