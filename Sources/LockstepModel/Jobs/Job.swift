package import LockstepJSON

/// One run of a workflow on given inputs.
package struct Job: Sendable, Hashable {
    package var id: JobID
    /// Nil for a job whose work somebody else does.
    package var workflowID: WorkflowID?
    /// SHA-256 of the canonical workflow definition that the job is pinned to.
    package var workflowDigest: String?
    package var tenantID: String
    package var userID: String
    package var name: String
    package var description: String
    package var state: JobState
    /// 0 to 100; never goes back within a run.
    package var progress: Int
    /// The optimistic lock: grows by one with every change.
    package var version: Int64
    package var createdAt: Instant
    package var updatedAt: Instant
    package var startedAt: Instant?
    package var completedAt: Instant?
    package var inputVariables: [InputVariable]
    /// By variable id.
    package var inputValues: JSONObject
    /// Message by variable id.
    package var inputErrors: JSONObject
    /// In the order they run.
    package var steps: [JobStep]
    /// The last line that the running step wrote.
    package var liveOutput: String?
    package var outputData: JSONObject?
    package var errorMessage: String?
    package var errorCode: String?
    /// How often it has been started: 0 before the first start, one more with each retry and after each reset.
    package var runNumber = 0
    /// Whether a runner holds it; a job that is `running` without one waits for somebody to go on.
    package var isDriven = false
    /// When somebody asked the runner that holds it to stop.
    package var cancelRequestedAt: Instant?
    package var cancelReason: String?
    /// Since when it waits for a worker of the service; nil when somebody else starts it. Only a `queued` job waits.
    package var enqueuedAt: Instant?

    /// Whether steps take the results of earlier equal ones instead of running.
    package var reusesSteps = false

    /// The job whose step made this one, and that step; nil for a job that stands by itself.
    package var parent: JobParent?
    /// How its steps came to their end, while those of `finally` run.
    package var ending: JobEnding?
    /// The definitions that the workflows it calls are pinned to; nil when it calls none.
    package var pins: DefinitionPins?

    // Seed 004's fields.

    /// The name of the persona that is to do the work.
    package var assignedAgent: String?
    /// One entry an assignment, oldest first: `{from, to, by, at}`.
    package var delegationChain: [JSONValue] = []
    /// Whatever the one who does the work wants to remember; comes back at a retry.
    package var executionContext: JSONObject?
    /// The last checkpoint; comes back at a retry.
    package var checkpointData: JSONValue?
    package var estimatedCost: Money?
    /// The sum of what was recorded.
    package var actualCost: Money?
    /// No step starts that would take ``actualCost`` above it, as far as its tool says what it costs.
    package var maxCost: Money?
    /// How long a run may take from its start.
    package var timeoutSeconds: Int?
    package var planID: String?
    /// Place in the plan; the job waits for all with a lower one.
    package var planStepIndex: Int?
    package var scheduledAt: Instant?
    package var scheduleID: String?
    package var batchID: String?
    package var contextRecordID: String?

    package init(
        id: JobID,
        workflowID: WorkflowID?,
        workflowDigest: String?,
        tenantID: String,
        userID: String,
        name: String,
        description: String,
        state: JobState,
        progress: Int = 0,
        version: Int64 = 1,
        createdAt: Instant,
        updatedAt: Instant,
        startedAt: Instant? = nil,
        completedAt: Instant? = nil,
        inputVariables: [InputVariable] = [],
        inputValues: JSONObject = [:],
        inputErrors: JSONObject = [:],
        steps: [JobStep] = [],
        liveOutput: String? = nil,
        outputData: JSONObject? = nil,
        errorMessage: String? = nil,
        errorCode: String? = nil
    ) {
        self.id = id
        self.workflowID = workflowID
        self.workflowDigest = workflowDigest
        self.tenantID = tenantID
        self.userID = userID
        self.name = name
        self.description = description
        self.state = state
        self.progress = progress
        self.version = version
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.inputVariables = inputVariables
        self.inputValues = inputValues
        self.inputErrors = inputErrors
        self.steps = steps
        self.liveOutput = liveOutput
        self.outputData = outputData
        self.errorMessage = errorMessage
        self.errorCode = errorCode
    }

    package var status: JobStatus { state.status }

    /// Whether somebody else does the work and says how it goes on.
    package var isExternal: Bool { workflowDigest == nil }

    /// When its run must have ended; nil without `timeout_seconds` or before it starts.
    package var deadline: Instant? {
        guard let timeoutSeconds, let startedAt else { return nil }
        return Instant(milliseconds: startedAt.milliseconds + Int64(timeoutSeconds) * 1000)
    }

    /// The outputs by name: ``outputData``, and the files that were added to an external job in its present run.
    ///
    /// A file is called as its asset; several of one name are a list. What the result itself says has precedence.
    ///
    /// - Parameter assets: The job's, in the order they were made.
    package func outputs(with assets: [Asset]) -> JSONObject {
        var added = JSONObject()
        for asset in assets where isExternal && asset.assetType != "input" {
            if let startedAt, asset.createdAt < startedAt { continue }
            let value = asset.fileValue.json
            switch added[asset.name] {
            case nil: added[asset.name] = value
            case .array(let others): added[asset.name] = .array(others + [value])
            case .some(let other): added[asset.name] = .array([other, value])
            }
        }
        var outputs = outputData ?? [:]
        for (name, value) in added where outputs[name] == nil { outputs[name] = value }
        return outputs
    }

    /// The step that runs, or the first one that has not completed; the last one when all have.
    package var currentStep: Int {
        steps.firstIndex { $0.status == .running || $0.status == .failed }
            ?? steps.firstIndex { $0.status == .pending }
            ?? max(0, steps.count - 1)
    }
}

