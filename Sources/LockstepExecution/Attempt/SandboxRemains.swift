internal import CLinux
internal import Glibc
internal import LockstepJSON

/// What may still live of a step whose supervisor was killed.
///
/// Everything below a supervisor dies with it, but a sandbox that was just being made may slip through; what carries the
/// process namespace that the supervisor wrote down is killed, and its end awaited.
struct SandboxRemains {
    private let namespace: String?

    /// How long the kernel may take to end a namespace, in steps of 5 ms.
    private static let attempts = 1000

    init(layout: AttemptLayout) {
        let lock = SmallFile.read(layout.lock).flatMap { try? JSONValue(parsing: $0) }
        let boot = SmallFile.read("/proc/sys/kernel/random/boot_id")
            .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
        let isThisBoot = boot != nil && lock?["boot_id"]?.stringValue == boot
        namespace = isThisBoot ? lock?["pid_namespace"]?.integerValue.map { "pid:[\($0)]" } : nil
    }

    /// Returns when no process of the step lives.
    func end() async {
        for _ in 0..<Self.attempts where killAll() > 0 { try? await Task.sleep(for: .milliseconds(5)) }
    }

    /// Says how many processes there still are.
    private func killAll() -> Int {
        guard let namespace, let folder = opendir("/proc") else { return 0 }
        defer { closedir(folder) }
        var count = 0
        while let item = readdir(folder) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = pid_t(name) else { continue }
            let descriptor = linux_pidfd_open(process)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard SymbolicLink.target(of: "/proc/\(name)/ns/pid") == namespace else { continue }
            count += 1
            _ = linux_pidfd_send_signal(descriptor, SIGKILL)
        }
        return count
    }
}
