package import LockstepJSON

/// How a job's steps came to their end: what the job will be when those of `finally` are over.
package struct JobEnding: Sendable, Hashable {
    package var state: JobState
    package var message: String?
    package var code: JobErrorCode?

    package init(_ state: JobState, message: String? = nil, code: JobErrorCode? = nil) {
        self.state = state
        self.message = message
        self.code = code
    }

    /// What `run_on` calls it.
    package var end: JobEnd {
        switch state {
        case .cancelled: .cancel
        case .failed: .failure
        default: .success
        }
    }

    package var json: JSONValue {
        var object: JSONObject = ["state": .string(state.rawValue)]
        object["error_message"] = message.map { .string($0) }
        object["error_code"] = code.map { .string($0.rawValue) }
        return .object(object)
    }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let state = json["state"]?.stringValue.flatMap({ JobState(rawValue: $0) }) else { return nil }
        self.init(
            state,
            message: json["error_message"]?.stringValue,
            code: json["error_code"]?.stringValue.flatMap { JobErrorCode(rawValue: $0) }
        )
    }
}

/// The step that made a job by calling its workflow.
package struct JobParent: Sendable, Hashable {
    package var jobID: JobID
    package var stepID: StepID

    package init(jobID: JobID, stepID: StepID) {
        self.jobID = jobID
        self.stepID = stepID
    }
}
