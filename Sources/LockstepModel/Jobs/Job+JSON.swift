package import LockstepJSON

extension Job {
    /// The job as JSON leaves the program: seed 002's keys in seed 002's order, then the fields of the jobs document.
    ///
    /// A key whose value does not exist yet is left out, as in the seed's examples.
    package var json: JSONValue {
        var object = JSONObject()
        object["job_id"] = .string(id.rawValue)
        object["workflow_id"] = workflowID.map { .string($0.rawValue) }
        object["name"] = .string(name)
        object["description"] = description.isEmpty ? nil : .string(description)
        object["status"] = .string(status.rawValue)
        object["state"] = .string(state.rawValue)
        object["created_at"] = createdAt.json
        object["updated_at"] = updatedAt.json
        object["started_at"] = startedAt?.json
        object["completed_at"] = completedAt?.json
        object["input_variables"] = .array(inputVariables.map(\.json))
        object["input_values"] = .object(inputValues)
        object["input_errors"] = .object(inputErrors)
        object["execution_progress"] = startedAt == nil ? nil : executionProgress
        object["live_output"] = liveOutput.map { .string($0) }
        object["steps"] = .array(steps.map(\.json))
        object["output_data"] = outputData.map { .object($0) }
        object["error_message"] = errorMessage.map { .string($0) }
        object["error_code"] = errorCode.map { .string($0) }
        object["progress"] = .integer(Int64(progress))
        object["tenant_id"] = .string(tenantID)
        object["user_id"] = .string(userID)
        object["version"] = .integer(version)
        object["workflow_digest"] = workflowDigest.map { .string($0) }
        if reusesSteps { object["reuses_steps"] = true }
        object["parent_job_id"] = parent.map { .string($0.jobID.rawValue) }
        object["parent_step_id"] = parent.map { .string($0.stepID.rawValue) }
        object["ending"] = ending?.json
        addServiceFields(to: &object)
        return .object(object)
    }

    /// Seed 004's fields, each only when it is set; money is text, so that nobody reads it as a binary fraction.
    private func addServiceFields(to object: inout JSONObject) {
        object["assigned_agent"] = assignedAgent.map { .string($0) }
        object["delegation_chain"] = delegationChain.isEmpty ? nil : .array(delegationChain)
        object["execution_context"] = executionContext.map { .object($0) }
        object["checkpoint_data"] = checkpointData
        object["estimated_cost"] = estimatedCost.map { .string($0.description) }
        object["actual_cost"] = actualCost.map { .string($0.description) }
        object["max_cost"] = maxCost.map { .string($0.description) }
        object["timeout_seconds"] = timeoutSeconds.map { .integer(Int64($0)) }
        object["plan_id"] = planID.map { .string($0) }
        object["plan_step_index"] = planStepIndex.map { .integer(Int64($0)) }
        object["scheduled_at"] = scheduledAt?.json
        object["schedule_id"] = scheduleID.map { .string($0) }
        object["batch_id"] = batchID.map { .string($0) }
        object["context_record_id"] = contextRecordID.map { .string($0) }
    }

    /// `{current_step, total_steps, is_paused}`; `current_step` counts from 0.
    package var executionProgress: JSONValue {
        [
            "current_step": .integer(Int64(currentStep)), "total_steps": .integer(Int64(steps.count)),
            "is_paused": .bool(state == .paused),
        ]
    }
}

extension JobStep {
    package var json: JSONValue {
        var object = JSONObject()
        object["step_id"] = .string(id.rawValue)
        object["job_id"] = .string(jobID.rawValue)
        object["sequence_number"] = .integer(Int64(sequenceNumber))
        object["status"] = .string(status.rawValue)
        if callsWorkflow {
            object["workflow"] = ["workflow_id": .string(toolID.rawValue), "name": .string(toolName)]
        } else {
            object["tool"] = ["tool_id": .string(toolID.rawValue), "name": .string(toolName)]
        }
        if isFinal { object["finally"] = true }
        object["parameter_mappings"] = parameterMappings
        object["output_mappings"] = outputMappings
        object["progress"] = progress.map { .integer(Int64($0)) }
        object["started_at"] = startedAt?.json
        object["completed_at"] = completedAt?.json
        object["output_data"] = outputData.map { .object($0) }
        object["error_message"] = errorMessage.map { .string($0) }
        object["error_code"] = errorCode.map { .string($0) }
        object["waiting"] = waiting?.json
        object["reused_from"] = reusedFrom?.json
        object["child_job_id"] = childJobID.map { .string($0.rawValue) }
        object["items"] = items?.json
        return .object(object)
    }
}

extension Instant {
    /// RFC 3339 text.
    package var json: JSONValue { .string(description) }
}
