internal import LockstepJSON
internal import LockstepModel

/// Everything that the supervisor is told about an attempt that it starts without bubblewrap.
struct DirectProfile {
    /// The tool's argument vector, with paths of the host.
    let command: [String]
    /// The whole environment of the step, but for what would change the supervisor.
    let environment: [String: String]
    /// Host paths that a supervisor that gives up root shows to the step's user.
    private(set) var binds: [SandboxProfile.Bind] = []
    /// What the supervisor needs besides.
    let order: JSONValue

    init(_ invocation: StepInvocation, host: SandboxHost, shape: SandboxShape) {
        let layout = AttemptLayout(folder: invocation.attemptFolder)
        var binds: [SandboxProfile.Bind] = []
        func reachable(_ source: String, isWritable: Bool = false) -> String {
            guard host.drop != nil, shape.dropsUser else { return source }
            binds.append(SandboxProfile.Bind(source: source, name: String(binds.count), isWritable: isWritable))
            return "\(SandboxProfile.stagingFolder)/\(binds.count - 1)"
        }
        let work = reachable(layout.work, isWritable: true)
        let temporary = reachable(layout.temporary, isWritable: true)
        var places = [
            "/step": work, StepEnvironment.checkpointPath: reachable(layout.checkpoint, isWritable: true),
            StepEnvironment.eventsPath: reachable(layout.events, isWritable: true),
        ]
        if !invocation.inputs.isEmpty { places["/in"] = reachable(layout.inputs) }
        if let folder = invocation.toolFolder { places["/tool"] = reachable(folder) }
        let map = HostPlaces(places, inputs: invocation.inputs.map(\.path))
        self.binds = binds
        command = invocation.command.map(map.resolve)
        var all = StepEnvironment.of(invocation).mapValues(map.resolve)
        // The machine's own /tmp belongs to everybody.
        if invocation.environment["TMPDIR"] == nil { all["TMPDIR"] = temporary }
        environment = all.filter { !StepEnvironment.changesLoader($0.key) }
        let late = all.filter { StepEnvironment.changesLoader($0.key) }.sorted { $0.key < $1.key }
        let limits = invocation.limits
        order = [
            "folder": .string(work),
            "open_files": .integer(Int64(limits.openFiles)), "file_size": .integer(limits.fileSize.bytes),
            "environment": .array(late.map { [.string($0.key), .string($0.value)] }),
            "gives_up_privileges": .bool(shape.level != .off),
            "processes": .integer(Int64(limits.processes)),
        ]
    }
}
