internal import Glibc
internal import LockstepJSON
package import LockstepModel

/// What the supervisor wrote down about the end of an attempt: the content of `exit.json`.
package struct ExitReport: Sendable {
    package var attemptID: AttemptID
    package var ending: AttemptEnding
    /// Why the step was not started, when the supervisor knows.
    package var message: String?
    package var usage: ResourceUsage
    package var startedAt: Instant
    package var endedAt: Instant
    package var truncated: Set<StandardStream>
    /// In which a secret was masked.
    package var masked: Set<StandardStream>
    package var sandboxLevel: SandboxLevel
    package var enforcement: Enforcement
    package var host: String
    package var bootID: String
    /// Whether everything that the step wrote was made durable before the record was.
    package var isSynced: Bool
    /// The error number with which a log could not be written; 0 when all is there.
    package var logError: Int32

    /// Nil when there is no record: the supervisor lives, or was killed.
    package init?(layout: AttemptLayout) {
        guard let bytes = SmallFile.read(layout.exit), let json = try? JSONValue(parsing: bytes) else { return nil }
        self.init(json: json)
    }

    init?(json: JSONValue) {
        guard let id = json["attempt_id"]?.stringValue,
            let reason = json["reason"]?.stringValue.flatMap(AttemptEnding.Reason.init(rawValue:)),
            let level = json["sandbox_level"]?.stringValue.flatMap(SandboxLevel.init(rawValue:)),
            let started = json["started_at_ms"]?.integerValue, let ended = json["ended_at_ms"]?.integerValue
        else { return nil }
        attemptID = AttemptID(id)
        ending = AttemptEnding(
            reason: reason,
            exitCode: json["exit_code"]?.integerValue.map { Int32(clamping: $0) },
            signal: json["signal"]?.integerValue.map { Int32(clamping: $0) }
        )
        message = json["message"]?.stringValue
        usage = ResourceUsage()
        usage.wallSeconds = json["wall_seconds"]?.doubleValue ?? 0
        usage.userSeconds = json["cpu_user_seconds"]?.doubleValue ?? 0
        usage.systemSeconds = json["cpu_system_seconds"]?.doubleValue ?? 0
        usage.peakMemory = ByteCount(json["peak_memory_bytes"]?.integerValue ?? 0)
        usage.peakCgroupMemory = json["peak_cgroup_memory_bytes"]?.integerValue.map { ByteCount($0) }
        usage.peakProcesses = json["peak_processes"]?.integerValue ?? 0
        usage.refusedProcesses = json["refused_processes"]?.integerValue ?? 0
        usage.bytesRead = json["read_bytes"]?.integerValue ?? 0
        usage.bytesWritten = json["written_bytes"]?.integerValue ?? 0
        usage.storageRead = json["storage_read_bytes"]?.integerValue ?? 0
        usage.storageWritten = json["storage_written_bytes"]?.integerValue ?? 0
        usage.workBytes = json["work_bytes"]?.integerValue
        usage.workFiles = json["work_files"]?.integerValue
        usage.stdoutBytes = json["stdout_bytes"]?.integerValue ?? 0
        usage.stderrBytes = json["stderr_bytes"]?.integerValue ?? 0
        startedAt = Instant(milliseconds: started)
        endedAt = Instant(milliseconds: ended)
        truncated = []
        if json["stdout_truncated"]?.boolValue == true { truncated.insert(.stdout) }
        if json["stderr_truncated"]?.boolValue == true { truncated.insert(.stderr) }
        masked = []
        if json["stdout_masked"]?.boolValue == true { masked.insert(.stdout) }
        if json["stderr_masked"]?.boolValue == true { masked.insert(.stderr) }
        sandboxLevel = level
        enforcement = Enforcement()
        enforcement.enforced = json["enforced"]?.objectValue ?? [:]
        enforcement.missing = (json["not_enforced"]?.arrayValue ?? []).compactMap(\.stringValue)
        host = json["host"]?.stringValue ?? ""
        bootID = json["boot_id"]?.stringValue ?? ""
        isSynced = json["synced"]?.boolValue == true
        logError = json["log_error"]?.integerValue.map { Int32(clamping: $0) } ?? 0
    }

    /// Whether the record is this attempt's, and what the step wrote is there: after a power cut only when it was synced.
    func isTrustworthy(for attempt: AttemptID) -> Bool {
        attemptID == attempt && (isSynced || bootID == BootID.current)
    }
}

/// Files of the attempt folder that the tool cannot write.
enum SmallFile {
    /// Everything up to a limit; nil when the file cannot be opened.
    static func read(_ path: String, limit: Int = 1 << 20) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        return read(descriptor: file, from: 0, limit: limit)
    }

    /// The end of a file, at most `limit` bytes of it.
    static func tail(_ path: String, limit: Int) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard file >= 0 else { return [] }
        defer { close(file) }
        let size = lseek(file, 0, SEEK_END)
        return read(descriptor: file, from: max(0, size - limit), limit: limit)
    }

    static func read(descriptor: Int32, from offset: Int, limit: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            let wanted = min(1 << 16, limit - bytes.count)
            let piece = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                count = max(0, pread(descriptor, buffer.baseAddress, wanted, offset + bytes.count))
            }
            if piece.isEmpty { break }
            bytes += piece
        }
        return bytes
    }
}
