import CLinux
import Glibc
import LockstepJSON

/// Why the supervisor itself ended the step; the words of `exit.json`.
enum StopReason: String {
    case timedOut = "timed_out"
    case cancelled
    case outOfMemory = "out_of_memory"
    case diskLimit = "disk_limit"
    case tooManyProcesses = "too_many_processes"
}

/// One attempt from its launch order to its exit record.
///
/// One thread waits for everything in one place: signals, the two streams, bubblewrap's status and the limits in time. It
/// needs no runner: whether one lives makes no difference to the step.
struct Supervision {
    /// The process that started this one; somebody else is the parent when it has died.
    private let runner: pid_t
    private let folder: Int32
    private let signals: SignalQueue
    private let order: LaunchOrder
    private let lock: AttemptLock
    private let bootID: String
    private let startTime: String

    /// - Parameters:
    ///   - path: The attempt folder; everything in it is reached through a descriptor from here on.
    ///   - runner: The process that started this one.
    init(folder path: String, runner: pid_t, signals: SignalQueue) throws(SupervisorFailure) {
        self.runner = runner
        folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw SupervisorFailure("\(path) cannot be opened", code: errno) }
        chdir("/")
        self.signals = signals
        // Lock, name, order: a recovery that finds the lock free, or held without a name, removes the order, and whoever has
        // not read it by then never starts the step.
        lock = try AttemptLock(folder: folder)
        let boot = try? readFile("/proc/sys/kernel/random/boot_id")
        bootID = String(decoding: (boot ?? []).prefix { $0 > 0x20 }, as: UTF8.self)
        startTime = ProcessTable.startTime(of: getpid()) ?? "0"
        lock.write(Self.lockText(status: SandboxStatus(), startTime: startTime, bootID: bootID, order: nil))
        order = try LaunchOrder(folder: folder)
        // Before they are made, so that recovery finds them whenever this process is killed.
        if !order.groups.orders.isEmpty {
            lock.write(Self.lockText(status: SandboxStatus(), startTime: startTime, bootID: bootID, order: order))
        }
    }

    /// Runs the step to its end and leaves `exit.json`.
    ///
    /// - Throws: When not even the exit record could be written.
    func run() throws(SupervisorFailure) {
        let place = try ExitPlace(folder: folder)
        let startedAt = unixMilliseconds()
        let start = monotonicMilliseconds()
        var record = ExitRecord(
            attemptID: order.attemptID,
            reason: "not_started",
            startedAt: startedAt,
            wallMilliseconds: 0,
            sandboxLevel: order.sandboxLevel,
            enforced: order.enforced,
            notEnforced: order.notEnforced,
            bootID: bootID
        )
        do {
            let secrets = try StepSecrets.patterns(of: order.secrets)
            var attempt = try RunningAttempt(
                order: order,
                folder: folder,
                signals: signals,
                start: start,
                secrets: secrets
            ) { status in
                lock.write(Self.lockText(status: status, startTime: startTime, bootID: bootID, order: order))
            }
            attempt.runToEnd()
            attempt.describe(in: &record)
            if let secrets { StepSecrets.maskEvents(in: folder, with: secrets) }
            record.measureWork(in: folder)
        } catch {
            record.message = error.message
        }
        order.groups.remove()
        record.wallMilliseconds = monotonicMilliseconds() - start
        try record.write(to: place, isDurable: getppid() != runner)
    }

    /// Names this process and, once it is known, the sandbox, so that no process is ever killed on the word of a number alone.
    private static func lockText(
        status: SandboxStatus,
        startTime: String,
        bootID: String,
        order: LaunchOrder?
    ) -> String {
        var text = "{\"pid\":\(getpid()),\"start_time\":\(startTime)"
        text += ",\"boot_id\":\"\(bootID)\""
        if let order, !order.groups.orders.isEmpty {
            text += ",\"cgroups\":" + JSONWriter.text(.array(order.groups.orders.map { .string($0.folder) }))
        }
        if let order, order.sandbox == nil {
            text += ",\"direct_attempt\":" + JSONWriter.text(.string(order.attemptID))
        }
        if let process = status.firstProcess {
            text += ",\"sandbox_pid\":\(process)"
            text += ",\"sandbox_start_time\":\(ProcessTable.startTime(of: process) ?? "0")"
        }
        if let namespace = status.processNamespace { text += ",\"pid_namespace\":\(namespace)" }
        return text + "}\n"
    }
}
