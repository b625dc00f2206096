// A store in use, on a full disk, or of a newer program: one clear line, exit code 2, nothing changed.

import Foundation
import TestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("protection of the store")
struct StoreProtectionTests {
    private let folder: ScratchFolder
    private let store: String
    private let report: String

    init() throws {
        let made = try TestStore()
        folder = made.folder
        store = made.path
        report = Checkout.root.appending(path: "datasets/story-house/monthly_energy_report.csv").path
    }

    @Test("a store that is being written names the writer")
    func locked() throws {
        let descriptor = open(store + "/lock", O_RDWR)
        #expect(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let refused = try Program.run("import", "--store", store, report)
        #expect(refused.code == 2 && refused.errors.contains("is being written by"))
        #expect(try Program.run("status", "--store", store).code == 0)
        close(descriptor)
        #expect(try Program.run("import", "--store", store, report).code == 0)
    }

    @Test("a full disk refuses the import and leaves a clean store")
    func fullDisk() throws {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // 200 blocks of 512 bytes: room for SQLite, none for the kept document.
        process.arguments = [
            "-c", "ulimit -f 200; exec \"$0\" \"$@\"", Program.path, "import", "--store", store, report,
        ]
        let pipe = Pipe()
        process.standardError = pipe
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let errors = String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 2, "\(errors)")
        #expect(errors.contains("free some space"), "\(errors)")
        let verify = try Program.run("verify", "--store", store)
        #expect(verify.code == 0 && verify.output.contains("0 rows"), "\(verify.output)")
        #expect(try Program.run("import", "--store", store, report).output.contains("17372 new"))
    }

    @Test("a store of a newer program, and a folder that is none, are left alone")
    func strangers() throws {
        let other = try folder.write("other/letter.txt", "dear")
        let refused = try Program.run(
            "init",
            "--store",
            (other as NSString).deletingLastPathComponent,
            "--site",
            "h",
            "--time-zone",
            "UTC",
            "--latitude",
            "1",
            "--longitude",
            "1"
        )
        #expect(refused.code == 2 && refused.errors.contains("is not a store"))
    }
}
