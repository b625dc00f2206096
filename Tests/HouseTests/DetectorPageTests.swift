// Every detector is told on a page of its own subject, with all kinds that it finds.

import Analysis
import Readings
import Testing

@Suite("pages of detectors")
struct DetectorPageTests {
    @Test("the page of a detector is there and names its kinds")
    func pages() {
        for profile in Detectors.profiles {
            guard let text = DocumentationPages.shared.texts[profile.page] else {
                Issue.record("there is no \(profile.page); write it, and link it from docs/README.md")
                continue
            }
            for kind in profile.kinds where !text.contains("`\(kind.rawValue)`") {
                Issue.record("\(profile.page) does not name `\(kind.rawValue)`; tell its rule there")
            }
        }
    }
}
