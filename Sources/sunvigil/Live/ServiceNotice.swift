// What systemd is told of a service that runs: that it is ready, that it lives. Nothing is told where nobody listens.
// Source of the form: sd_notify(3).

import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// The way to whoever started the service.
enum ServiceNotice {
    /// Tells something, as `READY=1`.
    static func tell(_ text: String) {
        guard let path = ProcessInfo.processInfo.environment["NOTIFY_SOCKET"], path.utf8.count > 1 else {
            return
        }
        #if os(Linux)
            let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard descriptor >= 0 else { return }
            defer { close(descriptor) }
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            var name = Array(path.utf8)
            guard name.count < MemoryLayout.size(ofValue: address.sun_path) else { return }
            // A name that begins with @ lies in no folder.
            if name[0] == UInt8(ascii: "@") { name[0] = 0 }
            withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
            let size = socklen_t(MemoryLayout<sa_family_t>.size + name.count)
            let bytes = Array(text.utf8)
            _ = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    sendto(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL), $0, size)
                }
            }
        #endif
    }
}
