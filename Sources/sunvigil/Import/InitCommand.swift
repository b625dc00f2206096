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
        abstract: "Make a store, add a site to one, or change the facts of a site.",
        discussion: """
            Asks for what is not given where a person sits at the terminal. Zones go by their city too, degrees as 51.4, "51,4",
            "74 W" or "0° 7' W". A place that does not go with its zone is refused: 74 east is Kyrgyzstan, New York is -74.

            EXAMPLES
              sunvigil init
              sunvigil init --site home --time-zone Europe/London --latitude 51.4 --longitude -0.3 --installed-w 4000
              sunvigil init --update --installed-w 4000
            """
    )

    @OptionGroup var store: StoreOptions
    @Option(help: "Your name for the home; not needed to change the only one.") var site: String?
    @Option(help: "Its time zone, as Europe/London or London.") var timeZone: String?
    @Option(parsing: .unconditional, help: "Degrees north.") var latitude: String?
    @Option(parsing: .unconditional, help: "Degrees east.") var longitude: String?
    @Option(help: ArgumentHelp("Fit the place from the sun on this Enlighten report.", valueName: "report"))
    var placeFrom: String?
    @Option(help: ArgumentHelp("Rated power of the array in W.", valueName: "w")) var installedW: Int64?
    @Option(help: ArgumentHelp("Usable capacity of all batteries in Wh.", valueName: "wh")) var batteryWh:
        Int64?
    @Option(help: "Tilt of the array in degrees from the horizontal; fitted where it is not given.") var tilt:
        Double?
    @Option(help: "Direction of the array in degrees from north by east, 180 is south.") var azimuth: Double?
    @Flag(help: "Take a place that does not go with the time zone.") var acceptPlace = false
    @Flag(help: "Change facts of a site that exists; what is not given stays.") var update = false

    func run() throws {
        let known = try update ? existing() : nil
        for (option, value) in [("--installed-w", installedW), ("--battery-wh", batteryWh)] {
            if let value, !(1...100_000_000).contains(value) {
                throw CommandError("\(option) must be 1 to 100000000, not \(value)")
            }
        }
        let array = try orientation()
        let dialogue = InitDialogue(isAsking: Prompt.isPossible && known == nil)
        let name = try site ?? known?.name ?? dialogue.name()
        let zone = try ZoneFiles.load(
            try timeZone.map { try ZoneNames.identifier($0) } ?? known?.timeZone ?? dialogue.zone()
        )
        let place = try place(zone, known, by: dialogue)
        // Ratings are asked for where the rest was: who gives all flags wants no questions.
        let asksRatings = dialogue.isAsking && (site == nil || timeZone == nil || latitude == nil)
        let installed = try installedW ?? (asksRatings ? dialogue.rating() : nil)
        let battery = try batteryWh ?? (asksRatings ? dialogue.battery() : nil)
        let lake = try store.writerOrNew()
        let result = try lake.putSite(
            name: name,
            timeZone: zone.identifier,
            place: place,
            installed: installed.map { Watts($0) } ?? known?.installed,
            battery: battery.map { WattHours($0) } ?? known?.battery,
            array: array ?? known?.array,
            isUpdate: update
        )
        Console.print(
            result.isChanged
                ? "site \(name) (\(zone.identifier)) is in the store \(lake.path)"
                : "site \(name) is in the store already; nothing changed"
        )
        let isFed = try !lake.imports(systemID: result.site.systemID).isEmpty
        Console.error(
            "next: sunvigil \(isFed ? "check" : "import PATH, with reports downloaded from Enlighten")"
        )
    }

    /// The place: as it was given, as it is, as it is asked for, or as the sun on a report tells it.
    private func place(_ zone: TimeZoneRules, _ known: Site?, by dialogue: InitDialogue) throws -> Place {
        if let placeFrom { return try InitDialogue.fit(placeFrom, zone) }
        var north = try latitude.map { try InitDialogue.degrees($0, .latitude) } ?? known?.place.latitude
        var east = try longitude.map { try InitDialogue.degrees($0, .longitude) } ?? known?.place.longitude
        if north == nil, east == nil, dialogue.isAsking {
            switch try dialogue.place(zone) {
            case .fitted(let place): return place
            case .typed(let latitude, let longitude): (north, east) = (latitude, longitude)
            }
        }
        let latitude = try north ?? dialogue.degrees(.latitude)
        let longitude = try east ?? dialogue.degrees(.longitude)
        // What was accepted once is not doubted again for the sake of another fact.
        let isStated = self.latitude != nil || self.longitude != nil || timeZone != nil || known == nil
        return try dialogue.checked(latitude, longitude, zone: zone, isAccepted: acceptPlace || !isStated)
    }

    /// Returns the site that is to be changed: that of the name, else the only one; nil only where there is none.
    private func existing() throws -> Site? {
        do {
            let lake = try store.snapshot()
            guard let site else { return try lake.sites().isEmpty ? nil : lake.site(named: nil) }
            return try lake.sites().first { $0.name == site }
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

    /// Returns a word as a shell takes it for one.
    static func quoted(_ word: String) -> String {
        let isPlain =
            !word.isEmpty
            && word.utf8.allSatisfy {
                (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0)
                    || [0x2B, 0x2C, 0x2D, 0x2E, 0x2F, 0x3A, 0x40, 0x5F].contains($0)
            }
        return isPlain ? word : "'\(word.replacing("'", with: "'\\''"))'"
    }
}
