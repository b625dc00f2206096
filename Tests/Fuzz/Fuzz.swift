// The entry of the fuzzer: hostile bytes to one reader, chosen by the environment. Built only by scripts/fuzz.
//
// A reader may refuse anything; it may not trap, hang, leak, or read beyond what it was given.

import Foundation
import Ingest
import Parquet
import Readings

/// The readers that are fuzzed.
private enum Reader: String, CaseIterable {
    case csv, json, xml, nem12, archive, parquet, utility, bills, gateway

    /// The reader that the environment names.
    static let chosen: Reader = {
        let name = ProcessInfo.processInfo.environment["SUNVIGIL_FUZZ_READER"] ?? ""
        guard let reader = Reader(rawValue: name) else {
            let known = allCases.map(\.rawValue).joined(separator: ", ")
            FileHandle.standardError.write(Data("SUNVIGIL_FUZZ_READER is one of \(known)\n".utf8))
            exit(2)
        }
        return reader
    }()

    private var formats: [DocumentFormat] {
        switch self {
        case .csv: [.enlightenCSV]
        case .json:
            [
                .webDailyEnergy, .webToday, .webLifetimeEnergy, .webBatteryStatus, .webDevices, .webInverters,
                .webEvents, .webBackupHistory, .webInverterEnergy, .webInverterStatus, .webInverterSeries,
                .apiV4, .apiLegacy, .apiError,
            ]
        case .xml: [.greenButton]
        case .nem12: [.nem12]
        case .utility: [.utilityCSV]
        case .bills: [.billFile, .billingCSV, .billLines, .temperatureCSV]
        case .archive, .parquet, .gateway: []
        }
    }

    func read(_ bytes: [UInt8]) {
        switch self {
        case .archive: readArchive(bytes)
        case .parquet: readParquet(bytes)
        case .gateway: readCapture(bytes)
        case .json:
            // The family is told by the content, as in the program; what it cannot tell is read as each in turn.
            if let format = try? DocumentDetector.format(prefix: bytes[...]) {
                readDocument(bytes, format)
            } else if let first = bytes.first {
                readDocument(bytes, formats[Int(first) % formats.count])
            }
        default: for format in formats { readDocument(bytes, format) }
        }
    }

    private func readDocument(_ bytes: [UInt8], _ format: DocumentFormat) {
        var options = DocumentOptions(
            format: format,
            timeZone: "Europe/London",
            capturedUTCSeconds: 1_750_000_000,
            latitude: 51,
            longitude: 0
        )
        options.side = .import
        var parser = DocumentParsers.make(options, zone: Reader.zone)
        // Pieces of an odd size, so that every state meets a piece's end.
        var position = 0
        do {
            while position < bytes.count {
                let end = min(position + 61, bytes.count)
                try parser.feed(bytes[position..<end]) { _ in }
                position = end
            }
            _ = try parser.finish { _ in }
        } catch {}
    }

    private static let zone: TimeZoneRules = {
        guard let data = FileManager.default.contents(atPath: "/usr/share/zoneinfo/Europe/London"),
            let zone = try? TimeZoneRules(identifier: "Europe/London", tzif: [UInt8](data))
        else { return .utc }
        return zone
    }()

    private func readArchive(_ bytes: [UInt8]) {
        var gzip = GzipDocument(compressedBytes: Int64(bytes.count))
        do {
            try gzip.feed(bytes[...]) { _ in }
            try gzip.finish()
        } catch {}
        do {
            let archive = try ZipArchive(byteCount: Int64(bytes.count)) { offset, count in
                guard offset >= 0, offset < Int64(bytes.count), count >= 0 else { return [] }
                let start = Int(offset)
                return Array(bytes[start..<min(bytes.count, start + count)])
            }
            for member in archive.members { try archive.expand(member) { _ in } }
        } catch {}
    }

    private func readParquet(_ bytes: [UInt8]) {
        do {
            let reader = try ParquetReader(bytes)
            for index in reader.columns.indices { _ = try reader.column(index) }
        } catch {}
    }

    /// A bundle of bodies; bytes that are none stand for each body in turn.
    private func readCapture(_ bytes: [UInt8]) {
        readDocument(bytes, .gatewayCapture)
        let info = Array(
            "<envoy_info><time>1750000000</time><device><sn>1</sn><software>D8.3.1</software></device></envoy_info>"
                .utf8
        )
        for name in [
            "ivp_meters_readings", "ivp_ensemble_inventory", "ivp_pdm_device_data", "production.json",
        ] {
            let bundle = GatewayBundle.pack([(name: "info", bytes: info), (name: name, bytes: bytes)])
            readDocument(bundle, .gatewayCapture)
        }
    }
}

/// libFuzzer's entry.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    Reader.chosen.read(Array(UnsafeBufferPointer(start: data, count: size)))
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>>,
    _ one: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The entry that the package manager gives an executable; hands over to libFuzzer's driver.
@_cdecl("Fuzz_main")
public func fuzzMain(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> CInt {
    var count = count
    var arguments = arguments
    return runDriver(&count, &arguments, fuzzOneInput)
}
