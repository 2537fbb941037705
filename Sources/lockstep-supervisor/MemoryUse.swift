import Glibc

/// What the processes of a step hold in memory.
enum MemoryUse {
    /// The memory of a process and of all below it that no file stands behind: anonymous and shared memory, wherever it is
    /// now, and the tables that the kernel keeps of it.
    ///
    /// Pages that several processes share count for each of them. Memory that no process has mapped cannot be seen here, so the
    /// filter of system calls refuses it.
    static func bytes(below first: pid_t) -> Int64 {
        processes(below: first).reduce(0) { $0 + bytes(of: $1) }
    }

    /// The process and all below it.
    static func processes(below first: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        var pending = [first]
        while let process = pending.popLast() {
            found.append(process)
            pending += children(of: process)
        }
        return found
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

    /// Each thread has children of its own.
    private static func children(of process: pid_t) -> [pid_t] {
        var found: [pid_t] = []
        for thread in DirectoryNames.read("/proc/\(process)/task") {
            guard let text = try? readFile("/proc/\(process)/task/\(thread)/children") else { continue }
            found += String(decoding: text, as: UTF8.self).split(separator: " ").compactMap { pid_t($0) }
        }
        return found
    }
}
