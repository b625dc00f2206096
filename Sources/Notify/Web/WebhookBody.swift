// A message for programs: our own form, and that of Alertmanager's webhooks.
// Source: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config

import Readings

/// The body of a webhook.
package enum WebhookBody {
    /// Returns our own form: `{version, id, site, run, sent_at, changes, open}`.
    package static func own(_ message: Message) -> JSONValue { .null }

    /// Returns Alertmanager's version 4.
    package static func alertmanager(_ message: Message, channel: String) -> JSONValue { .null }
}
