package import LockstepJSON
internal import LockstepModel

extension RunPlan {
    /// The plan for `--output json`; what is not known yet is an object with `waits_for`, never text.
    package var json: JSONValue {
        var object: JSONObject = [
            "workflow_id": .string(workflowID.rawValue), "name": .string(name), "resume": .bool(reusesSteps),
            "inputs": .object(JSONObject(inputs.map { ($0.name, $0.value.json) })),
            "steps": .array(steps.map(\.json)),
            "outputs": .object(JSONObject(outputs.map { ($0.name, $0.value.json) })),
            "failing_steps": .array(failingSteps.map { .string($0) }),
        ]
        if let cost = estimatedCost {
            object["estimated_cost"] = .string(cost.amount.description)
            object["estimated_cost_is_least"] = .bool(cost.isLeast)
        }
        object["lookup_problem"] = lookupProblem.map { .string($0) }
        return .object(object)
    }
}

extension PlannedValue {
    fileprivate var json: JSONValue {
        switch self {
        case .known(let value): value.map { ["value": $0] } ?? [:]
        case .waits(let names): ["waits_for": .names(names)]
        }
    }
}

extension PlannedStep {
    fileprivate var json: JSONValue {
        var object: JSONObject = [
            "step_id": .string(id.rawValue), "number": .integer(Int64(number)), "finally": .bool(isFinal),
            "skipped": .bool(isSkipped), "max_attempts": .integer(Int64(attempts)),
            "on_failure": .string(toleratesFailure ? "continue" : "fail"), "problems": .names(problems),
        ]
        switch work {
        case .tool(let reference): object["tool_id"] = .string(reference.id.rawValue)
        case .workflow(let id): object["called_workflow_id"] = .string(id.rawValue)
        }
        object["run_on"] = runOn.map { .names($0.map(\.rawValue)) }
        if let condition {
            var when: JSONObject = ["rule": .string(condition.text)]
            switch condition.decision {
            case .holds: when["holds"] = true
            case .fails: when["holds"] = false
            case .waits(let names): when["waits_for"] = .names(names)
            }
            object["when"] = .object(when)
        }
        if let loop {
            var each: JSONObject = [
                "source": .string(loop.source), "as": .string(loop.item),
                "max_parallel": .integer(Int64(loop.maxParallel)),
            ]
            if let count = loop.count {
                each["count"] = .integer(Int64(count))
            } else {
                each["waits_for"] = .names(loop.waits)
            }
            object["for_each"] = .object(each)
        }
        if let cost = estimatedCost { object["estimated_cost"] = .string(cost.amount.description) }
        switch content {
        case .tool(let tool): for (name, value) in tool.members { object[name] = value }
        case .workflow(let plan): object["workflow"] = plan.json
        case nil: break
        }
        return .object(object)
    }
}

extension PlannedTool {
    fileprivate var members: JSONObject {
        var object: JSONObject = [
            "command": .array(command.map(\.json)), "environment": .names(environment),
            "files": .array(
                files.map { file in
                    var object: JSONObject = ["path": .string(file.path)]
                    object["name"] = file.name.map { .string($0) }
                    return .object(object)
                }
            ),
            "secrets": .array(
                secrets.map { secret in
                    var object: JSONObject = ["name": .string(secret.name), "set": .bool(secret.isSet)]
                    object["problem"] = secret.problem.map { .string($0) }
                    return .object(object)
                }
            ),
            "requested": requested, "reuse": reuse.json,
        ]
        object["stdin"] = stdin?.json
        return object
    }
}

extension PlannedArgument {
    fileprivate var json: JSONValue {
        guard !onlyWith.isEmpty else { return text.json }
        return ["argument": text.json, "only_with": .names(onlyWith)]
    }
}

extension PlannedText {
    /// A text when all of it is known; else `parts`, in which objects are marks.
    fileprivate var json: JSONValue {
        if parts.count == 1, case .text(let text) = parts[0] { return .string(text) }
        return [
            "parts": .array(
                parts.map { part in
                    switch part {
                    case .text(let text): return .string(text)
                    case .later(let mark):
                        return [
                            "waits_for": .names(mark.variables), "computed": .bool(!mark.isVariable),
                            "list": .bool(mark.isList),
                        ]
                    }
                }
            )
        ]
    }
}

extension PlannedInput {
    fileprivate var json: JSONValue {
        switch self {
        case .file(let name): ["file": .string(name)]
        case .bytes(let count, let beginning): ["bytes": .integer(Int64(count)), "beginning": .string(beginning)]
        case .text(let text): ["text": text.json]
        }
    }
}

extension PlannedReuse {
    fileprivate var json: JSONValue {
        switch self {
        case .equal(let origin, let isUsed): return ["equal_to": origin.json, "used": .bool(isUsed)]
        case .different(let reasons, let job):
            var object: JSONObject = ["reasons": .names(reasons)]
            object["compared_with"] = job.map { .string($0.rawValue) }
            return .object(object)
        case .waits(let names): return ["waits_for": .names(names)]
        case .perItem: return ["per_item": true]
        }
    }
}

extension JSONValue {
    fileprivate static func names(_ names: [String]) -> JSONValue { .array(names.map { .string($0) }) }
}
