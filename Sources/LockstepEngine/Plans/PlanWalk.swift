internal import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Goes through the steps of a workflow, and of those that it calls, in the order in which they would run.
struct PlanWalk {
    let definitions: DefinitionSet
    let secrets: SecretStore
    /// Nil where nothing can be looked up.
    let earlier: EarlierResults?
    let reusesSteps: Bool
    let fingerprinter = StepFingerprinter()

    init(definitions: DefinitionSet, secrets: SecretStore, earlier: EarlierResults?, reusesSteps: Bool) {
        self.definitions = definitions
        self.secrets = secrets
        self.earlier = earlier
        self.reusesSteps = reusesSteps
    }

    /// - Parameter inputs: Of the workflow's input variables, in their order.
    func plan(
        _ workflow: Workflow,
        _ inputs: [(name: String, value: PlannedValue)]
    ) async throws(JobError) -> RunPlan {
        var variables = PlannedVariables()
        for input in inputs { variables.set(input.name, to: input.value) }
        var steps: [PlannedStep] = []
        for (index, step) in workflow.allSteps.enumerated() {
            let isFinal = index >= workflow.steps.count
            steps.append(try await plan(step, number: index + 1, isFinal: isFinal, of: workflow.id, &variables))
        }
        return RunPlan(
            workflowID: workflow.id,
            name: workflow.name,
            inputs: inputs,
            steps: steps,
            outputs: workflow.outputs.map { ($0, variables.value(of: $0)) },
            reusesSteps: reusesSteps
        )
    }

    private func plan(
        _ step: WorkflowStep,
        number: Int,
        isFinal: Bool,
        of workflow: WorkflowID,
        _ variables: inout PlannedVariables
    ) async throws(JobError) -> PlannedStep {
        let ends = JobEnd.allCases.filter(step.runOn.contains)
        var planned = PlannedStep(
            id: step.id,
            number: number,
            isFinal: isFinal,
            work: step.work,
            runOn: isFinal && ends.count < JobEnd.allCases.count ? ends : nil,
            attempts: step.retry?.maxAttempts ?? 1,
            toleratesFailure: step.failurePolicy == .continue
        )
        decide(step, variables, &planned)
        if planned.isSkipped {
            for output in step.outputMappings { variables.set(output.variable, to: output.defaultValue) }
            return planned
        }
        let inner = items(of: step, variables, &planned)
        for output in step.outputMappings { variables.leaveOpen(output.variable) }
        if planned.loop?.count == 0 {
            if planned.condition.map({ $0.decision == .holds }) ?? true {
                for output in step.outputMappings { variables.set(output.variable, to: .array([])) }
            }
            return planned
        }
        let made: [String: PlannedValue]
        switch step.work {
        case .tool(let reference): made = try await plan(reference.id, step, inner, of: workflow, &planned)
        case .workflow(let id): made = try await plan(call: id, step, inner, &planned)
        }
        // Whether the step runs, and how often, must be certain before it is certain what it leaves.
        let isCertain = planned.problems.isEmpty && planned.loop == nil && !isFinal
        if isCertain, planned.condition.map({ $0.decision == .holds }) ?? true {
            for output in step.outputMappings {
                switch made[output.output] ?? .known(nil) {
                case .known(let value): variables.set(output.variable, to: value ?? output.defaultValue)
                case .waits: break
                }
            }
        }
        return planned
    }

    private func decide(_ step: WorkflowStep, _ variables: PlannedVariables, _ planned: inout PlannedStep) {
        guard let condition = step.condition else { return }
        do throws(RuleError) {
            switch try variables.value(of: condition) {
            case .known(let value):
                planned.condition = (condition.text, value?.isTruthy == true ? .holds : .fails)
            case .waits(let names): planned.condition = (condition.text, .waits(names))
            }
        } catch {
            planned.condition = (condition.text, .holds)
            planned.problems.append("`when` cannot be decided: \(error.message).")
        }
    }

    /// The variables as the first item of a loop sees them; as they are for a step without one.
    private func items(
        of step: WorkflowStep,
        _ variables: PlannedVariables,
        _ planned: inout PlannedStep
    ) -> PlannedVariables {
        guard let loop = step.loop else { return variables }
        var inner = variables
        var result = PlannedLoop(
            source: loop.mapping.text,
            item: loop.itemName,
            count: nil,
            waits: [],
            maxParallel: loop.maxParallel
        )
        inner.leaveOpen(loop.itemName)
        inner.set(StepLoop.indexName, to: .integer(0))
        do throws(StepLoopError) {
            let list: PlannedValue
            do throws(RuleError) { list = try variables.value(of: loop.mapping) } catch {
                throw StepLoopError(message: "the list of `for_each` cannot be made: \(error.message)")
            }
            if case .waits(let names) = list {
                result.waits = names
            } else {
                let items = try loop.items(in: variables.values)
                result.count = items.count
                if let first = items.first { inner.set(loop.itemName, to: first) }
            }
        } catch {
            planned.problems.append(error.message)
        }
        planned.loop = result
        return inner
    }
}
