// Which path of the gateway gets which body. An owner's token is taken for granted: who may ask is the mock's business.

import Readings

extension LiveHouse {
    /// What an owner sees where an installer is wanted.
    private static let unauthorised = """
        <html>
        <head><title>401 Authorization Required</title></head>
        <body>
        <center><h1>401 Authorization Required</h1></center>
        <hr><center>Redirecting to <a id='link' href=''></a></center>
        </body>
        </html>

        """

    /// Plays on to a time and returns what a path answers then; nil for paths that such a gateway does not know.
    package mutating func answer(_ path: String, utcSeconds: Double) -> PlayedAnswer? {
        guard abs(utcSeconds) < 1e11 else { return nil }
        let now = Int64(utcSeconds.rounded(.down))
        advance(to: now)
        let parts = path.split(separator: "?", maxSplits: 1)
        let isDetailed = parts.count > 1 && parts[1].contains("details=1")
        let clock = now + active.clockAhead
        switch parts.first.map(String.init) ?? "" {
        case "info", "info.xml": return PlayedAnswer(contentType: "text/xml", body: Array(info(clock).utf8))
        case "home": return page(home(clock))
        case "production", "production.json": return page(production(clock, isDetailed: isDetailed))
        case "inventory", "inventory.json": return page(keep("inventory", { $0.inventoryList() }))
        case "admin/lib/tariff": return page(tariff())
        case "api/v1/production": return page(totals())
        case "api/v1/production/inverters": return page(keep("inverters", { $0.inverterList() }))
        case "ivp/meters": return plain(meterList())
        case "ivp/meters/readings": return plain(meterReadings(clock))
        case "ivp/pdm/device_data": return plain(keep("data", { $0.deviceData() }))
        case "ivp/ensemble/inventory": return plain(ensembleInventory(clock))
        case "ivp/ensemble/power": return plain(ensemblePower())
        case "ivp/ensemble/secctrl": return plain(ensembleAggregate())
        case "ivp/ensemble/status": return plain(ensembleStatus())
        case "ivp/ensemble/relay": return plain(ensembleRelay())
        case "ivp/ensemble/generator": return text(LiveHouse.generator)
        case "ivp/ensemble/dry_contacts": return text(LiveHouse.dryContacts)
        case "ivp/sc/pvlimit": return text("{\n    \"enable\": false,\n    \"pv_limit_pct\": 100\n}\n")
        case "ivp/ss/pel_settings": return text("{\n    \"PEL\": false\n}\n")
        case "ivp/ss/gen_config", "ivp/ss/gen_schedule": return text("{}\n")
        case "ivp/pdm/energy", "ivp/peb/devstatus":
            return PlayedAnswer(
                status: 401,
                contentType: "text/html",
                body: Array(LiveHouse.unauthorised.utf8)
            )
        default: return nil
        }
    }

    private func page(_ body: [UInt8]) -> PlayedAnswer {
        PlayedAnswer(contentType: "application/json", body: body)
    }

    /// Bodies below `ivp` come without a type.
    private func plain(_ body: [UInt8]) -> PlayedAnswer { PlayedAnswer(body: body) }

    private func text(_ body: String) -> PlayedAnswer { PlayedAnswer(body: Array(body.utf8)) }

    /// Returns a body that stays until a device reports, a fault comes or goes, or five minutes are over.
    private mutating func keep(_ name: String, _ make: (LiveHouse) -> [UInt8]) -> [UInt8] {
        let key = (Int64(array.reportCount) &* 1_000_003 &+ Int64(faultCount)) &* 1_000_003 &+ at / 300
        if let kept = kept[name], kept.key == key { return kept.body }
        let body = make(self)
        kept[name] = (key, body)
        return body
    }
}
