internal import Glibc
internal import LockstepModel

/// Decides what of the sandbox an attempt gets, by the level that the operator chose.
///
/// What the machine can do is found out once for each runner, and only for the levels that need to know.
actor SandboxShapes {
    private let supervisor: String
    private let host: SandboxHost
    private var cgroups: Result<CgroupPlace, ExecutionError>?
    private var bestEffort: SandboxShape?

    init(supervisor: String, host: SandboxHost) {
        self.supervisor = supervisor
        self.host = host
    }

    /// - Throws: `SANDBOX_UNAVAILABLE` when the level needs something that is not there.
    nonisolated func shape(for invocation: StepInvocation) async throws(ExecutionError) -> SandboxShape {
        switch invocation.sandboxLevel {
        case .full: return .full
        case .off: return .off
        case .fullWithCgroup:
            return SandboxShape(level: .fullWithCgroup, cgroups: try await findCgroups().get())
        case .bestEffort: return try await bestShape(beside: invocation.attemptFolder)
        }
    }

    private func findCgroups() -> Result<CgroupPlace, ExecutionError> {
        if let cgroups { return cgroups }
        let found = Result { () throws(ExecutionError) in try CgroupPlace.find() }
        cgroups = found
        return found
    }

    /// The first shape in which a program that does nothing runs.
    ///
    /// - Parameter folder: Of the attempt; the tries are made beside it.
    private func bestShape(beside folder: String) async throws(ExecutionError) -> SandboxShape {
        if let bestEffort { return bestEffort }
        let place = "\(folder).probe"
        defer { try? FolderRemoval.remove(place) }
        for shape in candidates() {
            guard await SandboxTrial(supervisor: supervisor, host: host, shape: shape).run(in: place) == nil else {
                continue
            }
            bestEffort = shape
            return shape
        }
        let problem = await SandboxTrial(supervisor: supervisor, host: host, shape: .off).run(in: place)
        throw problem
            ?? ExecutionError(
                .sandboxUnavailable,
                "Not even a part of the sandbox can be had here. `lockstep doctor` says what is missing."
            )
    }

    /// From all to nothing; each leaves out what is most often missing first.
    private func candidates() -> [SandboxShape] {
        let partial: [Set<SandboxShape.Part>] = [
            [.noNestedNamespaces], [.network], [.ownProcesses], [.noNestedNamespaces, .network],
            [.noNestedNamespaces, .ownProcesses], [.network, .ownProcesses], Set(SandboxShape.Part.allCases),
        ]
        let groups = try? findCgroups().get()
        var shapes = [SandboxShape.full]
        shapes += partial.map { SandboxShape(level: .bestEffort, leftOut: $0) }
        for filters in [true, false] {
            // Without a user namespace only a control group counts the step's processes apart from the user's others.
            for drops in host.drop == nil ? [false] : [true, false] {
                for cgroups in groups.map({ [$0, nil] }) ?? [nil] {
                    shapes.append(
                        SandboxShape(
                            level: .bestEffort,
                            usesBubblewrap: false,
                            leftOut: Set(SandboxShape.Part.allCases),
                            filtersSystemCalls: filters,
                            dropsUser: drops,
                            cgroups: cgroups
                        )
                    )
                }
            }
        }
        return shapes
    }
}
