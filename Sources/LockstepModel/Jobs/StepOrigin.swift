package import LockstepJSON

/// The step whose result another step has without having run.
package struct StepOrigin: Sendable, Hashable {
    package var jobID: JobID
    package var stepID: StepID

    package init(jobID: JobID, stepID: StepID) {
        self.jobID = jobID
        self.stepID = stepID
    }

    package var json: JSONValue { ["job_id": .string(jobID.rawValue), "step_id": .string(stepID.rawValue)] }

    /// Reads ``json`` back.
    package init?(json: JSONValue) {
        guard let job = json["job_id"]?.stringValue, let step = json["step_id"]?.stringValue else { return nil }
        self.init(jobID: JobID(job), stepID: StepID(step))
    }
}
