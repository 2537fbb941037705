package import LockstepJSON

/// One use of a tool, or of another workflow, in a workflow.
package struct WorkflowStep: Sendable, Hashable {
    package var id: StepID
    package var work: StepWork
    /// Where the parameters get their values from, in the order of the file.
    package var parameterMappings: [ParameterMapping]
    /// What becomes of the outputs, in the order of the file.
    package var outputMappings: [OutputMapping]
    /// `when`: the step is skipped when this is false, empty, 0 or null.
    package var condition: Mapping?
    /// `for_each`: the step runs once for each item of a list.
    package var loop: StepLoop?
    /// `on_failure`: what becomes of the job when the step fails.
    package var failurePolicy: StepFailurePolicy
    /// `run_on` of a step of `finally`: the ends of the job for which it runs. All for any other step.
    package var runOn: Set<JobEnd>
    /// Replaces the tool's wall limit.
    package var timeout: DurationText?
    /// When a failed attempt is followed by another one; never when nil.
    package var retry: StepRetryPolicy?
    /// `parameter_mappings` as the file writes it.
    package var parameterMappingsSource: JSONValue
    /// `output_mappings` as the file writes it.
    package var outputMappingsSource: JSONValue

    package init(
        id: StepID,
        work: StepWork,
        parameterMappings: [ParameterMapping] = [],
        outputMappings: [OutputMapping] = [],
        condition: Mapping? = nil,
        loop: StepLoop? = nil,
        failurePolicy: StepFailurePolicy = .fail,
        runOn: Set<JobEnd> = Set(JobEnd.allCases),
        timeout: DurationText? = nil,
        retry: StepRetryPolicy? = nil,
        parameterMappingsSource: JSONValue = [:],
        outputMappingsSource: JSONValue = [:]
    ) {
        self.id = id
        self.work = work
        self.parameterMappings = parameterMappings
        self.outputMappings = outputMappings
        self.condition = condition
        self.loop = loop
        self.failurePolicy = failurePolicy
        self.runOn = runOn
        self.timeout = timeout
        self.retry = retry
        self.parameterMappingsSource = parameterMappingsSource
        self.outputMappingsSource = outputMappingsSource
    }

    /// The tool that it runs; nil when it calls a workflow.
    package var tool: ToolReference? {
        if case .tool(let reference) = work { reference } else { nil }
    }

    /// The workflow that it calls; nil when it runs a tool.
    package var calledWorkflow: WorkflowID? {
        if case .workflow(let id) = work { id } else { nil }
    }
}

/// What a step does.
package enum StepWork: Sendable, Hashable {
    case tool(ToolReference)
    /// Runs another workflow as a job of its own.
    case workflow(WorkflowID)
}

/// One entry of `parameter_mappings`.
package struct ParameterMapping: Sendable, Hashable {
    /// The tool's parameter, or the input variable of the called workflow.
    package var parameter: String
    package var mapping: Mapping

    package init(_ parameter: String, _ mapping: Mapping) {
        self.parameter = parameter
        self.mapping = mapping
    }
}

/// One entry of `output_mappings`.
package struct OutputMapping: Sendable, Hashable {
    /// The tool's output, or the output variable of the called workflow.
    package var output: String
    /// The variable that it becomes.
    package var variable: String
    /// `default`: what the variable is when the step makes no such output, is skipped, or fails and the job goes on.
    package var defaultValue: JSONValue?

    package init(_ output: String, _ variable: String, default defaultValue: JSONValue? = nil) {
        self.output = output
        self.variable = variable
        self.defaultValue = defaultValue
    }
}

/// `on_failure` of a step.
package enum StepFailurePolicy: String, Sendable, Hashable, CaseIterable {
    /// The job fails; steps after it are skipped.
    case fail
    /// The job goes on, and is partial at its end.
    case `continue`
}

/// How the steps of a job came to their end, as `run_on` of a step of `finally` names it.
package enum JobEnd: String, Sendable, Hashable, CaseIterable {
    /// All steps are through, also when some were allowed to fail.
    case success
    case failure
    case cancel
}
