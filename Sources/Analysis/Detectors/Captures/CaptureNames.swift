// What a finding of captures calls its device. All gateways number their meters alike, and a site has no number.

import Readings

/// Names devices in findings, with their gateway where a site has several.
struct CaptureNames {
    private let namesGateways: Bool

    /// Looks how many gateways there are.
    init(_ events: [SiteEvent]) {
        let gateways = Set(events.map { CaptureNames.gateway(of: $0) }.filter { !$0.isEmpty })
        namesGateways = gateways.count > 1
    }

    /// Returns the name: the serial number, or `site`.
    func name(of event: SiteEvent) -> String {
        let serial = event.device.serial
        let gateway = CaptureNames.gateway(of: event)
        guard namesGateways, !gateway.isEmpty, event.device.kind != .gateway else {
            return serial.isEmpty ? "site" : serial
        }
        return serial.isEmpty ? "gateway \(gateway)" : "\(serial) of gateway \(gateway)"
    }

    /// Returns the gateway of an event; empty where it names none.
    static func gateway(of event: SiteEvent) -> String {
        event.device.kind == .gateway ? event.device.serial : GatewayOrigin(event.origin).gateway
    }
}
