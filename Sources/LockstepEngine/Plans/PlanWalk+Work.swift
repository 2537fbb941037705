internal import LockstepExecution
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// What one step would run: a tool, or another workflow.
extension PlanWalk {
    /// - Returns: What the tool's outputs would be; empty when nobody knows them before it has run.
    func plan(
        _ id: ToolID,
        _ step: WorkflowStep,
        _ variables: PlannedVariables,
        of workflow: WorkflowID,
        _ planned: inout PlannedStep
    ) async throws(JobError) -> [String: PlannedValue] {
        guard let (tool, digest) = definitions.tools[id] else {
            throw JobError(.toolNotFound, "Step \(step.id) uses the tool \(id), which is not there.")
        }
        let preview = StepPreview(step, tool, variables)
        planned.problems += preview.problems
        for secret in secrets(of: tool) where !secret.isSet || secret.problem != nil {
            let problem = secret.problem ?? "is not set; `lockstep secrets set \(secret.name)`"
            planned.problems.append("its tool \(id) needs the secret \(secret.name), which \(problem).")
        }
        let (reuse, outputs) = try await reuse(of: step, tool, digest, preview, workflow, planned)
        do throws(StepFailure) {
            var limits = tool.limits
            if let timeout = step.timeout { limits.wall = timeout }
            planned.content = .tool(
                PlannedTool(
                    id: id,
                    command: try preview.command(),
                    stdin: try preview.stdin(),
                    environment: tool.environment.keys.sorted(),
                    files: preview.files,
                    secrets: secrets(of: tool),
                    sandbox: tool.sandbox,
                    limits: limits,
                    requested: tool.requestedJSON(limits: limits),
                    estimatedCost: tool.estimatedCost.flatMap { Money(parsing: $0) },
                    reuse: reuse
                )
            )
        } catch {
            planned.problems.append(error.message)
        }
        guard let outputs else {
            return Dictionary(tool.outputs.map { ($0.name, .waits([])) }) { first, _ in first }
        }
        return Dictionary(outputs.map { ($0.name, .known($0.value)) }) { first, _ in first }
    }

    private func secrets(of tool: Tool) -> [PlannedSecret] {
        tool.secrets.map { name in
            do throws(SecretProblem) {
                return PlannedSecret(name: name, isSet: try secrets.entry(name) != nil)
            } catch {
                return PlannedSecret(name: name, isSet: true, problem: error.message)
            }
        }
    }

    /// Looks for an earlier equal result.
    ///
    /// - Returns: Also what the step would leave when it is used.
    private func reuse(
        of step: WorkflowStep,
        _ tool: Tool,
        _ digest: String,
        _ preview: StepPreview,
        _ workflow: WorkflowID,
        _ planned: PlannedStep
    ) async throws(JobError) -> (PlannedReuse, JSONObject?) {
        if let obstacle = tool.reuseObstacle { return (.different(reasons: [obstacle], job: nil), nil) }
        guard planned.loop == nil else { return (.perItem, nil) }
        var waits: [String] = []
        for parameter in tool.parameters {
            for name in preview.waits[parameter.name] ?? [] where !waits.contains(name) { waits.append(name) }
        }
        guard waits.isEmpty else { return (.waits(waits), nil) }
        let fingerprint = await fingerprinter.fingerprint(tool, digest: digest, values: preview.values, level: .full)
        guard let fingerprint else {
            return (.different(reasons: ["the tool's own folder is too large to be compared"], job: nil), nil)
        }
        guard let earlier else { return (.different(reasons: ["there is no earlier result of it"], job: nil), nil) }
        do throws(StoreError) {
            let last = Instant(milliseconds: .max)
            // An id after all others: `~` stands behind letters and digits.
            let comparison = try await earlier.compare(
                fingerprint,
                workflow,
                step.id,
                before: JobID("job_~"),
                by: last,
                except: nil
            )
            switch comparison {
            case .different(let reasons, let job): return (.different(reasons: reasons, job: job), nil)
            case .equal(let found):
                return (.equal(found.origin, isUsed: reusesSteps), reusesSteps ? found.outputs : nil)
            }
        } catch {
            return (.different(reasons: ["earlier results could not be read: \(error.message)"], job: nil), nil)
        }
    }

    /// - Returns: What the called workflow's outputs would be.
    func plan(
        call id: WorkflowID,
        _ step: WorkflowStep,
        _ variables: PlannedVariables,
        _ planned: inout PlannedStep
    ) async throws(JobError) -> [String: PlannedValue] {
        guard let called = definitions.called[id]?.workflow else {
            throw JobError(.workflowInvalid, "Step \(step.id) calls the workflow \(id), which is not there.")
        }
        var inputs: [(name: String, value: PlannedValue)] = []
        for variable in called.inputVariables {
            let mapping = step.parameterMappings.first { $0.parameter == variable.id }?.mapping
            do throws(RuleError) {
                let value = try mapping.map { (mapping) throws(RuleError) in try variables.value(of: mapping) }
                inputs.append((variable.id, checked(value ?? .known(nil), variable, &planned)))
            } catch {
                planned.problems.append("its input \(variable.id): \(error.message)")
                inputs.append((variable.id, .known(nil)))
            }
        }
        let plan = try await plan(called, inputs)
        planned.content = .workflow(plan)
        return Dictionary(plan.outputs.map { ($0.name, $0.value) }) { first, _ in first }
    }

    /// A value for a called workflow's input, or its default.
    private func checked(
        _ value: PlannedValue,
        _ variable: InputVariable,
        _ planned: inout PlannedStep
    ) -> PlannedValue {
        guard case .known(let given) = value else { return value }
        guard let known = given == .null ? variable.defaultValue ?? given : given ?? variable.defaultValue else {
            if variable.isRequired {
                planned.problems.append("the called workflow requires \(variable.id), which has no value.")
            }
            return .known(nil)
        }
        for violation in variable.schema.violations(in: known).prefix(1) {
            let place = violation.pointer.tokens.isEmpty ? "" : " at \(violation.pointer)"
            planned.problems.append("its input \(variable.id)\(place) \(violation.message).")
        }
        return .known(known)
    }
}
