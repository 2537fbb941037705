internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// A workflow with everything that it uses, each by the digest that a job of it is pinned to.
struct DefinitionSet {
    let workflow: Workflow
    let digest: String
    /// Those of the called workflows among them.
    let tools: [ToolID: (tool: Tool, digest: String)]
    /// The workflows that it calls, directly or not.
    let called: [WorkflowID: (workflow: Workflow, digest: String)]

    init(
        workflow: Workflow,
        digest: String,
        tools: [ToolID: (tool: Tool, digest: String)],
        called: [WorkflowID: (workflow: Workflow, digest: String)]
    ) {
        self.workflow = workflow
        self.digest = digest
        self.tools = tools
        self.called = called
    }

    /// What a job of it needs beyond its own steps; nil when it calls no workflow.
    var pins: DefinitionPins? { called.isEmpty ? nil : allPins }

    /// Everything that it uses.
    var allPins: DefinitionPins {
        DefinitionPins(workflows: called.mapValues(\.digest), tools: tools.mapValues(\.digest))
    }

    /// The steps of a new job.
    ///
    /// - Throws: `TOOL_NOT_FOUND` when a tool or a called workflow is not in the set.
    func steps(of job: JobID) throws(JobError) -> [JobStep] {
        var steps: [JobStep] = []
        for (index, definition) in workflow.allSteps.enumerated() {
            var step: JobStep
            switch definition.work {
            case .tool(let reference):
                guard let found = tools[reference.id] else {
                    throw JobError(
                        .toolNotFound,
                        "Step \(definition.id) uses the tool \(reference.id), which is not there."
                    )
                }
                step = JobStep(definition, of: job, at: index, found.tool.id, found.tool.name, found.digest)
            case .workflow(let id):
                guard let found = called[id] else {
                    throw JobError(
                        .toolNotFound,
                        "Step \(definition.id) calls the workflow \(id), which is not there."
                    )
                }
                let name = found.workflow.name
                step = JobStep(definition, of: job, at: index, ToolID(id.rawValue), name, found.digest)
                step.callsWorkflow = true
            }
            step.isFinal = index >= workflow.steps.count
            steps.append(step)
        }
        return steps
    }

    /// The log's first row of a new job of the workflow; it names the step that called it, where one did.
    func creationEvent(of job: Job, by actor: Actor) -> Event {
        var data: JSONObject = [
            "workflow_id": .string(workflow.id.rawValue), "workflow_digest": .string(digest),
        ]
        data["parent_job_id"] = job.parent.map { .string($0.jobID.rawValue) }
        data["parent_step_id"] = job.parent.map { .string($0.stepID.rawValue) }
        return Event(
            jobID: job.id,
            tenantID: job.tenantID,
            toState: job.state,
            type: "job.created",
            actor: actor.id,
            data: .object(data),
            at: job.createdAt
        )
    }

    /// What the tools of all steps say they cost, together; nil when none says it.
    var estimatedCost: Money? {
        let costs = workflow.steps.compactMap { step in
            step.tool.flatMap { tools[$0.id] }?.tool.estimatedCost.flatMap { Money(parsing: $0) }
        }
        return costs.isEmpty ? nil : costs.reduce(.zero, +)
    }
}

extension DefinitionSet {
    /// - Returns: The set, and the rows that keep its definitions.
    static func made(from checked: CheckedWorkflow, at now: Instant) -> (set: DefinitionSet, stored: [StoredDefinition])
    {
        var stored: [StoredDefinition] = []
        func keep(_ kind: StoredDefinition.Kind, _ id: String, _ content: JSONValue) -> String {
            let definition = StoredDefinition(kind: kind, id: id, content: content, createdAt: now)
            stored.append(definition)
            return definition.digest
        }
        let digest = keep(.workflow, checked.workflow.id.rawValue, checked.workflow.definition)
        let tools = checked.tools.mapValues { ($0, keep(.tool, $0.id.rawValue, $0.definition)) }
        let called = checked.called.mapValues { ($0, keep(.workflow, $0.id.rawValue, $0.definition)) }
        return (DefinitionSet(workflow: checked.workflow, digest: digest, tools: tools, called: called), stored)
    }

    /// A workflow and everything that it uses, as it was stored.
    ///
    /// - Parameters:
    ///   - pins: The digests of its tools, and of the workflows that it calls with theirs.
    ///   - contents: Stored definitions by digest.
    /// - Throws: `WORKFLOW_INVALID` when a definition is not there or was written by a newer program.
    static func read(
        _ id: WorkflowID,
        _ digest: String,
        _ pins: DefinitionPins,
        _ contents: [String: JSONValue],
        _ project: Project
    ) throws(JobError) -> DefinitionSet {
        func content(_ digest: String) -> JSONValue { contents[digest] ?? .null }
        do throws(DefinitionError) {
            let workflow = try Workflow(definition: content(digest))
            var called: [WorkflowID: (workflow: Workflow, digest: String)] = [:]
            var tools: [ToolID: (tool: Tool, digest: String)] = [:]
            var open = [workflow]
            while let next = open.popLast() {
                for step in next.allSteps {
                    switch step.work {
                    case .tool(let reference):
                        guard tools[reference.id] == nil, let digest = pins.tools[reference.id] else { continue }
                        let folder = project.toolFolder(of: reference.id)
                        tools[reference.id] = (try Tool(definition: content(digest), folder: folder), digest)
                    case .workflow(let id):
                        guard called[id] == nil, let digest = pins.workflows[id] else { continue }
                        let inner = try Workflow(definition: content(digest))
                        called[id] = (inner, digest)
                        open.append(inner)
                    }
                }
            }
            return DefinitionSet(workflow: workflow, digest: digest, tools: tools, called: called)
        } catch {
            throw JobError(
                .workflowInvalid,
                "The workflow \(id) cannot be read by this version of lockstep: \(error.message)"
            )
        }
    }
}

extension JobStep {
    fileprivate init(
        _ definition: WorkflowStep,
        of job: JobID,
        at index: Int,
        _ id: ToolID,
        _ name: String,
        _ digest: String
    ) {
        self.init(
            id: definition.id,
            jobID: job,
            sequenceNumber: index,
            toolID: id,
            toolName: name,
            toolDigest: digest,
            parameterMappings: definition.parameterMappingsSource,
            outputMappings: definition.outputMappingsSource
        )
    }
}
