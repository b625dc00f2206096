// The gateway answers here and has not reported to the vendor's cloud for long. A gateway that does not answer here is the
// business of ReachRule.

import Readings

/// `cloud_silent`, as the gateway itself says when it last reported.
struct CloudRule {
    /// Ages of the last report at which it is told, seconds.
    private static let grades: [(seconds: Int64, severity: Severity)] = [
        (3_600, .notice), (7 * 3_600, .warning), (86_400, .critical),
    ]
    /// A report younger than this ends it, seconds.
    private static let over: Int64 = 1_800
    /// A gateway with a cellular link reports four times a day: its first grade says nothing.
    private static let firstGradeOfCellular = 1

    func claims(_ picture: LivePicture) -> [LiveClaim] {
        guard let cloud = picture.cloud else { return [] }
        let time = picture.time
        // Both times are the gateway's own.
        let (last, now) = (time.plausible(cloud.last), time.plausible(cloud.at))
        let age = max(0, now - last)
        guard age >= CloudRule.over else {
            return [.over(.cloudSilent, picture.site.gatewayName, at: last, endsBehindStart: true)]
        }
        guard let grade = CloudRule.grades.lastIndex(where: { age > $0.seconds }),
            !cloud.isCellular || grade >= CloudRule.firstGradeOfCellular
        else { return [] }
        return [
            .holds(.cloudSilent, picture.site.gatewayName, since: last, rule: .liveCloudSilent) {
                $0.grade = grade + 1
                $0.severity = CloudRule.grades[grade].severity
                $0.sureness = .sure
                $0.isSaid = true
                $0.evidence.deviceKind = DeviceKind.gateway.rawValue
                $0.evidence.lastReport = Instant(utcSeconds: last)
                $0.evidence.silentSeconds = Int(clamping: age)
            }
        ]
    }
}
