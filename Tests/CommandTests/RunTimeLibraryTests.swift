// Libraries that are found at run time stay away from whoever does not need them: offline verbs never load them, the program
// names none of them, and lends them no code of its own.

import Foundation
import TestSupport
import Testing

#if os(Linux)
    @Suite("libraries found at run time")
    struct RunTimeLibraryTests {
        /// The built program, and the release beside it where one is built.
        private static let programs =
            [Program.path]
            + [Checkout.root.appending(path: ".build/release/sunvigil").path].filter {
                FileManager.default.isExecutableFile(atPath: $0) && $0 != Program.path
            }
        private static let strangers = ["libcurl", "libssl", "libmicrohttpd", "libmosquitto"]

        private func run(_ path: String, _ arguments: String...) throws -> Program.Result {
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
            return try Program.finish(process)
        }

        @Test("offline verbs never load libcurl or libssl")
        func offline() throws {
            let made = try TestStore()
            let store = ["--store", made.path]
            let report = Checkout.root.appending(path: "datasets/story-house/monthly_energy_report.csv").path
            let verbs = [
                ["--version"], ["--help"], ["import"] + store + [report], ["status"] + store,
                ["check"] + store,
            ]
            for verb in verbs {
                let result = try Program.run(arguments: verb, environment: ["LD_DEBUG": "files"])
                #expect(result.errors.contains("libc.so"), "the loader says nothing")
                for name in RunTimeLibraryTests.strangers {
                    #expect(!result.errors.contains(name), "\(verb) \(name)")
                }
            }
        }

        @Test("the program names no library that is found at run time", arguments: programs)
        func needed(program: String) throws {
            let result = try run("/usr/bin/ldd", program)
            #expect(result.output.contains("libc.so"))
            for name in RunTimeLibraryTests.strangers { #expect(!result.output.contains(name), "\(name)") }
        }

        @Test(
            "no code of libcrypto or zlib in the program is lent to a library that is loaded later",
            .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/nm")),
            arguments: programs
        )
        func lent(program: String) throws {
            let names = try run("/usr/bin/nm", "-D", "--defined-only", program).output.split(separator: "\n")
                .compactMap { $0.split(separator: " ").last.map { String($0.prefix { $0 != "@" }) } }
            let own = [
                "SHA256_", "EVP_", "OPENSSL_", "CRYPTO_", "SSL_", "inflate", "deflate", "crc32", "adler32",
                "curl_",
            ]
            let lent = names.filter { name in own.contains { name.hasPrefix($0) } }
            #expect(lent.isEmpty, "\(lent.prefix(5))")
        }
    }
#endif
