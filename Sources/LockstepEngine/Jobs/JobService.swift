internal import LockstepDefinitions
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// The one door to jobs: whatever people and programs do with a job goes through here, each call with an ``Actor``.
///
/// Every change is one transaction with its event. Operations throw one typed ``JobError``.
package struct JobService: Sendable {
    let context: EngineContext
    /// What runs steps; nil means this machine.
    let executor: (any StepExecutor)?

    init(_ context: EngineContext, executor: (any StepExecutor)?) {
        self.context = context
        self.executor = executor
    }

    /// Makes a job from a checked workflow: PENDING, its steps PENDING, pinned to the definitions as they are now.
    ///
    /// - Returns: A queued job when all inputs are there and valid, else a draft.
    /// - Throws: `VALIDATION_ERROR` with every wrong or missing input, unless the request allows a draft; nothing is kept
    ///   then.
    package func createJob(_ request: CreateJobRequest, as actor: Actor) async throws(JobError) -> Job {
        let (definitions, stored) = DefinitionSet.made(from: request.workflow, at: context.now())
        var creation = try creation(of: request, definitions, as: actor)
        creation.definitions = stored
        let complete = creation
        do { try await context.store.insert(complete) } catch { throw JobError(error) }
        return complete.job
    }

    /// The rows that a new job begins with; the files among its inputs are stored already, its definitions are left out.
    ///
    /// - Parameter memory: Knows files that other jobs were given.
    /// - Throws: As ``createJob(_:as:)``.
    func creation(
        of request: CreateJobRequest,
        _ definitions: DefinitionSet,
        memory: StoredFiles? = nil,
        as actor: Actor
    ) throws(JobError) -> JobCreation {
        try actor.require(.createJob)
        let tenant = try request.details.tenant(for: actor)
        let workflow = definitions.workflow
        let taken = try takeInputs(
            request.inputs,
            for: workflow.inputVariables,
            draft: request.allowsIncompleteInputs,
            memory: memory
        )
        let now = context.now()
        let id: JobID = context.identifiers.next()
        var job = Job(
            id: id,
            workflowID: workflow.id,
            workflowDigest: definitions.digest,
            tenantID: tenant,
            userID: actor.id,
            name: request.name ?? workflow.name,
            description: request.description.isEmpty ? workflow.description : request.description,
            state: .draft,
            createdAt: now,
            updatedAt: now,
            inputVariables: workflow.inputVariables,
            inputValues: taken.values,
            inputErrors: JSONObject(taken.errors.map { ($0.field, .string($0.message)) })
        )
        job.reusesSteps = request.reusesSteps
        try request.details.apply(to: &job, name: nil, by: actor, at: now)
        if job.estimatedCost == nil { job.estimatedCost = definitions.estimatedCost }
        job.timeoutSeconds = job.timeoutSeconds ?? workflow.timeoutSeconds
        if job.inputsAreComplete { job.state = job.scheduledAt == nil ? .queued : .scheduled }
        if request.enqueues { job.enqueuedAt = now }
        job.steps = try definitions.steps(of: id)
        job.pins = definitions.pins
        let created = definitions.creationEvent(of: job, by: actor)
        let assets = inputAssets(taken, of: job, at: now)
        return JobCreation(
            job: job,
            definitions: [],
            assets: assets,
            events: [created] + assets.map { $0.creationEvent(by: actor) }
        )
    }

    /// Sets one input of a job that has not started (seed 002, section 2).
    ///
    /// A wrong value does not throw: it is kept out, and `input_errors` says why.
    ///
    /// - Throws: `INVALID_TRANSITION` when the job has started, `VALIDATION_ERROR` for a name that is no input of the job,
    ///   `JOB_NOT_FOUND`.
    package func setInputValue(
        _ input: GivenInput,
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        try await setInputValues([input], of: id, expectedVersion: expectedVersion, as: actor)
    }

    /// Sets several inputs in one change; each is judged by itself, so that a wrong one does not keep out the others.
    package func setInputValues(
        _ inputs: [GivenInput],
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        var job = try await changeable(id, for: .setInputValue, expectedVersion, as: actor)
        let unknown = inputs.filter { job.inputVariables.named($0.name) == nil }
        if !unknown.isEmpty {
            let taken = try takeInputs(unknown, for: job.inputVariables, existing: job.inputValues, draft: true)
            throw JobError(.validationError, "The inputs of \(id) were not changed.", fields: taken.errors)
        }
        var fields: [String] = []
        var assets: [Asset] = []
        for variable in job.inputVariables {
            let given = inputs.filter { job.inputVariables.named($0.name) == variable }
            guard !given.isEmpty else { continue }
            fields.append(variable.id)
            let taken = try takeInputs(given, for: job.inputVariables, existing: job.inputValues, draft: true)
            job.inputErrors[variable.id] = taken.errors.first.map { .string($0.message) }
            if taken.errors.isEmpty { job.inputValues = taken.values }
            assets += inputAssets(taken, of: job, at: context.now())
        }
        let data: JSONValue =
            fields.count == 1
            ? ["variable_id": .string(fields[0])] : ["variable_ids": .array(fields.map { .string($0) })]
        return try await keepInputs(of: job, type: "job.input_set", data: data, assets, actor)
    }

    /// Removes all input values and errors of a job that has not started.
    package func clearInputs(
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        var job = try await changeable(id, for: .clearInputs, expectedVersion, as: actor)
        job.inputValues = [:]
        job.inputErrors = [:]
        return try await keepInputs(of: job, type: "job.inputs_cleared", data: [:], [], actor)
    }

    /// Whether every required input has a value and none is wrong.
    package func areInputsValid(_ id: JobID, as actor: Actor) async throws(JobError) -> Bool {
        try await job(id, for: .areInputsValid, as: actor).inputsAreComplete
    }

    /// Notes in `input_errors` what is missing, and makes the job ready when nothing is.
    package func validateInputs(
        of id: JobID,
        expectedVersion: Int64? = nil,
        as actor: Actor
    ) async throws(JobError) -> Job {
        var job = try await changeable(id, for: .validateInputs, expectedVersion, as: actor)
        let taken = try takeInputs(
            [],
            for: job.inputVariables,
            existing: job.inputValues,
            draft: true,
            requiresAll: true
        )
        for error in taken.errors { job.inputErrors[error.field] = .string(error.message) }
        for variable in job.inputVariables where job.inputValues[variable.id] != nil {
            job.inputErrors[variable.id] = nil
        }
        return try await keepInputs(of: job, type: "job.inputs_validated", data: [:], [], actor)
    }

    /// - Parameter draft: Whether mistakes come back as errors of the result instead of being thrown.
    private func takeInputs(
        _ inputs: [GivenInput],
        for variables: [InputVariable],
        existing: JSONObject = [:],
        draft: Bool,
        requiresAll: Bool? = nil,
        memory: StoredFiles? = nil
    ) throws(JobError) -> InputIntake.Taken {
        let intake = InputIntake(
            variables: variables,
            blobs: context.blobs,
            mediaTypes: context.mediaTypes,
            memory: memory
        )
        let taken: InputIntake.Taken
        do {
            taken = try intake.take(
                inputs,
                existing: existing,
                requiresAll: requiresAll ?? !draft,
                newAssetID: { context.identifiers.next() }
            )
        } catch {
            throw JobError(error)
        }
        guard draft || taken.errors.isEmpty else {
            let count = taken.errors.count
            throw JobError(
                .validationError,
                "\(count == 1 ? "One input is" : "\(count) inputs are") not valid; nothing was run.",
                fields: taken.errors
            )
        }
        return taken
    }

    private func changeable(
        _ id: JobID,
        for operation: JobOperation,
        _ expectedVersion: Int64?,
        as actor: Actor
    ) async throws(JobError) -> Job {
        let job = try await job(id, for: operation, as: actor)
        try job.require(version: expectedVersion)
        guard job.state == .draft || job.state == .queued || job.state == .scheduled else {
            throw JobError(
                .invalidTransition,
                "\(id) is \(job.state.rawValue); inputs can only be changed before a job starts. Create a new job."
            )
        }
        return job
    }

    private func keepInputs(
        of changed: Job,
        type: String,
        data: JSONValue,
        _ assets: [Asset],
        _ actor: Actor
    ) async throws(JobError) -> Job {
        var job = changed
        let before = job.state
        if job.inputsAreComplete {
            if job.state == .draft { job.state = job.scheduledAt == nil ? .queued : .scheduled }
        } else {
            job.state = .draft
        }
        job.version += 1
        job.updatedAt = context.now()
        let event = Event(
            jobID: job.id,
            tenantID: job.tenantID,
            fromState: before,
            toState: job.state,
            type: type,
            actor: actor.id,
            data: data,
            at: job.updatedAt
        )
        do {
            try await context.store.replaceInputs(
                of: job,
                assets: assets,
                events: [event] + assets.map { $0.creationEvent(by: actor) }
            )
        } catch {
            throw JobError(error)
        }
        return job
    }

    private func inputAssets(_ taken: InputIntake.Taken, of job: Job, at now: Instant) -> [Asset] {
        taken.files.map { entry in
            Asset(
                id: entry.file.assetID,
                jobID: job.id,
                userID: job.userID,
                tenantID: job.tenantID,
                assetType: "input",
                name: entry.file.name,
                outputName: entry.variable,
                mimeType: entry.file.mimeType,
                size: entry.file.size,
                sha256: entry.file.sha256,
                storagePath: context.blobs.relativePath(of: entry.file.sha256),
                createdAt: now
            )
        }
    }
}

extension Asset {
    /// The log's row for an asset that has come into being.
    func creationEvent(by actor: Actor) -> Event {
        Event(
            jobID: jobID,
            tenantID: tenantID,
            type: "asset.created",
            actor: actor.id,
            data: [
                "asset_id": .string(id.rawValue), "name": .string(name), "sha256": .string(sha256),
                "file_size": .integer(size),
            ],
            at: createdAt
        )
    }
}
