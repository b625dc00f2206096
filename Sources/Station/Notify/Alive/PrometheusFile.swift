// The file of numbers that Prometheus' node_exporter reads, whole or not at all. What stands in it is made elsewhere.

import Foundation

/// The file of numbers.
package enum PrometheusFile {
    /// Writes it. Until it is whole it has a name that nobody reads.
    ///
    /// - Returns: what went wrong, in one line; nil where nothing did. What survives a crash: the old file or the new one.
    package static func write(_ text: String, to path: String) -> String? {
        let code = WholeFile.write(Array(text.utf8), to: path, mode: 0o644)
        return code == 0 ? nil : "prometheus: \(path) cannot be written: \(String(cString: strerror(code)))"
    }
}
