internal import Glibc
internal import LockstepJSON
internal import LockstepModel

/// The folder of one attempt, as the runner makes it before the supervisor starts.
package struct AttemptFolder: Sendable {
    package let layout: AttemptLayout

    /// Makes the folder with everything that the supervisor needs.
    ///
    /// - Returns: The folder and the step's environment, which is not written down: it may hold secrets.
    package static func make(
        for invocation: StepInvocation,
        host: SandboxHost,
        shape: SandboxShape = .full,
        graceMilliseconds: Int64? = nil
    ) throws(ExecutionError) -> (folder: AttemptFolder, environment: [String: String]) {
        let attempt = AttemptFolder(layout: AttemptLayout(folder: invocation.attemptFolder))
        let layout = attempt.layout
        try attempt.makeFolder(layout.folder, mode: 0o700)
        try attempt.makeFolder(layout.work, mode: 0o755)
        try attempt.takeCheckpoint(from: invocation.earlierAttempts)
        try attempt.writeFile(layout.events, [], mode: 0o644)
        let (tool, environment) = try attempt.toolOrder(for: invocation, host: host, shape: shape)
        let enforcement = shape.enforcement(for: invocation.sandbox)
        var launch: JSONObject = [
            "attempt_id": .string(invocation.attemptID.rawValue),
            "wall_ms": .integer(max(0, invocation.limits.wall.milliseconds)),
            "grace_ms": .integer(graceMilliseconds ?? invocation.limits.grace.milliseconds),
            "memory_bytes": .integer(invocation.limits.memory.bytes),
            "work_bytes": .integer(invocation.limits.workSize.bytes),
            "work_files": .integer(Int64(invocation.limits.workFiles)),
            "log_bytes": .integer(invocation.limits.logSize.bytes),
            "log_notice": .string("[lockstep: output truncated at \(invocation.limits.logSize)]"),
            "sandbox_level": .string(shape.level.rawValue), "enforced": .object(enforcement.enforced),
            "not_enforced": .array(enforcement.missing.map(JSONValue.string)),
        ]
        for (name, value) in tool { launch[name] = value }
        if let groups = shape.cgroups { launch["cgroups"] = groups.orders(for: layout, limits: invocation.limits) }
        // The names alone: the supervisor finds the values in its environment, and masks them.
        if !invocation.secrets.isEmpty {
            launch["secrets"] = .array(invocation.secrets.keys.sorted().map(JSONValue.string))
        }
        try attempt.writeFile(layout.launch, JSONWriter.bytes(.object(launch)), mode: 0o600)
        let secrets = invocation.secrets.compactMapValues { $0?.revealed }
        return (attempt, environment.merging(secrets) { _, secret in secret })
    }

    /// The part of the order that says how the tool is started, and the step's environment.
    private func toolOrder(
        for invocation: StepInvocation,
        host: SandboxHost,
        shape: SandboxShape
    ) throws(ExecutionError) -> (JSONObject, [String: String]) {
        var order: JSONObject = [:]
        if case .bytes(let bytes)? = invocation.stdin { try writeFile(layout.stdin, bytes, mode: 0o444) }
        if shape.filtersSystemCalls {
            let filter = try SystemCallFilter.program(allowsDebugging: invocation.sandbox.debug)
            order["system_call_filter"] = .string(filter)
        }
        let binds: [SandboxProfile.Bind]
        let environment: [String: String]
        if shape.usesBubblewrap {
            let staged = try stageInputs(invocation.inputs)
            let profile = SandboxProfile(invocation, host: host, shape: shape, stagedInputs: staged)
            (binds, environment) = (profile.binds, profile.environment)
            order["sandbox_program"] = .string(host.bubblewrap)
            order["sandbox_options"] = .array(profile.options.map(JSONValue.string))
            order["command"] = .array(profile.command.map(JSONValue.string))
            if let limits = profile.outerLimits {
                order["limits"] = [
                    "processes": .integer(Int64(limits.processes)), "open_files": .integer(Int64(limits.openFiles)),
                    "file_size": .integer(limits.fileSize.bytes),
                ]
            }
            order["files"] = .array(
                profile.files.map { file in
                    switch file {
                    case .content(let text): .string(text)
                    case .copy(let path): ["copy_of": .string(path)]
                    }
                }
            )
        } else {
            try copyInputs(invocation.inputs)
            try makeFolder(layout.temporary, mode: 0o700)
            let profile = DirectProfile(invocation, host: host, shape: shape)
            (binds, environment) = (profile.binds, profile.environment)
            order["command"] = .array(profile.command.map(JSONValue.string))
            order["direct"] = profile.order
            // In a sandbox the tool's own shell opens it, there.
            switch invocation.stdin {
            case nil: break
            case .file(let path): order["stdin"] = .string(path)
            case .bytes: order["stdin"] = .string(layout.stdin)
            }
        }
        if shape.dropsUser, let drop = host.drop {
            order["drop"] = [
                "uid": .integer(Int64(drop.uid)), "gid": .integer(Int64(drop.gid)),
                "staging": .string(SandboxProfile.stagingFolder),
                "binds": .array(
                    binds.map {
                        ["source": .string($0.source), "name": .string($0.name), "writable": .bool($0.isWritable)]
                    }
                ),
                "unneeded": .array(Self.unneededMounts(for: invocation, shape: shape).map(JSONValue.string)),
            ]
        }
        return (order, environment)
    }

    /// Mounts of the machine that neither the sandbox nor the supervisor has a use for.
    static func unneededMounts(for invocation: StepInvocation, shape: SandboxShape) -> [String] {
        guard shape.usesBubblewrap else { return [] }
        // Control groups are usually below /sys.
        let places = (shape.cgroups == nil ? ["/sys"] : []) + ["/dev/pts", "/dev/shm", "/dev/mqueue", "/dev/hugepages"]
        return places.filter { place in
            !invocation.sandbox.devices.contains { "\($0)/".hasPrefix("\(place)/") || place.hasPrefix("\($0)/") }
        }
    }

    /// The host path of every input; values become files of the attempt first.
    private func stageInputs(_ inputs: [StepInputFile]) throws(ExecutionError) -> [String] {
        var paths: [String] = []
        for (index, input) in inputs.enumerated() {
            switch input.content {
            case .host(let path): paths.append(path)
            case .bytes(let bytes):
                try makeFolder(layout.inputs, mode: 0o755)
                paths.append("\(layout.inputs)/\(index)")
                try writeFile("\(layout.inputs)/\(index)", bytes, mode: 0o444)
            }
        }
        return paths
    }

    /// The error to report when there is no room for even a small file; nil when the disk is not full.
    func fullDisk() -> ExecutionError? {
        var disk = statvfs()
        guard statvfs(layout.folder, &disk) == 0, disk.f_bavail == 0 || disk.f_files > 0 && disk.f_favail == 0 else {
            return nil
        }
        return .storage("record how the step ended", code: ENOSPC)
    }

    /// Moves the checkpoint of an earlier attempt here, whatever the tool has put into it; an empty one when there is none.
    private func takeCheckpoint(from earlier: [String]) throws(ExecutionError) {
        for folder in earlier where rename(AttemptLayout(folder: folder).checkpoint, layout.checkpoint) == 0 { return }
        try makeFolder(layout.checkpoint, mode: 0o755)
    }

    func makeFolder(_ path: String, mode: mode_t) throws(ExecutionError) {
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw .storage("make \(path)", code: errno) }
    }

    func writeFile(_ path: String, _ bytes: [UInt8], mode: mode_t) throws(ExecutionError) {
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, mode)
        guard file >= 0 else { throw .storage("make \(path)", code: errno) }
        defer { close(file) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw .storage("write \(path)", code: errno) }
            written += count
        }
    }
}

extension ExecutionError {
    /// A file of the state folder could not be handled; `attempt` is a verb and its object.
    static func storage(_ attempt: String, code: Int32) -> ExecutionError {
        let reason = String(cString: strerror(code))
        if code == ENOSPC || code == EDQUOT {
            return ExecutionError(
                .storageFull,
                "The disk is full: could not \(attempt). Free some space and run the job again.",
                cause: reason
            )
        }
        return ExecutionError(
            .storageError,
            "Could not \(attempt): \(reason). `lockstep doctor` checks the state folder.",
            cause: reason
        )
    }
}
