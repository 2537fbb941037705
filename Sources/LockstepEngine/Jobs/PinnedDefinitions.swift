internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// The definitions that a job is pinned to, read back from the database whatever has happened to the files.
struct PinnedDefinitions: Sendable {
    let workflow: Workflow
    /// Those that the job's own steps run, by digest.
    let tools: [String: Tool]
    private let contents: [String: JSONValue]
    private let pins: DefinitionPins?
    private let context: EngineContext

    /// - Throws: `WORKFLOW_INVALID` when a definition is not there or was written by a newer program.
    static func load(for job: Job, from context: EngineContext) async throws(JobError) -> PinnedDefinitions {
        let contents: [String: JSONValue]
        do { contents = try await context.store.definitions(of: job.id) } catch { throw JobError(error) }
        guard let digest = job.workflowDigest, let content = contents[digest] else {
            throw JobError(.workflowInvalid, "\(job.id) has no workflow that could be run.")
        }
        do throws(DefinitionError) {
            var tools: [String: Tool] = [:]
            for step in job.steps where !step.callsWorkflow && tools[step.toolDigest] == nil {
                guard let content = contents[step.toolDigest] else { continue }
                let folder = context.project.toolFolder(of: step.toolID)
                tools[step.toolDigest] = try Tool(definition: content, folder: folder)
            }
            return PinnedDefinitions(
                workflow: try Workflow(definition: content),
                tools: tools,
                contents: contents,
                pins: job.pins,
                context: context
            )
        } catch {
            throw JobError(
                .workflowInvalid,
                "The definitions of \(job.id) cannot be read by this version of lockstep: \(error.message)"
            )
        }
    }

    /// A workflow that the job calls, with everything that it uses itself.
    ///
    /// - Throws: `WORKFLOW_INVALID` when a definition is not there or was written by a newer program.
    func called(_ id: WorkflowID) throws(JobError) -> DefinitionSet {
        guard let pins, let digest = pins.workflows[id] else {
            throw JobError(
                .workflowInvalid,
                "The workflow \(id) is not among the definitions that the job is pinned to."
            )
        }
        return try DefinitionSet.read(id, digest, pins, contents, context.project)
    }

    /// The names of the secrets that the tools of all called workflows need.
    var calledSecrets: [String] {
        (pins?.tools.values.map { $0 } ?? []).flatMap { digest in
            (contents[digest]?["secrets"]?.arrayValue ?? []).compactMap(\.stringValue)
        }
    }
}
