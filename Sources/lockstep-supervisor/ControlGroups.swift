import CLinux
import Glibc

/// The control groups of one step, as the runner's order describes them; without any, everything here does nothing.
struct ControlGroups {
    let orders: [LaunchOrder.Group]

    private static let removalTries = 100
    private static let pause: UInt32 = 5000

    /// Makes them with their limits, all or none.
    func make() throws(SupervisorFailure) {
        for (index, group) in orders.enumerated() {
            do throws(SupervisorFailure) {
                try make(group)
            } catch {
                for made in orders[...index] { rmdir(made.folder) }
                throw error
            }
        }
    }

    private func make(_ group: LaunchOrder.Group) throws(SupervisorFailure) {
        guard mkdir(group.folder, 0o755) == 0 else {
            throw SupervisorFailure("the control group \(group.folder) cannot be made", code: errno)
        }
        for setting in group.settings {
            let path = "\(group.folder)/\(setting.file)"
            if !setting.isRequired, access(path, F_OK) != 0 { continue }
            guard Self.write(setting.value, to: path) else {
                throw SupervisorFailure("the limit \(path) cannot be set to \(setting.value)", code: errno)
            }
        }
    }

    /// Puts a process into them, and with it all that it will start.
    func take(_ process: pid_t) throws(SupervisorFailure) {
        for group in orders where !Self.write(String(process), to: "\(group.folder)/cgroup.procs") {
            throw SupervisorFailure("the step cannot be put into the control group \(group.folder)", code: errno)
        }
    }

    /// Whether the kernel has ended a process because the step's memory limit was reached.
    var hasRunOutOfMemory: Bool {
        orders.contains { group in
            guard let kills = group.outOfMemoryKills, let hits = group.limitHits else { return false }
            return Self.count(kills, group) ?? 0 >= kills.least && Self.count(hits, group) ?? 0 >= hits.least
        }
    }

    /// How often the kernel refused the step a process.
    var refusedProcesses: Int64 {
        orders.compactMap { group in group.refusedProcesses.flatMap { Self.count($0, group) } }.reduce(0, +)
    }

    /// The most memory that the step held, pages of files among it; nil when nobody counts it.
    var peakMemory: Int64? {
        orders.lazy.compactMap { group in group.peak.flatMap { Self.count($0, group) } }.first
    }

    /// Whether the kernel keeps the memory limit.
    var limitMemory: Bool { orders.contains { $0.outOfMemoryKills != nil } }

    /// Kills whatever is in them, wherever it has gone in the tree of processes.
    func killAll() {
        for group in orders {
            if Self.write("1", to: "\(group.folder)/cgroup.kill") { continue }
            for process in Self.processes(in: group) {
                let descriptor = linux_pidfd_open(process)
                guard descriptor >= 0 else { continue }
                defer { close(descriptor) }
                // Once more, now that the descriptor holds on to it: the number may be another process's by now.
                if Self.processes(in: group).contains(process) { _ = linux_pidfd_send_signal(descriptor, SIGKILL) }
            }
        }
    }

    /// Removes them; the kernel keeps one that a process is still leaving.
    func remove() {
        for group in orders {
            for _ in 0..<Self.removalTries {
                guard rmdir(group.folder) != 0, errno == EBUSY else { break }
                killAll()
                usleep(Self.pause)
            }
        }
    }

    private static func processes(in group: LaunchOrder.Group) -> [pid_t] {
        guard let text = try? readFile("\(group.folder)/cgroup.procs") else { return [] }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").compactMap { pid_t($0) }
    }

    private static func count(_ counter: LaunchOrder.Counter, _ group: LaunchOrder.Group) -> Int64? {
        guard let bytes = try? readFile("\(group.folder)/\(counter.file)") else { return nil }
        for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: " ")
            if counter.key.isEmpty { return words.first.flatMap { Int64($0) } }
            if words.count == 2, words[0] == counter.key { return Int64(words[1]) }
        }
        return nil
    }

    private static func write(_ text: String, to path: String) -> Bool {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return false }
        defer { close(file) }
        return Array(text.utf8).withUnsafeBytes { writeAll($0, to: file) }
    }
}
