// What the gateway of a house that is played live says of itself: clock, firmware, the link to the cloud, the tariff.

import Readings

extension LiveHouse {
    func info(_ clock: Int64) -> String {
        """
        <?xml version="1.0" encoding="utf-8"?>
        <envoy_info>
          <time>\(clock)</time>
          <device>
            <sn>\(shape.serial)</sn>
            <pn>800-00554-r03</pn>
            <software>\(firmware)</software>
            <euaid>000000</euaid>
            <seqnum>0</seqnum>
            <apiver>1</apiver>
            <imeter>true</imeter>
          </device>
          <web-tokens>true</web-tokens>
          <package name="app">
            <pn>500-00002-r01</pn>
            <version>\(packageVersion)</version>
            <build>d3c300</build>
          </package>
          <build_info>
            <build_time_gmt>1776436703</build_time_gmt>
            <release_stage>700-GA</release_stage>
            <release_ver>02.00.1508</release_ver>
          </build_info>
        </envoy_info>

        """
    }

    private static let wireless = """
        {"signal_strength":0,"signal_strength_max":0,"type":"wifi","interface":"wlan0","mac":"02:00:00:00:00:02",\
        "dhcp":true,"ip":null,"carrier":false,"supported":true,"present":true,"configured":false,"status":"connecting"}
        """

    /// `D8.3.5289` as the package of the firmware writes it: `08.03.5289`.
    private var packageVersion: String {
        firmware.drop { !$0.isNumber }.split(separator: ".").map { $0.count < 2 ? "0\($0)" : "\($0)" }.joined(
            separator: "."
        )
    }

    func home(_ clock: Int64) -> [UInt8] {
        let wall = zone.wallClock(atUTCSeconds: clock)
        let inverters = Int64(array.inverters.count(where: isCommunicating))
        let batteries = Int64(pack.batteries.count { clock - $0.reportedAt < 900 })
        let day = wall.day
        var body = BodyWriter(isSpaced: false)
        body.open()
        body.put("software_build_epoch", 1_776_240_639)
        body.put("timezone", zone.identifier)
        body.put(
            "current_date",
            "\(ClockText.twoDigits(Int64(day.month)))/\(ClockText.twoDigits(Int64(day.day)))/\(day.year)"
        )
        body.put("current_time", ClockText.hoursMinutes(wall.secondOfDay))
        body.open("network")
        body.put("web_comm", !active.isCloudSilent)
        body.put("ever_reported_to_enlighten", true)
        body.put("last_enlighten_report_time", cloudAt)
        body.put("primary_interface", "eth0")
        body.openList("interfaces")
        body.open()
        body.put("type", "ethernet")
        body.put("interface", "eth0")
        body.put("mac", "02:00:00:00:00:01")
        body.put("dhcp", true)
        body.put("ip", "192.0.2.10")
        body.put("signal_strength", 1)
        body.put("signal_strength_max", 1)
        body.put("carrier", true)
        body.close()
        body.put(nil, raw: LiveHouse.wireless)
        body.closeList()
        body.close()
        body.put("tariff", "single_rate")
        body.open("comm")
        body.put("num", inverters + batteries + (shape.batteries.isEmpty ? 0 : 1))
        body.put("level", 5)
        for (name, number) in [
            ("pcu", inverters), ("acb", 0), ("nsrb", 0), ("esub", shape.batteries.isEmpty ? 0 : 1),
        ] {
            body.open(name)
            body.put("num", number)
            body.put("level", number > 0 ? 5 : 0)
            body.close()
        }
        body.put(
            "encharge",
            raw:
                "[{\"num\":\(batteries),\"level\":\(batteries > 0 ? 5 : 0),\"level_24g\":0,\"level_subg\":0}]"
        )
        body.close()
        body.put(
            "wireless_connection",
            raw: "[{\"signal_strength\":0,\"signal_strength_max\":0,\"type\":\"BLE\",\"connected\":true}]"
        )
        body.close()
        return body.bytes
    }

    func tariff() -> [UInt8] {
        let settings = """
            "reserved_soc":\(Int64(shape.reservePercent)).0,"very_low_soc":5,"charge_from_grid":false
            """
        let text = """
            {"tariff":{"currency":{"code":"GBP"},"logger":"mylogger","date":"1700000000","storage_settings":\
            {"mode":"self-consumption","operation_mode_sub_type":"",\(settings),"date":"1700000000","opt_schedules":false},\
            "single_rate":{"rate":0.0,"sell":0.0},"seasons":[],"seasons_sell":[]},"schedule":{"filename":"","source":"",\
            "date":"2025-01-01 00:00:00 UTC","version":"",\(settings),"batt_mode":"self-consumption",\
            "battery_mode":"self-consumption","operation_mode_sub_type":"","opt_schedules":false,"override":false,\
            "override_backup_soc":30.0,"override_chg_dischg_rate":0.0,\
            "override_tou_mode":"StorageTouMode_DEFAULT_TOU_MODE","schedule":{}}}
            """
        return Array(text.utf8)
    }
}
