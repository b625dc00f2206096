// A site for whom nobody said where it is: an Enlighten report whose stamps bear their offset tells the zone, and the sun on
// its panels tells the place.

import Analysis
import Foundation
import Ingest
import Readings

/// Works out zone and place of a site from its documents.
package enum GuessedSite {
    /// No more of a document is looked through: some years of five minutes tell the place as well as all of them.
    private static let mostBytes = 48 << 20

    /// What was worked out.
    package struct Guess {
        /// A name for the site.
        package let name: String
        /// The identifier of its zone.
        package let timeZone: String
        /// Its place.
        package let place: Place
    }

    /// Returns a guess by the first report that allows one; nil where none does.
    ///
    /// - Parameter now: the time, seconds UTC; rows behind it are none.
    package static func guess(_ documents: [InputDocument], now: Int64) -> Guess? {
        let stated = documents.lazy.compactMap { statedZone($0) }.first
        for document in documents where document.capture == nil && !document.isStream {
            guard let bytes = bytes(document), isReport(bytes),
                let zone = stated ?? constantZone(bytes), let rules = try? ZoneFiles.load(zone),
                let place = place(bytes, zone: rules, now: now)
            else { continue }
            let stem = document.name.prefix { $0 != "." }
            return Guess(name: stem.isEmpty ? "home" : String(stem), timeZone: zone, place: place)
        }
        return nil
    }

    /// Returns the place at which the sun fits the production of the first report that allows it; nil where none does.
    ///
    /// - Parameters:
    ///   - zone: the rules of the site's zone.
    ///   - now: the time, seconds UTC; rows behind it are none.
    package static func place(_ documents: [InputDocument], zone: TimeZoneRules, now: Int64) -> Place? {
        for document in documents where document.capture == nil && !document.isStream {
            if let bytes = bytes(document), isReport(bytes), let place = place(bytes, zone: zone, now: now) {
                return place
            }
        }
        return nil
    }

    private static func bytes(_ document: InputDocument) -> [UInt8]? {
        struct TooLarge: Error {}
        var bytes: [UInt8] = []
        do {
            try document.read { piece in
                bytes += piece
                if bytes.count > mostBytes { throw TooLarge() }
            }
        } catch is TooLarge {
            // Its last line may be cut.
            bytes.removeLast(bytes.count - ((bytes.lastIndex(of: 10) ?? -1) + 1))
        } catch {
            return nil
        }
        return bytes
    }

    private static func isReport(_ bytes: [UInt8]) -> Bool {
        (try? DocumentDetector.format(prefix: bytes.prefix(DocumentDetector.prefixBytes))) == .enlightenCSV
    }

    /// The zone that a file of bills names in a comment: `# timezone = Europe/London`.
    private static func statedZone(_ document: InputDocument) -> String? {
        guard document.capture == nil, !document.isStream, document.name.hasSuffix(".csv"),
            let bytes = bytes(document),
            (try? DocumentDetector.format(prefix: bytes.prefix(DocumentDetector.prefixBytes))) == .billFile
        else { return nil }
        let lines = String(decoding: bytes.prefix(4_096), as: UTF8.self).split(separator: "\n")
        for line in lines where line.hasPrefix("#") {
            let parts = line.dropFirst().split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
            if parts.count == 2, ["timezone", "time_zone"].contains(parts[0].lowercased()),
                (try? ZoneFiles.load(parts[1])) != nil
            {
                return parts[1]
            }
        }
        return nil
    }

    /// The zone of stamps that all bear the same offset of whole hours.
    private static func constantZone(_ bytes: [UInt8]) -> String? {
        var offset: ArraySlice<UInt8>?
        for line in bytes.split(separator: UInt8(ascii: "\n")).dropFirst() {
            let stamp = line.prefix { $0 != UInt8(ascii: ",") }
            guard let space = stamp.lastIndex(of: UInt8(ascii: " ")) else { continue }
            let own = stamp[(space + 1)...]
            guard own.count == 5, own.first == UInt8(ascii: "+") || own.first == UInt8(ascii: "-") else {
                continue
            }
            if let offset, !offset.elementsEqual(own) { return nil }
            offset = own
        }
        guard let offset, let digits = Int(String(decoding: offset, as: UTF8.self)), digits % 100 == 0 else {
            return nil
        }
        // The sign of these names is that of POSIX: west is positive.
        let hours = digits / 100
        return hours == 0 ? "Etc/GMT" : "Etc/GMT\(hours > 0 ? "-" : "+")\(abs(hours))"
    }

    private static func place(_ bytes: [UInt8], zone: TimeZoneRules, now: Int64) -> Place? {
        var options = DocumentOptions(
            format: .enlightenCSV,
            timeZone: zone.identifier,
            capturedUTCSeconds: now,
            latitude: 0,
            longitude: 0
        )
        options.skipsBadRows = true
        var parser = DocumentParsers.make(options, zone: zone)
        var all = ReadingColumns()
        var step: Int32 = 0
        func take(_ batch: RowBatch) {
            guard case .site(_, let seconds, let columns) = batch else { return }
            step = seconds
            all.append(contentsOf: columns)
        }
        do {
            try parser.feed(bytes[...]) { take($0) }
            _ = try parser.finish { take($0) }
        } catch {
            return nil
        }
        return step > 0 ? PlaceGuess.place(all, seconds: step) : nil
    }
}
