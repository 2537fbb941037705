import CLinux
import Glibc
import LockstepJSON

/// What `exit.json` says, written whole or not at all.
struct ExitRecord {
    var attemptID: String
    /// The word of ``StopReason``, `exited` or `not_started`.
    var reason: String
    var exitCode: Int32?
    var signal: Int32?
    /// Why the step was not started, for a person.
    var message: String?
    var startedAt: Int64
    var wallMilliseconds: Int64
    var output: LogPump?
    var errors: LogPump?
    /// The most that all processes were seen to hold together, in bytes; 0 when the step ended before anybody looked.
    var peakMemory: Int64 = 0
    /// What the step's control group held at most; nil without one.
    var peakGroupMemory: Int64?
    var peakTasks: Int64 = 0
    var refusedProcesses: Int64 = 0
    var transfers = Transfers()
    /// What the work folder holds; nil when it holds too much to be counted.
    private(set) var work: (bytes: Int64, files: Int64)?
    var sandboxLevel: String
    /// What held, and what did not, as the order says it.
    var enforced: JSONValue
    var notEnforced: JSONValue
    var bootID: String

    func write(to place: ExitPlace, isDurable: Bool) throws(SupervisorFailure) {
        var object = json
        if isDurable { object["synced"] = .bool(place.syncEverything()) }
        try place.write(JSONWriter.bytes(.object(object)), isDurable: isDurable)
    }

    /// Looks at what the step has left; gives up at more than can be counted in a moment.
    mutating func measureWork(in folder: Int32) {
        let found = WorkUse(folder: folder).measure(limit: Self.countedFiles)
        work = found.files < Self.countedFiles ? found : nil
    }

    private static let countedFiles: Int64 = 20_000

    private var json: JSONObject {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_CHILDREN.rawValue), &usage)
        var name = utsname()
        uname(&name)
        let host = withUnsafeBytes(of: &name.nodename) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        var object: JSONObject = [
            "attempt_id": .string(attemptID), "reason": .string(reason), "started_at_ms": .integer(startedAt),
            "ended_at_ms": .integer(unixMilliseconds()), "wall_seconds": .number(Double(wallMilliseconds) / 1000),
            "cpu_user_seconds": .number(seconds(usage.ru_utime)),
            "cpu_system_seconds": .number(seconds(usage.ru_stime)),
            "peak_memory_bytes": .integer(max(peakMemory, Int64(usage.ru_maxrss) * 1024)),
            "stdout_bytes": .integer(output?.bytes ?? 0), "stdout_truncated": .bool(output?.isTruncated ?? false),
            "stderr_bytes": .integer(errors?.bytes ?? 0), "stderr_truncated": .bool(errors?.isTruncated ?? false),
            "peak_processes": .integer(peakTasks), "refused_processes": .integer(refusedProcesses),
            "read_bytes": .integer(transfers.read), "written_bytes": .integer(transfers.written),
            "storage_read_bytes": .integer(transfers.storageRead),
            "storage_written_bytes": .integer(transfers.storageWritten),
            "host": .string(host), "boot_id": .string(bootID), "sandbox_level": .string(sandboxLevel),
            "enforced": enforced, "not_enforced": notEnforced,
        ]
        if output?.hasMasked == true { object["stdout_masked"] = true }
        if errors?.hasMasked == true { object["stderr_masked"] = true }
        if let peakGroupMemory { object["peak_cgroup_memory_bytes"] = .integer(peakGroupMemory) }
        if let work {
            object["work_bytes"] = .integer(work.bytes)
            object["work_files"] = .integer(work.files)
        }
        if let exitCode { object["exit_code"] = .integer(Int64(exitCode)) }
        if let signal { object["signal"] = .integer(Int64(signal)) }
        if let message { object["message"] = .string(message) }
        if let code = [output, errors].compactMap({ $0?.writeError }).first(where: { $0 != 0 }) {
            object["log_error"] = .integer(Int64(code))
        }
        return object
    }

    private func seconds(_ time: timeval) -> Double {
        Double(time.tv_sec) + Double(time.tv_usec) / 1_000_000
    }
}
