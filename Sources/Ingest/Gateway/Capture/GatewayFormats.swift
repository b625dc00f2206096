// What a capture of the gateway looks like: a folder of saved bodies, each named by its endpoint.

/// Recognises captures.
package enum GatewayFormats {
    /// Endpoints that are read, by the name under which their bodies are saved: separators are `_`.
    static let endpoints: [String: String] = [
        "info": "info", "info.xml": "info", "home": "home", "home.json": "home",
        "production.json": "production.json", "production.json_details_1": "production.json?details=1",
        "production": "production", "api_v1_production": "api/v1/production",
        "api_v1_production_inverters": "api/v1/production/inverters", "ivp_meters": "ivp/meters",
        "ivp_meters_readings": "ivp/meters/readings", "ivp_pdm_device_data": "ivp/pdm/device_data",
        "ivp_ensemble_inventory": "ivp/ensemble/inventory", "ivp_ensemble_power": "ivp/ensemble/power",
        "ivp_ensemble_secctrl": "ivp/ensemble/secctrl", "ivp_ensemble_status": "ivp/ensemble/status",
        "ivp_ensemble_generator": "ivp/ensemble/generator", "ivp_ensemble_relay": "ivp/ensemble/relay",
        "inventory": "inventory.json", "inventory.json": "inventory.json",
        "inventory.json_deleted_1": "inventory.json?deleted=1", "admin_lib_tariff": "admin/lib/tariff",
    ]

    /// Returns the endpoint of a saved body; nil for one that is not read.
    static func endpoint(ofFile name: String) -> String? {
        if let known = endpoints[name] { return known }
        return name.hasSuffix(".json") ? endpoints[String(name.dropLast(5))] : nil
    }

    /// Tells whether a folder with these files is a capture: it names the gateway and holds a body besides.
    package static func isCapture(names: [String]) -> Bool {
        let found = Set(names.compactMap { endpoint(ofFile: $0) })
        let own = found.filter { $0.hasPrefix("ivp/") || $0.hasPrefix("api/") || $0.hasPrefix("production") }
        return found.contains("info") ? !own.isEmpty : own.count >= 3
    }

    /// Returns the gateway's serial number as `gateway`; nothing where the capture does not name it.
    package static func identifiers(files: [(name: String, bytes: [UInt8])]) -> [String: String] {
        guard let info = files.first(where: { endpoint(ofFile: $0.name) == "info" }),
            let serial = GatewayInfo(info.bytes)?.serial, !serial.isEmpty
        else { return [:] }
        return ["gateway": serial]
    }
}
