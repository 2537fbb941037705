import CLinux
import Glibc

/// The processes below one process, found by their parents in `/proc`; needs no rights over them.
struct ProcessTable {
    private struct Entry {
        let process: pid_t
        let parent: pid_t
        let startTime: Substring
    }

    private var children: [pid_t: [Entry]] = [:]

    init() {
        for name in DirectoryNames.read("/proc") {
            guard let process = pid_t(name), let entry = Self.entry(process) else { continue }
            children[entry.parent, default: []].append(entry)
        }
    }

    /// Sends a signal to every process below one, not to itself; says how many got it.
    ///
    /// Each is signalled through a descriptor that was opened before its identity was checked again: a number that was
    /// given to another process meanwhile is not hit.
    func signal(_ number: Int32, below ancestor: pid_t) -> Int {
        var count = 0
        var pending = children[ancestor] ?? []
        while let entry = pending.popLast() {
            pending += children[entry.process] ?? []
            let descriptor = linux_pidfd_open(entry.process)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard Self.entry(entry.process)?.startTime == entry.startTime else { continue }
            if linux_pidfd_send_signal(descriptor, number) == 0 { count += 1 }
        }
        return count
    }

    /// The moment a process started, in clock ticks since boot; with the boot id it names a process for ever.
    static func startTime(of process: pid_t) -> String? {
        entry(process).map { String($0.startTime) }
    }

    /// Reads `/proc/<pid>/stat`: the name in parentheses may hold anything, so the fields are counted from its last one.
    private static func entry(_ process: pid_t) -> Entry? {
        guard let bytes = try? readFile("/proc/\(process)/stat"), let end = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = String(decoding: bytes[(end + 1)...], as: UTF8.self).split(separator: " ")
        guard fields.count > 19, let parent = pid_t(fields[1]) else { return nil }
        return Entry(process: process, parent: parent, startTime: fields[19])
    }
}
