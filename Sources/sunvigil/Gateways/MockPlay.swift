// What a mock gateway plays: a capture from a folder, or a house.

import Foundation
import Lake
import Readings
import Simulation
import Station

/// Something to play, and the zone that it is in.
struct MockPlay {
    let play: any GatewayPlay
    let zone: TimeZoneRules
    /// Faults that are the network's or the mock's own.
    var faults: [MockFault] = []

    /// Files of a capture that are read, and the bytes of each.
    private static let mostFiles = 500
    private static let mostBytes = 8 << 20

    /// Why there is nothing to play.
    enum Failure: Error, CustomStringConvertible {
        case noPlan(String)
        case noFolder(String)
        case notACapture(String, CaptureReplayError)

        var description: String {
            switch self {
            case .noPlan(let name):
                "there is no plan \(name); plans are clean, week, story, and a kind of finding as cloud_silent"
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

    /// Makes a house with the faults of a plan, and plants those that it can have itself.
    ///
    /// - Parameters:
    ///   - plan: `clean`, `week`, `story`, or the name of a finding.
    ///   - faults: those that are asked for; what the house cannot have is left to the mock.
    init(house seed: UInt64, plan: String, faults: [MockFault], startUTCSeconds: Double) throws {
        let start = Int64(startUTCSeconds)
        let name = plan == "story" ? StoryHouse.timeZone : LiveHouseShape.zoneName(seed: seed)
        zone = try ZoneFiles.load(name)
        if plan == "story" {
            guard let story = LiveStory(seed: seed, zone: zone, playingFrom: start) else {
                throw Failure.noPlan(plan)
            }
            (play, self.faults) = (story, faults)
            return
        }
        guard let planned = LiveHousePlan.named(plan, seed: seed, start: start, zone: zone) else {
            throw Failure.noPlan(plan)
        }
        var house = LiveHouse(seed: seed, start: start, faults: planned, zone: zone)
        self.faults = house.networkFaults.compactMap { MockFault($0, start: start) }
        for fault in faults where !house.plant(fault, startUTCSeconds: startUTCSeconds) {
            self.faults.append(fault)
        }
        play = house
    }

    /// What is true of the house up to a time; nil for a capture.
    func truth(untilUTCSeconds end: Double) -> JSONValue? {
        if var house = play as? LiveHouse {
            house.advance(to: Int64(end))
            return house.truth
        }
        guard var story = play as? LiveStory else { return nil }
        _ = story.answer("info", utcSeconds: end)
        return story.truth
    }

    /// The files of a folder by their paths in it.
    private static func files(_ folder: String) throws -> [(name: String, bytes: [UInt8])] {
        var status = stat()
        guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            let walk = FileManager.default.enumerator(atPath: folder)
        else { throw Failure.noFolder(folder) }
        var files: [(name: String, bytes: [UInt8])] = []
        while files.count < mostFiles, let name = walk.nextObject() as? String {
            let path = folder + "/" + name
            guard stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= mostBytes,
                !name.split(separator: "/").contains(where: { $0.hasPrefix(".") })
            else { continue }
            files.append((name, try Lake.file(path) ?? []))
        }
        return files
    }
}

extension LiveHouse {
    /// Plants a fault of the command line; false where the house has no such fault.
    fileprivate mutating func plant(_ fault: MockFault, startUTCSeconds: Double) -> Bool {
        // As it is written: PATH=KIND[:ARG].
        guard fault.path == .all, let word = fault.text.split(separator: "=").last else { return false }
        let parts = word.split(separator: ":", maxSplits: 1).map(String.init)
        let end = fault.span.to.map { Int64($0.utcSeconds(start: startUTCSeconds)) }
        return plant(
            kind: parts[0],
            argument: parts.count > 1 ? parts[1] : nil,
            from: Int64(fault.span.beginning(start: startUTCSeconds)),
            to: end ?? .max
        )
    }
}
