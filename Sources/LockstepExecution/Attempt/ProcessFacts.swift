internal import Glibc

/// What `/proc/<pid>/stat` says of a process.
struct ProcessFacts {
    let name: String
    let isZombie: Bool
    let group: pid_t
    /// Clock ticks since boot.
    let startTime: Int64

    init?(_ process: pid_t) {
        guard let bytes = SmallFile.read("/proc/\(process)/stat", limit: 4096),
            let begin = bytes.firstIndex(of: UInt8(ascii: "(")), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        // The name may hold anything, so the fields are counted from its end.
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let group = pid_t(fields[2]), let startTime = Int64(fields[19]) else { return nil }
        name = String(decoding: bytes[(begin + 1)..<end], as: UTF8.self)
        isZombie = fields[0] == "Z" || fields[0] == "X"
        self.group = group
        self.startTime = startTime
    }

    /// The last word of a process's command line; nil when it has none.
    static func lastArgument(of process: pid_t) -> String? {
        SmallFile.read("/proc/\(process)/cmdline", limit: 1 << 16)?.split(separator: 0).last
            .map { String(decoding: $0, as: UTF8.self) }
    }
}

/// The kernel's name for the time since the machine was started.
enum BootID {
    /// Nil when the kernel does not say.
    static let current: String? = SmallFile.read("/proc/sys/kernel/random/boot_id")
        .map { String(decoding: $0.prefix { $0 > 0x20 }, as: UTF8.self) }
}
