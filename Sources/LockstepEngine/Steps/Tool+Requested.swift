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
            "sandbox": [
                "network": .bool(sandbox.network), "read": .array(sandbox.read.map { .string($0) }),
                "devices": .array(sandbox.devices.map { .string($0) }), "debug": .bool(sandbox.debug),
            ],
        ]
    }
}

extension ResourceUsage {
    var json: JSONValue {
        [
            "wall_seconds": .number(wallSeconds), "cpu_seconds": .number(cpuSeconds),
            "peak_memory": .integer(peakMemory.bytes), "stdout_bytes": .integer(stdoutBytes),
            "stderr_bytes": .integer(stderrBytes),
        ]
    }
}
