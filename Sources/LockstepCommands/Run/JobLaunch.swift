internal import ArgumentParser
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel

/// Creates a job from a workflow and runs it while the person watches.
struct JobLaunch {
    let options: RunOptions
    let project: ProjectOptions
    let isJSON: Bool
    /// Whether results of earlier equal steps are used again.
    var reusesSteps = false

    /// - Throws: What kept the job from being run; ``ExitCode`` when it ran and did not complete.
    func run(_ checked: CheckedWorkflow, in found: Project) async throws {
        let inputs = try options.inputs.given(for: checked.workflow.inputVariables)
        let open = try project.open(found)
        var request = CreateJobRequest(workflow: checked, name: options.name, inputs: inputs)
        request.reusesSteps = reusesSteps
        request.enqueues = options.queues
        let job = try await open.service.createJob(request, as: open.actor)
        let session = JobSession(open: open, project: project, isJSON: isJSON)
        if options.queues { return try session.queued(job) }
        if options.detaches { return try await session.detach(job, sandbox: options.sandbox.level) }
        try await session.drive { stop, onUpdate in
            try await open.workspace.runner.run(
                job.id,
                as: open.actor,
                sandbox: options.sandbox.level,
                stop: stop,
                onUpdate: onUpdate
            )
        }
    }
}
