internal import CLinux
internal import Glibc
internal import LockstepJSON

/// What may still live of a step whose supervisor was killed.
///
/// Everything below a supervisor dies with it, but a sandbox that was just being made may slip through. The tool starts only
/// when the supervisor has written the process namespace down, so whatever carries it is killed; before that there is
/// at most bubblewrap, waiting, in the supervisor's process group.
///
/// The kernel gives the number of a namespace to another one when it is free. It is not while the namespace's first process
/// lives, and without that one nothing lives in the namespace; so the number counts only as long as this process is there.
package struct SandboxRemains: Sendable {
    private let namespace: String?
    /// The namespace's first process, and when it started.
    private let first: (process: pid_t, startTime: Int64)?
    /// The supervisor's number, which is its process group's too, and when it started.
    private let supervisor: (process: pid_t, startTime: Int64)?

    private let groups: CgroupRemains
    /// What a step's processes have in their environment that runs without a namespace of its own.
    private let marker: [UInt8]?

    private static let interval = Duration.milliseconds(5)
    /// How long the kernel may take to end a namespace, in intervals.
    private static let attempts = 1000

    /// - Parameter layout: Of an attempt whose supervisor is dead: its lock is free.
    package init(layout: AttemptLayout) {
        let lock = SmallFile.read(layout.lock, limit: 4096).flatMap { try? JSONValue(parsing: $0) }
        groups = CgroupRemains(lock: lock, layout: layout)
        let isThisBoot = BootID.current != nil && lock?["boot_id"]?.stringValue == BootID.current
        guard isThisBoot, let process = lock?["pid"]?.integerValue, process > 1,
            let start = lock?["start_time"]?.integerValue, start > 0
        else {
            namespace = nil
            first = nil
            supervisor = nil
            marker = nil
            return
        }
        let named = lock?["pid_namespace"]?.integerValue.map { "pid:[\($0)]" }
        // A forged file must not name the namespace that this process and everybody else is in.
        namespace = named == SymbolicLink.target(of: "/proc/self/ns/pid") ? nil : named
        supervisor = (pid_t(clamping: process), start)
        if let process = lock?["sandbox_pid"]?.integerValue, let start = lock?["sandbox_start_time"]?.integerValue {
            first = (pid_t(clamping: process), start)
        } else {
            first = nil
        }
        // An id that the system made: a shorter word might be in anybody's environment.
        let attempt = lock?["direct_attempt"]?.stringValue.flatMap { $0.utf8.count >= 8 ? $0 : nil }
        marker = attempt.map { Array("LOCKSTEP_ATTEMPT_ID=\($0)".utf8) }
    }

    /// Kills what is left; returns when no process of the step lives.
    package func end() async {
        var emptyLooks = 0
        for _ in 0..<Self.attempts {
            // Twice, because a process that is started while the table is read may stand where it was read already.
            emptyLooks = killAll() + groups.killAll() > 0 ? 0 : emptyLooks + 1
            if emptyLooks == 2 { return groups.remove() }
            try? await Task.sleep(for: Self.interval)
        }
    }

    /// Says how many processes there still were.
    private func killAll() -> Int {
        guard let supervisor, let folder = opendir("/proc") else { return 0 }
        defer { closedir(folder) }
        // A new process may have got the supervisor's number; then its group is none of ours.
        let leader = ProcessFacts(supervisor.process)
        let isGroupOurs = leader == nil || leader?.startTime == supervisor.startTime
        let isNamespaceOurs = first.map { ProcessFacts($0.process)?.startTime == $0.startTime } ?? false
        var count = 0
        while let item = readdir(folder) {
            let name = withUnsafeBytes(of: &item.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard let process = pid_t(name) else { continue }
            let descriptor = linux_pidfd_open(process)
            guard descriptor >= 0 else { continue }
            defer { close(descriptor) }
            guard let facts = ProcessFacts(process), !facts.isZombie, facts.startTime >= supervisor.startTime else {
                continue
            }
            let isInGroup = isGroupOurs && facts.group == supervisor.process && Self.names.contains(facts.name)
            let isInNamespace =
                isNamespaceOurs && namespace != nil && SymbolicLink.target(of: "/proc/\(name)/ns/pid") == namespace
            guard isInGroup || isInNamespace || isMarked(process) else { continue }
            count += 1
            _ = linux_pidfd_send_signal(descriptor, SIGKILL)
        }
        return count
    }

    /// Whether a process carries the mark of a step that had no namespace; every process below the tool inherits it.
    private func isMarked(_ process: pid_t) -> Bool {
        guard let marker, process != getpid(), let bytes = SmallFile.read("/proc/\(process)/environ", limit: 1 << 21)
        else { return false }
        return bytes.split(separator: 0).contains { $0.elementsEqual(marker) }
    }

    /// What runs in the supervisor's group: bubblewrap, and the supervisor's own copy for the moment before it becomes that.
    private static let names: Set = ["bwrap", "lockstep-superv"]
}
