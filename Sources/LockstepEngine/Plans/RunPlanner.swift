internal import Glibc
package import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Says what a run would do. Runs nothing and keeps nothing: inputs are read where they are, and the database as it is.
package struct RunPlanner: Sendable {
    private let project: Project
    private let privateTenants: Set<String>

    package init(_ project: Project, configuration: ProjectConfiguration = ProjectConfiguration()) {
        self.project = project
        privateTenants = configuration.privateTenants
    }

    /// Plans a run of a workflow.
    ///
    /// - Parameter reusesSteps: Whether equal results of earlier steps are used; what they made is known then.
    /// - Throws: `VALIDATION_ERROR` with every wrong or missing input; `PERMISSION_DENIED` for who may make no jobs.
    package func plan(
        _ workflow: CheckedWorkflow,
        inputs: [GivenInput],
        reusesSteps: Bool = false,
        as actor: Actor
    ) async throws(JobError) -> RunPlan {
        try actor.require(.createJob)
        let values = try take(inputs, for: workflow.workflow.inputVariables)
        let (earlier, problem) = earlierResults(for: actor)
        let walk = PlanWalk(
            definitions: DefinitionSet.made(from: workflow, at: Instant(milliseconds: 0)).set,
            secrets: SecretStore(stateFolder: project.stateFolder),
            earlier: earlier,
            reusesSteps: reusesSteps
        )
        var plan = try await walk.plan(
            workflow.workflow,
            workflow.workflow.inputVariables.map { ($0.id, .known(values[$0.id])) }
        )
        plan.lookupProblem = problem
        return plan
    }

    private func take(_ inputs: [GivenInput], for variables: [InputVariable]) throws(JobError) -> JSONObject {
        let intake = InputIntake(variables: variables, blobs: nil, mediaTypes: LazyMediaTypes())
        let taken: InputIntake.Taken
        do throws(StoreError) {
            taken = try intake.take(inputs, requiresAll: true, newAssetID: { AssetID("file_planned") })
        } catch {
            throw JobError(error)
        }
        guard taken.errors.isEmpty else {
            let count = taken.errors.count
            throw JobError(
                .validationError,
                "\(count == 1 ? "One input is" : "\(count) inputs are") not valid; nothing could be planned.",
                fields: taken.errors
            )
        }
        return taken.values
    }

    /// Nil where nothing has run yet; a database that cannot be read now is no reason not to plan.
    private func earlierResults(for actor: Actor) -> (results: EarlierResults?, problem: String?) {
        let path = project.stateFolder + "/lockstep.sqlite"
        guard access(path, F_OK) == 0 else { return (nil, nil) }
        do throws(StoreError) {
            let store = JobStore(
                try StateDatabase(reading: path),
                blobs: BlobStore(reading: project.stateFolder + "/assets")
            )
            let isPrivate = privateTenants.contains(actor.tenantID)
            let scope = ReuseScope(tenantID: actor.tenantID, owner: isPrivate ? actor.id : nil)
            return (EarlierResults(store: store, scope: scope), nil)
        } catch {
            return (nil, error.message)
        }
    }
}