/// One step of a job.
package struct JobStep: Sendable, Hashable {
    package var id: StepID
    package var jobID: JobID
    /// Place in the job, from 0.
    package var sequenceNumber: Int
    package var status: StepStatus
    package var toolID: ToolID
    package var toolName: String
    /// SHA-256 of the canonical tool definition that the job is pinned to.
    package var toolDigest: String
    package var parameterMappings: JSONValue
    package var outputMappings: JSONValue
    /// The step's own 0 to 100, when the tool says it.
    package var progress: Int?
    package var startedAt: Instant?
    package var completedAt: Instant?
    /// By tool output.
    package var outputData: JSONObject?
    package var errorMessage: String?
    package var errorCode: String?
    /// Set while it waits for its next attempt; ``status`` is running then, or pending in a paused job.
    package var waiting: StepWait?
    /// The step that ran instead, when this one has its result without having run.
    package var reusedFrom: StepOrigin?
    /// Whether it is one of `finally`.
    package var isFinal = false
    /// Whether it calls a workflow; the tool's id, name and digest are those of the workflow then.
    package var callsWorkflow = false
    /// The job that runs the called workflow, once there is one.
    package var childJobID: JobID?
    /// How far a step with `for_each` is, once its list is known.
    package var items: StepItems?

    package init(
        id: StepID,
        jobID: JobID,
        sequenceNumber: Int,
        status: StepStatus = .pending,
        toolID: ToolID,
        toolName: String,
        toolDigest: String,
        parameterMappings: JSONValue = [:],
        outputMappings: JSONValue = [:],
        progress: Int? = nil,
        startedAt: Instant? = nil,
        completedAt: Instant? = nil,
        outputData: JSONObject? = nil,
        errorMessage: String? = nil,
        errorCode: String? = nil
    ) {
        self.id = id
        self.jobID = jobID
        self.sequenceNumber = sequenceNumber
        self.status = status
        self.toolID = toolID
        self.toolName = toolName
        self.toolDigest = toolDigest
        self.parameterMappings = parameterMappings
        self.outputMappings = outputMappings
        self.progress = progress
        self.startedAt = startedAt
        self.completedAt = completedAt
        self.outputData = outputData
        self.errorMessage = errorMessage
        self.errorCode = errorCode
    }
}
