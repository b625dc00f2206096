// A played gateway and a store beside it, as an owner has them: both by the built program, over the loopback.

import Foundation
import TestSupport
import Testing

/// A started mock gateway. A class, because it ends with its last holder.
final class LiveGateway {
    let folder: ScratchFolder
    /// `HOST:PORT`.
    let address: String
    let pin: String?
    let token: String
    private let process: Process

    static let serial = "122200004711"
    /// What tells whose capture it is, beside the serial number.
    static let identities = [
        serial, "122200001001", "122200001002", "492200002001", "192.168.7.23", "00:1D:C0:12:34:56",
        "Villa Mustermann",
        "02:1d:c0:ab:cd:ef",
    ]
    static let inverters = ["122200001001", "122200001002"]

    var log: String { (try? String(contentsOfFile: folder.path + "/log", encoding: .utf8)) ?? "" }
    /// The store, made by `store()`.
    var store: String { folder.path + "/s" }
    var tokenFile: String { folder.path + "/home.token" }
    var configuration: String { (try? String(contentsOfFile: store + "/config.json", encoding: .utf8)) ?? "" }

    init(_ arguments: String..., listen: String = "127.0.0.1:0", firmware: String = "D8.3.5289") throws {
        folder = try ScratchFolder()
        for (name, text) in LiveGateway.bodies(firmware) { _ = try folder.write("capture/\(name)", text) }
        let lines: [[String: Any]]
        (process, lines) = try Program.startMock(
            [folder.path + "/capture", "--listen", listen, "--log", folder.path + "/log"] + arguments
        )
        let said = lines.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        address = try #require(said["address"] as? String)
        token = try #require(said["token"] as? String)
        pin = said["pin"] as? String
        try writeToken(token)
    }

    deinit { stop() }

    func stop() {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
    }

    /// Writes a token file that only its owner can read.
    func writeToken(_ text: String) throws {
        _ = try folder.write("home.token", text + "\n")
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: tokenFile)
    }

    /// Makes a store with one site.
    func makeStore() throws {
        let made = try Program.makeStore(
            store,
            site: "home",
            timeZone: "UTC",
            latitude: "51.4",
            longitude: "-0.3"
        )
        #expect(made.code == 0, "\(made.errors)")
    }

    /// Runs the program; a `-` at the end of the arguments gives it standard input.
    func run(_ arguments: String..., input: String? = nil) throws -> Program.Result {
        // Secrets of this machine's own are none of ours.
        try Program.run(arguments: arguments, input: input, environment: ["HOME": folder.path], seconds: 120)
    }

    /// Makes the gateway known.
    func add() throws {
        let added = try run(
            "gateway",
            "add",
            address,
            "--store",
            store,
            "--site",
            "home",
            "--token-file",
            tokenFile,
            "--accept-key"
        )
        #expect(added.code == 0, "\(added.errors)")
    }

    private static func bodies(_ firmware: String) -> [(String, String)] {
        let time = 1_782_367_920
        let isNew = firmware >= "D7"
        let channel =
            "\"timestamp\":\(time),\"actEnergyDlvd\":81000.5,\"actEnergyRcvd\":3.25,\"activePower\":1600.0,\"voltage\":235.0,\"freq\":50.0"
        let readings = "[{\"eid\":704643328,\(channel),\"channels\":[{\"eid\":1778385169,\(channel)}]}]"
        let meters =
            "[{\"eid\":704643328,\"state\":\"enabled\",\"measurementType\":\"production\",\"phaseMode\":\"one\",\"phaseCount\":1,\"meteringStatus\":\"normal\",\"statusFlags\":[]}]"
        let list = inverters.map {
            "{\"serialNumber\":\"\($0)\",\"lastReportDate\":\(time - 100),\"devType\":1,\"lastReportWatts\":187,\"maxReportWatts\":242}"
        }
        let devices = inverters.map {
            "{\"part_num\":\"800-00630-r02\",\"serial_num\":\"\($0)\",\"last_rpt_date\":\"\(time - 100)\",\"admin_state\":1,\"producing\":true,\"communicating\":true,\"operating\":true,\"device_status\":[\"envoy.global.ok\"]}"
        }
        let home = """
            {"software_build_epoch":1776240639,"timezone":"Europe/London","current_date":"06/25/2026","current_time":"08:13",
            "network":{"web_comm":true,"ever_reported_to_enlighten":true,"last_enlighten_report_time":\(time - 120),
            "primary_interface":"wlan0","interfaces":[{"type":"ethernet","interface":"eth0","mac":"00:1D:C0:12:34:56","dhcp":true,
            "ip":"192.168.7.23","signal_strength":1,"signal_strength_max":1,"carrier":true},{"type":"wifi","interface":"wlan0",
            "mac":"02:1d:c0:ab:cd:ef","ip":null,"ssid":"Villa Mustermann","carrier":false}]},"tariff":"none",
            "comm":{"num":2,"level":5,"pcu":{"num":2,"level":5}}}
            """
        let battery =
            "[{\"type\":\"ENCHARGE\",\"devices\":[{\"serial_num\":\"492200002001\",\"last_rpt_date\":\(time - 60),\"percentFull\":55,\"encharge_capacity\":3500,\"communicating\":true,\"admin_state_str\":\"ENCHG_STATE_READY\"}]}]"
        let info =
            "<?xml version='1.0' encoding='UTF-8'?><envoy_info><time>\(time)</time><device><sn>\(serial)</sn><pn>800-00554-r03</pn><software>\(firmware)</software><imeter>\(isNew)</imeter></device><web-tokens>\(isNew)</web-tokens></envoy_info>"
        return [
            ("info", info), ("api_v1_production", "{\"wattHoursLifetime\":81000,\"wattsNow\":374}"),
            ("api_v1_production_inverters", "[\(list.joined(separator: ","))]"), ("home", home),
            ("inventory.json", "[{\"type\":\"PCU\",\"devices\":[\(devices.joined(separator: ","))]}]"),
        ]
            + (isNew
                ? [
                    ("ivp_meters", meters), ("ivp_meters_readings", readings),
                    ("ivp_ensemble_inventory", battery),
                ] : [])
    }
}

/// A server on the loopback that answers every connection with the same bytes. A class: it ends with its last holder.
final class ForeignServer {
    let address: String
    private let socket: Int32

    init(answering text: String) throws {
        let socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        self.socket = socket
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, size) + listen(socket, 8) + getsockname(socket, $0, &size)
            }
        }
        try #require(code == 0)
        address = "127.0.0.1:\(UInt16(bigEndian: place.sin_port))"
        let bytes = Array(text.utf8)
        Thread.detachNewThread {
            while true {
                let own = accept(socket, nil, nil)
                guard own >= 0 else { return }
                var buffer = [UInt8](repeating: 0, count: 4096)
                _ = recv(own, &buffer, buffer.count, 0)
                _ = send(own, bytes, bytes.count, Int32(MSG_NOSIGNAL))
                close(own)
            }
        }
    }

    deinit {
        shutdown(socket, Int32(SHUT_RDWR))
        close(socket)
    }
}
