// What a mock gateway plays: a capture from a folder, or a house.

import Foundation
import Readings
import Simulation
import Station

/// Something to play, and the zone that it is in.
struct MockPlay {
    let play: any GatewayPlay
    let zone: TimeZoneRules

    /// Files of a capture that are read, and the bytes of each.
    private static let mostFiles = 500
    private static let mostBytes = 8 << 20

    /// Why there is nothing to play.
    enum Failure: Error, CustomStringConvertible {
        case noHouse
        case noFolder(String)
        case notACapture(String, CaptureReplayError)

        var description: String {
            switch self {
            case .noHouse: "no house can be played yet; name the folder of a capture"
            case .noFolder(let path): "there is no folder \(path)"
            case .notACapture(let path, let error): "\(path) is no capture: \(error)"
            }
        }
    }

    /// Reads a capture.
    init(capture folder: String, startUTCSeconds: Double) throws {
        let files = try MockPlay.files(folder)
        // A gateway that names no zone, or one that this machine does not know, is taken as being in UTC.
        let zone = CaptureReplay.timeZone(files: files).flatMap { try? ZoneFiles.load($0) } ?? .utc
        do throws(CaptureReplayError) {
            play = try CaptureReplay(files: files, startUTCSeconds: startUTCSeconds, zone: zone)
        } catch {
            throw Failure.notACapture(folder, error)
        }
        self.zone = zone
    }

    /// Makes a house.
    init(house seed: UInt64, startUTCSeconds: Double) throws { throw Failure.noHouse }

    /// The files of a folder by their paths in it.
    private static func files(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: folder, isDirectory: &isFolder), isFolder.boolValue,
            let walk = FileManager.default.enumerator(atPath: folder)
        else { throw Failure.noFolder(folder) }
        var files: [(name: String, bytes: [UInt8])] = []
        while files.count < mostFiles, let name = walk.nextObject() as? String {
            let path = folder + "/" + name
            guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int,
                size <= mostBytes, !name.split(separator: "/").contains(where: { $0.hasPrefix(".") }),
                let data = FileManager.default.contents(atPath: path)
            else { continue }
            files.append((name, [UInt8](data)))
        }
        return files
    }
}
