internal import ArgumentParser
internal import LockstepModel

/// What `run workflow` and `run tool` share.
struct RunOptions: ParsableArguments {
    @OptionGroup var inputs: InputOptions

    @Option(name: .customLong("name"), help: "What the job is called; otherwise the workflow's name.")
    var name: String?

    @Flag(name: .customLong("detach"), help: "Start the job and return at once; its id is printed.")
    var detaches = false

    @Flag(name: .customLong("queue"), help: "Leave the job to the workers of `lockstep serve`; its id is printed.")
    var queues = false

    @Option(
        name: .customLong("sandbox"),
        help: ArgumentHelp(
            "How well steps are shut in: full, full+cgroup, best-effort or off. The last two are for trusted tools only.",
            valueName: "level"
        )
    )
    var sandbox = SandboxChoice.full

    func validate() throws {
        guard queues else { return }
        guard !detaches else { throw ValidationError("Give --queue or --detach, not both.") }
        guard sandbox == .full else {
            throw ValidationError("The workers of the service run with --sandbox full only.")
        }
    }
}

/// What the operator may choose; the level really in force is stored with each attempt.
enum SandboxChoice: String, ExpressibleByArgument, CaseIterable {
    case full
    case fullWithCgroup = "full+cgroup"
    case bestEffort = "best-effort"
    case off

    var level: SandboxLevel {
        switch self {
        case .full: .full
        case .fullWithCgroup: .fullWithCgroup
        case .bestEffort: .bestEffort
        case .off: .off
        }
    }
}
