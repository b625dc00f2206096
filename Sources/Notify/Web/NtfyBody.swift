// A message as ntfy takes it: JSON to the root address.
// Source: https://docs.ntfy.sh/publish/#publish-as-json

import Readings

/// The body for ntfy.
package enum NtfyBody {
    /// Returns the body.
    ///
    /// - Parameter delayUntil: until when the server is to hold it, seconds UTC; nil to hand it on at once.
    package static func json(_ message: Message, topic: String, delayUntil: Int64?) -> JSONValue { .null }
}
