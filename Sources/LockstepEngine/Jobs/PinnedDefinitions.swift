internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// The definitions that a job is pinned to, read back from the database whatever has happened to the files.
struct PinnedDefinitions {
    let workflow: Workflow
    /// By digest.
    let tools: [String: Tool]

    /// - Throws: `WORKFLOW_INVALID` when a definition is not there or was written by a newer program.
    static func load(for job: Job, from context: EngineContext) async throws(JobError) -> PinnedDefinitions {
        let contents: [String: JSONValue]
        do { contents = try await context.store.definitions(of: job.id) } catch { throw JobError(error) }
        guard let digest = job.workflowDigest, let content = contents[digest] else {
            throw JobError(.workflowInvalid, "\(job.id) has no workflow that could be run.")
        }
        do throws(DefinitionError) {
            var tools: [String: Tool] = [:]
            for step in job.steps where tools[step.toolDigest] == nil {
                guard let content = contents[step.toolDigest] else { continue }
                let folder = context.project.toolFolder(of: step.toolID)
                tools[step.toolDigest] = try Tool(definition: content, folder: folder)
            }
            return PinnedDefinitions(workflow: try Workflow(definition: content), tools: tools)
        } catch {
            throw JobError(
                .workflowInvalid,
                "The definitions of \(job.id) cannot be read by this version of lockstep: \(error.message)"
            )
        }
    }
}
