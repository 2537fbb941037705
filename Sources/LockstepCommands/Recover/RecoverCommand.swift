internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep recover`.
struct RecoverCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract: "Gives every job whose runner has died a new one.",
        discussion: """
            A step that still runs is not started again: the new runner waits for its end, or takes the result that is there. \
            Every runner that starts does the same for the other jobs of its project.
            """
    )

    @Option(
        help: ArgumentHelp(
            "How well further steps are shut in: full, best-effort or off (default: as those before them).",
            valueName: "level"
        )
    )
    var sandbox: SandboxChoice?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let jobs = try await open.service.recoverJobs(sandbox: sandbox?.level, as: open.actor)
        if output.isJSON {
            let list = jobs.map { job in
                var object: JSONObject = [
                    "job_id": .string(job.id.rawValue), "has_new_runner": .bool(job.problem == nil),
                ]
                object["problem"] = job.problem.map { .string($0) }
                return JSONValue.object(object)
            }
            try console.print(["jobs": .array(list)])
        } else {
            for job in jobs {
                let what =
                    job.problem.map { "no runner could be started for it: \($0)" } ?? "a new runner goes on with it."
                try console.print("\(job.id) had lost its runner; \(what)".onOneLine)
            }
            if jobs.isEmpty { console.note("No job has lost its runner.") }
        }
        if jobs.contains(where: { $0.problem != nil }) { throw ExitCode(ExitStatus.environment.rawValue) }
    }
}
