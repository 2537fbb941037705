internal import LockstepModel

/// The names that a test of a workflow may use.
struct TestedWorkflow {
    let checked: CheckedWorkflow

    var workflow: Workflow { checked.workflow }

    /// A step that an address leads to.
    struct Found {
        let step: WorkflowStep
        /// Nil when it calls a workflow.
        let tool: Tool?
        let names: StepNames
    }

    /// Where an address stops leading anywhere, for a message.
    struct Lost: Error {
        let message: String
        let suggestion: String?
    }

    /// The ids on one level, for suggestions.
    struct StepNames {
        let workflow: Workflow
        var ids: [String] { workflow.allSteps.map(\.id.rawValue) }
    }

    /// Follows an address from step to called workflow to step.
    func find(_ address: StepAddress) throws(Lost) -> Found {
        var level = workflow
        var prefix = ""
        for (depth, part) in address.parts.enumerated() {
            let names = StepNames(workflow: level)
            guard let step = level.allSteps.first(where: { $0.id.rawValue == part.step }) else {
                let nearest = EditDistance.nearest(to: part.step, among: names.ids)
                let hint =
                    nearest.map { "; did you mean `\(prefix)\($0)`?" }
                    ?? "; it has \(names.ids.joined(separator: ", "))"
                throw Lost(
                    message: "the workflow `\(level.id)` has no step `\(part.step)`\(hint)",
                    suggestion: nearest.map { prefix + $0 }
                )
            }
            if part.item != nil, step.loop == nil {
                throw Lost(
                    message: "the step `\(prefix)\(part.step)` has no `for_each`, so it has no items",
                    suggestion: nil
                )
            }
            if depth == address.parts.count - 1 {
                return Found(step: step, tool: step.tool.flatMap { checked.tools[$0.id] }, names: names)
            }
            guard let called = step.calledWorkflow.flatMap({ checked.called[$0] }) else {
                throw Lost(
                    message: "the step `\(prefix)\(part.step)` calls no workflow, so no step is inside it",
                    suggestion: nil
                )
            }
            prefix += "\(part.step)/"
            level = called
        }
        throw Lost(message: "an address names at least one step", suggestion: nil)
    }

    /// The tools of the workflow and of those that it calls.
    var toolIDs: [String] {
        let steps = workflow.allSteps + checked.called.values.flatMap(\.allSteps)
        return Set(steps.compactMap { $0.tool?.id.rawValue }).sorted()
    }

    /// The steps of the workflow itself that run a tool.
    func steps(using tool: ToolID) -> [WorkflowStep] { workflow.allSteps.filter { $0.tool?.id == tool } }

    /// The variables that have a value at some time: inputs, and what steps make.
    var variables: [String] {
        workflow.inputVariables.map(\.id) + workflow.allSteps.flatMap { $0.outputMappings.map(\.variable) }
    }
}
