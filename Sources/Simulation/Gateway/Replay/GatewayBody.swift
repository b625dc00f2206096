// The bodies of a gateway as values that can be changed: members by name, times, registers. What is changed and why stands
// with the replay and with the faults.

import Foundation
import Readings

/// Changes of bodies.
enum GatewayBody {
    typealias Members = [(String, JSONValue)]

    /// 2^32 J, in Wh.
    static let wrapWattHours = 4_294_967_296.0 / 3600

    /// Members that are times of the gateway, seconds UTC.
    static let timeNames: Set<String> = [
        "timestamp", "createdAt", "readingTime", "lastReportDate", "last_rpt_date", "endDate", "created",
        "last_enlighten_report_time",
    ]

    /// What is added up over the phases of a meter.
    static let phaseSums = [
        "actEnergyDlvd", "actEnergyRcvd", "apparentEnergy", "reactEnergyLagg", "reactEnergyLead",
        "instantaneousDemand", "activePower", "apparentPower", "reactivePower", "current",
    ]

    /// Registers of energy.
    static let registers: Set<String> = [
        "actEnergyDlvd", "actEnergyRcvd", "whLifetime", "wattHoursLifetime", "whDlvdCum", "whRcvdCum",
    ]

    /// Registers and powers that are zero in the first minutes after power comes back.
    static let zeroed: Set<String> = registers.union([
        "apparentEnergy", "reactEnergyLagg", "reactEnergyLead", "instantaneousDemand", "activePower",
        "apparentPower", "reactivePower", "wattHoursToday", "wattHoursSevenDays", "wattsNow", "wNow",
        "whToday",
        "whLastSevenDays", "currW", "actPower",
    ])

    /// The number of a value, also of one that is written as text; nil for what is none.
    static func number(_ value: JSONValue?) -> Double? {
        guard let value else { return nil }
        return value.double ?? value.string.flatMap { Double($0) }
    }

    /// A value of the same form with another number: as many decimals, text where it was text.
    static func value(_ number: Double, like value: JSONValue) -> JSONValue {
        switch value {
        case .number(_, let decimals): .number(number, decimals: decimals)
        case .text: .text(whole(number))
        default: .raw(whole(number))
        }
    }

    private static func whole(_ number: Double) -> String {
        JSONValue.fixed(number.rounded(.down), decimals: 0)
    }

    /// The member of a name.
    static func member(_ members: Members, _ name: String) -> JSONValue? {
        members.first { $0.0 == name }?.1
    }

    /// Gives a member that is there another number.
    static func set(_ members: inout Members, _ name: String, to change: (Double) -> Double) {
        guard let index = members.firstIndex(where: { $0.0 == name }), let old = number(members[index].1)
        else {
            return
        }
        members[index].1 = value(change(old), like: members[index].1)
    }

    /// Gives a member that is there another value.
    static func put(_ members: inout Members, _ name: String, to value: JSONValue) {
        guard let index = members.firstIndex(where: { $0.0 == name }) else { return }
        members[index].1 = value
    }

    /// Returns a value in which each object was changed, the inner ones first.
    static func map(_ value: JSONValue, _ change: (inout Members) -> Void) -> JSONValue {
        switch value {
        case .array(let values): return .array(values.map { map($0, change) })
        case .object(let members):
            var changed = members.map { ($0.0, map($0.1, change)) }
            change(&changed)
            return .object(changed)
        default: return value
        }
    }

    /// Returns an old value with the times of a new one.
    static func withTimes(of new: JSONValue, in old: JSONValue) -> JSONValue {
        switch (old, new) {
        case (.array(let olds), .array(let news)) where olds.count == news.count:
            return .array(zip(olds, news).map { withTimes(of: $1, in: $0) })
        case (.object(let olds), .object(let news)):
            return .object(
                olds.map { name, old in
                    guard let new = member(news, name) else { return (name, old) }
                    return (name, timeNames.contains(name) ? new : withTimes(of: new, in: old))
                }
            )
        default: return old
        }
    }

    /// Returns a text in which what stands in the first element of a name was changed.
    static func replaced(_ name: String, in text: String, with content: String) -> String {
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return text }
        return text.replacingCharacters(in: start.upperBound..<end.lowerBound, with: content)
    }

    /// What stands in the first element of a name; nil where there is none.
    static func element(_ name: String, of text: String) -> String? {
        guard let start = text.range(of: "<\(name)>"),
            let end = text.range(of: "</\(name)>", range: start.upperBound..<text.endIndex)
        else { return nil }
        return String(text[start.upperBound..<end.lowerBound])
    }
}
