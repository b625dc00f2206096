// The bodies of a played house beside those of real gateways: no member that these do not have, and of the same type.

import Foundation
import Readings
import Simulation
import TestSupport
import Testing

@Suite("bodies of a house played live", .enabled(if: Shared.isPresent))
struct LiveShapeTests {
    /// What no capture holds: the body of the relay is made as `ivp/ensemble/status` has it.
    private static let unseen: Set<String> = ["/relay/Enpwr_grid_mode"]

    /// Members by their paths, each with the kind of its value; serial numbers count as one name.
    private func gather(_ value: Any, _ path: String, into members: inout [String: Set<String>]) {
        if let object = value as? [String: Any] {
            for (name, member) in object {
                let part = name.allSatisfy(\.isNumber) ? "*" : name
                let kind =
                    member is String
                    ? "text" : member is NSNumber ? "number" : member is [Any] ? "list" : "object"
                members["\(path)/\(part)", default: []].insert(kind)
                gather(member, "\(path)/\(part)", into: &members)
            }
        } else if let list = value as? [Any] {
            for member in list { gather(member, "\(path)[]", into: &members) }
        }
    }

    @Test(
        "every member of a body is one of a real body",
        arguments: [
            "home", "ivp/meters", "ivp/meters/readings", "production.json", "production.json?details=1",
            "api/v1/production", "api/v1/production/inverters", "ivp/pdm/device_data",
            "ivp/ensemble/inventory", "ivp/ensemble/power", "ivp/ensemble/secctrl", "ivp/ensemble/status",
            "ivp/ensemble/generator", "ivp/ensemble/dry_contacts", "ivp/sc/pvlimit", "ivp/ss/pel_settings",
            "inventory.json?deleted=1", "admin/lib/tariff",
        ]
    )
    func members(path: String) throws {
        let name = path.replacing("?", with: "_").replacing("=", with: "_").replacing("/", with: "_")
        let folder = Shared.root.appending(path: "samples/gateway")
        var real: [String: Set<String>] = [:]
        for capture in try FileManager.default.contentsOfDirectory(atPath: folder.path)
        where capture.hasPrefix("8.") {
            guard let data = FileManager.default.contents(atPath: "\(folder.path)/\(capture)/\(name)"),
                let body = try? JSONSerialization.jsonObject(with: data)
            else { continue }
            gather(body, "", into: &real)
        }
        #expect(!real.isEmpty)
        let zone = try zoneRules("Europe/London")
        for seed: UInt64 in [1, 2, 3, 9] {
            var house = LiveHouse.named(seed: seed, start: try liveMidnight("2026-06-01", zone), zone: zone)
            for hour in [2, 12] {
                let given = house.answer(path, utcSeconds: Double(house.start + Int64(hour) * 3600))
                let body = try JSONSerialization.jsonObject(with: Data(try #require(given).body))
                var played: [String: Set<String>] = [:]
                gather(body, "", into: &played)
                for (member, kinds) in played where !LiveShapeTests.unseen.contains(member) {
                    let known = try #require(real[member], "\(member)")
                    #expect(kinds.isSubset(of: known.union(["object"])), "\(member)")
                }
            }
        }
    }
}
