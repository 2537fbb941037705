internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel

extension Tool {
    /// What an attempt asks for, as its row keeps it: limits in bytes and seconds, and the sandbox requests.
    func requestedJSON(limits: ResourceLimits) -> JSONValue {
        [
            "limits": [
                "wall_seconds": .number(limits.wall.seconds), "memory": .integer(limits.memory.bytes),
                "processes": .integer(Int64(limits.processes)), "open_files": .integer(Int64(limits.openFiles)),
                "file_size": .integer(limits.fileSize.bytes), "work_size": .integer(limits.workSize.bytes),
                "work_files": .integer(Int64(limits.workFiles)), "log_size": .integer(limits.logSize.bytes),
                "grace_seconds": .number(limits.grace.seconds),
            ],
            "sandbox": sandbox.json,
        ]
    }
}

extension StepOutcome {
    /// What an attempt took and left, and which limits held, as its row keeps it; sizes in bytes.
    func measuredJSON(assets: [Asset]) -> JSONValue {
        var object: JSONObject = [
            "wall_seconds": .number(usage.wallSeconds), "cpu_seconds": .number(usage.cpuSeconds),
            "cpu_user_seconds": .number(usage.userSeconds), "cpu_system_seconds": .number(usage.systemSeconds),
            "peak_memory": .integer(usage.peakMemory.bytes), "peak_processes": .integer(usage.peakProcesses),
            "read_bytes": .integer(usage.bytesRead), "written_bytes": .integer(usage.bytesWritten),
            "storage_read_bytes": .integer(usage.storageRead),
            "storage_written_bytes": .integer(usage.storageWritten),
            "stdout_bytes": .integer(usage.stdoutBytes), "stderr_bytes": .integer(usage.stderrBytes),
            "assets": .integer(Int64(assets.count)),
            "asset_bytes": .integer(assets.reduce(0) { $0 + $1.size }),
        ]
        object["peak_cgroup_memory"] = usage.peakCgroupMemory.map { .integer($0.bytes) }
        object["work_bytes"] = usage.workBytes.map { .integer($0) }
        object["work_files"] = usage.workFiles.map { .integer($0) }
        if usage.refusedProcesses > 0 { object["refused_processes"] = .integer(usage.refusedProcesses) }
        object[Attempt.enforcedMember] = .object(enforcement.enforced)
        object[Attempt.notEnforcedMember] = .array(enforcement.missing.map { .string($0) })
        return .object(object)
    }
}
