internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepModel
internal import LockstepStore

/// The values of the secrets that the steps of one job need, had once when it starts; in memory only.
struct JobSecrets: Sendable {
    private var values: [String: SecretValue] = [:]
    /// What is wrong, as the end of a sentence, by name of the secret.
    private var problems: [String: String] = [:]

    /// Needs none.
    init() {}

    /// - Parameter names: Of secrets; each is looked up once.
    init(_ names: some Sequence<String>, of project: Project) async {
        let store = SecretStore(stateFolder: project.stateFolder)
        for name in Set(names).sorted() {
            do throws(SecretProblem) {
                guard let entry = try store.entry(name) else {
                    throw SecretProblem("is not set; `lockstep secrets set \(name)`")
                }
                values[name] = try await Self.value(of: entry.source)
            } catch {
                problems[name] = error.message
            }
        }
    }

    private static func value(of source: SecretSource) async throws(SecretProblem) -> SecretValue {
        switch source {
        case .value(let value): return value
        case .command(let words): return try await SecretCommand.value(of: words)
        case .environment(let variable):
            guard let text = EnvironmentVariable.value(of: variable) else {
                throw SecretProblem(
                    "cannot be had: \(variable) is not in the environment of the program that runs the job"
                )
            }
            do throws(SecretProblem) {
                return try SecretValue(text)
            } catch {
                throw SecretProblem("cannot be had: what \(variable) holds \(error.message)")
            }
        }
    }

    /// - Throws: `VALIDATION_ERROR` with every secret that cannot be had.
    func requireAll(of job: Job) throws(JobError) {
        guard !problems.isEmpty else { return }
        throw JobError(
            .validationError,
            "The tools of \(job.id) need secrets that are not there; no step was started.",
            fields: problems.sorted { $0.key < $1.key }.map { FieldError(field: $0.key, message: $0.value) }
        )
    }

    /// Why a step may not start whose tool needs a secret that is not there; nil when all are.
    func failure(before step: StepID, _ tool: Tool) -> StepFailure? {
        guard let name = tool.secrets.first(where: { values[$0] == nil }) else { return nil }
        let problem = problems[name] ?? "is not set; `lockstep secrets set \(name)`"
        return StepFailure(
            .validationError,
            "Step \(step) was not started: its tool \(tool.id) needs the secret \(name), which \(problem)."
        )
    }

    /// What the executor gets for a tool; nil for what is not known.
    func values(for tool: Tool) -> [String: SecretValue?] {
        Dictionary(tool.secrets.map { ($0, values[$0]) }) { first, _ in first }
    }
}

extension JobRun {
    /// Has all secrets that the steps yet to run need, before anything starts.
    ///
    /// - Throws: `VALIDATION_ERROR` when one cannot be had, unless the job is running already: then the step fails that needs
    ///   it, so that a cancellation or the result of a step is recorded all the same.
    mutating func takeSecrets() async throws(JobError) {
        let open = job.steps.filter { $0.status != .completed }
        let names = open.flatMap { tools[$0.toolDigest]?.secrets ?? [] }
        let called = open.contains(where: \.callsWorkflow) ? pinned.calledSecrets : []
        secrets = await JobSecrets(names + called, of: context.project)
        if job.state != .running, !job.isDriven { try secrets.requireAll(of: job) }
    }
}
