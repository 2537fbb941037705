import Glibc

/// What the processes of a step hold in memory, and how many they are.
struct MemoryUse {
    /// The memory that no file stands behind: anonymous and shared memory, wherever it is now, and the tables that the kernel
    /// keeps of it.
    ///
    /// Pages that several processes share count for each of them. Memory that no process has mapped cannot be seen here, so the
    /// filter of system calls refuses it.
    private(set) var bytes: Int64 = 0
    /// Processes and threads, as the kernel counts them for its limits.
    private(set) var tasks: Int64 = 0
    /// All processes of the step.
    private(set) var processes: [pid_t] = []

    /// - Parameters:
    ///   - first: The process from which all of the step descend.
    ///   - countsFirst: Whether it is one of them.
    init(below first: pid_t, countsFirst: Bool) {
        var pending = [first]
        while let process = pending.popLast() {
            let threads = DirectoryNames.read("/proc/\(process)/task")
            // Each thread has children of its own.
            for thread in threads {
                guard let text = try? readFile("/proc/\(process)/task/\(thread)/children") else { continue }
                pending += String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
            }
            processes.append(process)
            guard process != first || countsFirst else { continue }
            bytes += Self.bytes(of: process)
            tasks += Int64(threads.count)
        }
    }

    private static let counted = ["RssAnon:", "RssShmem:", "VmSwap:", "VmPTE:"]

    private static func bytes(of process: pid_t) -> Int64 {
        guard let status = try? readFile("/proc/\(process)/status") else { return 0 }
        var kibibytes: Int64 = 0
        for line in status.split(separator: UInt8(ascii: "\n")) {
            guard counted.contains(where: { line.starts(with: $0.utf8) }) else { continue }
            let digits = line.filter { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
            kibibytes += Int64(String(decoding: digits, as: UTF8.self)) ?? 0
        }
        return kibibytes * 1024
    }
}
