// What sunvigil init asks a person, and how answers are read. The same readings serve its flags.

import Foundation
import Lake
import Readings
import Station

/// The questions about a new site.
struct InitDialogue {
    /// Tells whether somebody can be asked.
    let isAsking: Bool

    /// A place as it was answered.
    enum Answer {
        case typed(latitude: Double, longitude: Double)
        case fitted(Place)
    }

    /// Asks, or says which flag is missing.
    private func ask<Value>(
        _ question: String,
        flag: String,
        usual: String? = nil,
        read: (String) throws -> Value
    ) throws -> Value {
        guard isAsking else { throw CommandError("\(flag) is missing; see: sunvigil help init") }
        return try Prompt.ask(question, usual: usual, read: read)
    }

    func name() throws -> String {
        try ask("Name of the home", flag: "--site", usual: "home") { name in
            guard Lake.isSiteName(name) else { throw LakeError.siteName(name: name) }
            return name
        }
    }

    func zone() throws -> String {
        try ask("Time zone, as Europe/London or London", flag: "--time-zone", usual: ZoneNames.ofMachine) {
            try ZoneNames.identifier($0)
        }
    }

    func degrees(_ axis: CoordinateText.Axis) throws -> Double {
        let isNorth = axis == .latitude
        return try ask(
            isNorth
                ? "Latitude, degrees north" : "Longitude, degrees east, west of Greenwich as -0.3 or 0.3 W",
            flag: isNorth ? "--latitude" : "--longitude"
        ) { try InitDialogue.degrees($0, axis) }
    }

    /// Asks for a place; an empty answer asks for a report that tells it.
    func place(_ zone: TimeZoneRules) throws -> Answer {
        let north = try ask(
            "Latitude, degrees north; empty to have the place fitted from a report",
            flag: "--latitude",
            usual: ""
        ) { $0.isEmpty ? nil : try InitDialogue.degrees($0, .latitude) }
        if let north { return .typed(latitude: north, longitude: try degrees(.longitude)) }
        return .fitted(
            try ask("Path of an Enlighten report with some weeks of 15 minutes", flag: "--place-from") {
                try InitDialogue.fit($0, zone)
            }
        )
    }

    /// Asks for the rating of the array, W; nil where that is skipped.
    func rating() throws -> Int64? {
        try ask("Rated power of the array, as 4.2 kWp or 4200 W", flag: "--installed-w", usual: "") {
            try InitDialogue.amount($0, unit: "w")
        }
    }

    /// Asks for the capacity of the batteries, Wh; nil where that is skipped.
    func battery() throws -> Int64? {
        try ask(
            "Usable capacity of all batteries, as 10 kWh; none: leave it empty",
            flag: "--battery-wh",
            usual: ""
        ) {
            try InitDialogue.amount($0, unit: "wh")
        }
    }

    // MARK: Reading

    /// Reads degrees as people write them.
    static func degrees(_ text: String, _ axis: CoordinateText.Axis) throws -> Double {
        guard let degrees = CoordinateText.degrees(text, axis) else {
            let example = axis == .latitude ? "51.4, 51.4 N or 51° 24'" : "-0.3, 0.3 W or 0° 18' W"
            throw CommandError(
                "\(text) is no \(axis == .latitude ? "latitude" : "longitude"); write it as \(example)"
            )
        }
        return degrees
    }

    /// Reads an amount with or without its unit; a small number without one is of thousands. Nil where nothing was said.
    static func amount(_ text: String, unit: String) throws -> Int64? {
        guard !text.isEmpty else { return nil }
        let plain = text.lowercased().replacing(",", with: ".").filter { !$0.isWhitespace }
        let digits = plain.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
        let word = plain.dropFirst(digits.count)
        let isKnown = ["", unit, "k\(unit)", "k\(unit)p", "\(unit)p"].contains(String(word))
        guard let number = Double(String(digits)), number > 0, isKnown else {
            throw CommandError(
                "\(text) is no amount; write it as 4.2 k\(unit == "w" ? "Wp" : "Wh") or 4200 \(unit == "w" ? "W" : "Wh")"
            )
        }
        let isOfThousands = word.hasPrefix("k") || (word.isEmpty && number < 200)
        let amount = (number * (isOfThousands ? 1000 : 1)).rounded()
        guard amount >= 1, amount <= 100_000_000 else {
            throw CommandError("\(text) is too small or too large")
        }
        return Int64(amount)
    }

    /// The place at which the sun fits the production of a report.
    static func fit(_ path: String, _ zone: TimeZoneRules) throws -> Place {
        var failure: (any Error)?
        let expanded = NSString(string: path).expandingTildeInPath
        let documents = InputWalk.documents([expanded], failed: { failure = $1 })
        if let failure { throw failure }
        let now = StoreOptions.now
        guard let place = GuessedSite.place(documents, zone: zone, now: now) else {
            throw CommandError(
                "\(path) tells no place: it is no Enlighten report with some weeks of 15 minutes"
            )
        }
        Console.error("fitted: about \(place.latitude) north, \(place.longitude) east")
        return place
    }

    /// Holds a place against its zone; a likely slip is asked about, or refused.
    func checked(_ north: Double, _ east: Double, zone: TimeZoneRules, isAccepted: Bool) throws -> Place {
        let place = Place(latitude: north, longitude: east)
        if isAccepted, let place { return place }
        guard let doubt = PlaceCheck.doubt(latitude: north, longitude: east, zone: zone) else {
            guard let place else { throw InitDialogue.outside(north, east) }
            return place
        }
        let what = InitDialogue.words(doubt, "\(north), \(east)", in: zone)
        if isAsking {
            Console.error(what)
            if let proposal = doubt.proposal,
                Prompt.agrees("Take \(proposal.latitude), \(proposal.longitude)?", usually: true)
            {
                return proposal
            }
            if let place, Prompt.agrees("Keep \(north), \(east)?", usually: false) { return place }
            let (north, east) = (try degrees(.latitude), try degrees(.longitude))
            return try checked(north, east, zone: zone, isAccepted: false)
        }
        guard place != nil else {
            throw CommandError("\(InitDialogue.outside(north, east)); \(InitDialogue.remedy(doubt))")
        }
        throw CommandError("\(what); \(InitDialogue.remedy(doubt)), or --accept-place if it is right")
    }

    private static func outside(_ north: Double, _ east: Double) -> CommandError {
        CommandError("latitude must be -90 to 90 and longitude -180 to 180, not \(north) and \(east)")
    }

    private static func remedy(_ doubt: PlaceDoubt) -> String {
        doubt.proposal.map { "pass --latitude \($0.latitude) --longitude \($0.longitude)" }
            ?? "pass the --latitude and --longitude of the home, or its --time-zone"
    }

    /// What is odd about a place, in words.
    ///
    /// - Parameter place: the place as it was typed.
    private static func words(_ doubt: PlaceDoubt, _ place: String, in zone: TimeZoneRules) -> String {
        switch doubt.slip {
        case .zero: return "0, 0 lies in the sea off Africa"
        case .outOfRange: return "latitude must be -90 to 90 and longitude -180 to 180, not \(place)"
        default:
            let hours = JSONValue.fixed(abs(doubt.hoursOff), decimals: 0)
            let sun = "the sun there is \(hours) h \(doubt.hoursOff > 0 ? "ahead" : "behind")"
            let odd = abs(doubt.hoursOff) >= 1 ? sun : "summer there is in the other half of the year"
            return "\(place) does not go with \(zone.identifier): \(odd)"
        }
    }
}
