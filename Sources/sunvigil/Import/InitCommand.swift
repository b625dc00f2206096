// sunvigil init

import ArgumentParser
import Foundation
import Lake
import Readings
import Station

struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        _superCommandName: Sunvigil.name,
        abstract: "Make a store, or add a site to one.",
        discussion: """
            Asks for what is not given where a person sits at the terminal.

            EXAMPLE
              sunvigil init --site home --time-zone Europe/London --latitude 51.4 --longitude -0.3 --installed-w 4000
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Your name for the home.") var site: String?
    @Option(help: "Its time zone, as Europe/London.") var timeZone: String?
    @Option(parsing: .unconditional, help: "Degrees north.") var latitude: Double?
    @Option(parsing: .unconditional, help: "Degrees east.") var longitude: Double?
    @Option(help: ArgumentHelp("Rated power of the array in W.", valueName: "w")) var installedW: Int64?
    @Option(help: ArgumentHelp("Usable capacity of all batteries in Wh.", valueName: "wh")) var batteryWh:
        Int64?
    @Option(help: "Tilt of the array in degrees from the horizontal; fitted where it is not given.") var tilt:
        Double?
    @Option(help: "Direction of the array in degrees from north by east, 180 is south.") var azimuth: Double?
    @Flag(help: "Change facts of a site that exists; what is not given stays.") var update = false

    func run() throws {
        let name = try site ?? ask("Name of the home", flag: "--site", initial: "home")
        let known = try update ? existing(name) : nil
        let zoneName =
            try timeZone ?? known?.timeZone
            ?? ask("Time zone, as Europe/London", flag: "--time-zone", initial: nil)
        _ = try ZoneFiles.load(zoneName)
        let north =
            try latitude ?? known?.place.latitude
            ?? number(ask("Latitude in degrees north", flag: "--latitude", initial: nil))
        let east =
            try longitude ?? known?.place.longitude
            ?? number(ask("Longitude in degrees east", flag: "--longitude", initial: nil))
        guard let place = Place(latitude: north, longitude: east) else {
            throw CommandError(
                "latitude must be -90 to 90 and longitude -180 to 180, not \(north) and \(east)"
            )
        }
        for (option, value) in [("--installed-w", installedW), ("--battery-wh", batteryWh)] {
            if let value, !(1...100_000_000).contains(value) {
                throw CommandError("\(option) must be 1 to 100000000, not \(value)")
            }
        }
        let array = try orientation()
        let lake = try store.writerOrNew()
        let result = try lake.putSite(
            name: name,
            timeZone: zoneName,
            place: place,
            installed: installedW.map { Watts($0) } ?? known?.installed,
            battery: batteryWh.map { WattHours($0) } ?? known?.battery,
            array: array ?? known?.array,
            isUpdate: update
        )
        Console.print(
            result.isChanged
                ? "site \(name) (\(zoneName)) is in the store \(lake.path)"
                : "site \(name) is in the store already; nothing changed"
        )
    }

    /// Returns the site that is to be changed; nil only where there is none.
    private func existing(_ name: String) throws -> Site? {
        do {
            return try store.snapshot().sites().first { $0.name == name }
        } catch LakeError.noStore {
            return nil
        }
    }

    private func orientation() throws -> ArrayOrientation? {
        guard tilt != nil || azimuth != nil else { return nil }
        guard let tilt, let azimuth else { throw CommandError("--tilt and --azimuth are given together") }
        guard let array = ArrayOrientation(tiltDegrees: tilt, azimuthDegrees: azimuth) else {
            throw CommandError("--tilt must be 0 to 90 and --azimuth 0 to 360, not \(tilt) and \(azimuth)")
        }
        return array
    }

    private func ask(_ question: String, flag: String, initial: String?) throws -> String {
        guard isatty(0) == 1 else { throw CommandError("\(flag) is missing; see: sunvigil help init") }
        Console.ask("\(question)\(initial.map { " [\($0)]" } ?? ""): ")
        let answer = (readLine() ?? "").trimmingCharacters(in: .whitespaces)
        if !answer.isEmpty { return answer }
        guard let initial else { throw CommandError("\(flag) is needed") }
        return initial
    }

    private func number(_ text: String) throws -> Double {
        guard let value = Double(text) else { throw CommandError("\(text) is no number of degrees") }
        return value
    }
}
