// The first questions to an owner, on the built program: slips are asked again, and a place is held against its zone.

import Foundation
import TestSupport
import Testing

@Suite("init")
struct InitTests {
    private let folder: ScratchFolder
    private var store: String { folder.path + "/store" }

    init() throws { folder = try ScratchFolder() }

    private func run(_ words: String...) throws -> Program.Result {
        try Program.run(arguments: words + ["--store", store])
    }

    private func site() throws -> [String: Any] {
        let text = try run("site", "list", "--json").output
        let sites = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]]
        return try #require(sites?.first)
    }

    @Test("a slip is told and asked again, all else stays; ratings are asked for and may be skipped")
    func slips() throws {
        let answers = ["", "Atlantis", "london", "north", "51,4", "74 N", "0° 18' W", "four", "4,2 kWp", ""]
        let made = try Terminal.run(["init", "--store", store], typing: answers)
        #expect(made.code == 0, "\(made.errors)")
        #expect(
            made.errors.contains("no time zone Atlantis") && made.errors.contains("next: sunvigil import")
        )
        let site = try site()
        #expect(site["site"] as? String == "home" && site["time_zone"] as? String == "Europe/London")
        #expect(site["latitude"] as? Double == 51.4 && site["longitude"] as? Double == -0.3)
        #expect(site["installed_w"] as? Int == 4200 && site["battery_wh"] is NSNull)
    }

    @Test("whoever goes away leaves nothing")
    func gone() throws {
        let made = try Terminal.run(["init", "--store", store], typing: ["home", "london"])
        #expect(made.code == 2 && made.errors.contains("nothing was made"), "\(made.errors)")
        #expect(!FileManager.default.fileExists(atPath: store))
    }

    @Test(
        "a wrong sign is told with its cure: asked about at a terminal, refused without one, taken if it is insisted on"
    )
    func sign() throws {
        let words = [
            "init", "--store", store, "--site", "home", "--time-zone", "America/New_York", "--latitude",
            "40.7",
        ]
        let refused = try Program.run(arguments: words + ["--longitude", "74"])
        #expect(
            refused.code == 2 && refused.errors.contains("pass --latitude 40.7 --longitude -74.0"),
            "\(refused.errors)"
        )
        #expect(refused.errors.contains("--accept-place"))
        let asked = try Terminal.run(words + ["--longitude", "74 E"], typing: [""])
        #expect(asked.code == 0 && asked.errors.contains("Take 40.7, -74.0?"), "\(asked.errors)")
        #expect(try site()["longitude"] as? Double == -74)
        let insisted = try Program.run(
            arguments: words + ["--longitude", "74", "--accept-place", "--update"]
        )
        #expect(insisted.code == 0, "\(insisted.errors)")
        // Another fact of the site does not raise the doubt again.
        #expect(try run("init", "--update", "--battery-wh", "5000").code == 0)
        #expect(try site()["longitude"] as? Double == 74)
        let zero = try run(
            "init",
            "--site",
            "sea",
            "--time-zone",
            "Europe/London",
            "--latitude",
            "0",
            "--longitude",
            "0"
        )
        #expect(zero.code == 2 && zero.errors.contains("lies in the sea"), "\(zero.errors)")
    }

    @Test("the only site need not be named, and what status recommends works word for word")
    func recommended() throws {
        let home = folder.path + "/plain-1"
        #expect(try Program.run("simulate", "--clean", "--days", "20", "--seed", "5", home).code == 0)
        let report = home + "/enlighten_15min.csv"
        for name in ["home", "the hut's"] {
            let made = try run(
                "init",
                "--site",
                name,
                "--time-zone",
                "Europe/Berlin",
                "--latitude",
                "48",
                "--longitude",
                "8"
            )
            #expect(made.code == 0, "\(made.errors)")
            #expect(try run("import", "--site", name, report).code == 0)
            let lines = try run("status").output.split(separator: "\n").filter { $0.contains("run: ") }
            #expect(lines.count == (name == "home" ? 1 : 1), "\(lines)")
            for line in lines {
                let command = try #require(line.components(separatedBy: "run: ").last)
                let words = command.replacing("sunvigil", with: "\"\(Program.path)\"")
                let process = Process()
                process.executableURL = URL(filePath: "/bin/sh")
                process.arguments = ["-c", words]
                process.environment = ["SUNVIGIL_STORE": store]
                let done = try Program.finish(process)
                #expect(
                    done.code == 0 && done.output.contains("is in the store"),
                    "\(command): \(done.errors)"
                )
            }
            #expect(try !run("status").output.contains("run: "))
        }
    }

    @Test("a place may be fitted from a report")
    func fitted() throws {
        let home = folder.path + "/plain-1"
        #expect(try Program.run("simulate", "--clean", "--days", "250", "--seed", "5", home).code == 0)
        let report = home + "/enlighten_15min.csv"
        let made = try run("init", "--site", "home", "--time-zone", "berlin", "--place-from", report)
        #expect(made.code == 0 && made.errors.contains("fitted: about"), "\(made.errors)")
        let none = try folder.write("none.csv", "no report\n")
        let refused = try run("init", "--site", "b", "--time-zone", "berlin", "--place-from", none)
        #expect(refused.code == 2 && refused.errors.contains("tells no place"), "\(refused.errors)")
    }
}
