package import LockstepJSON

/// One try of one step: its own folder, log, times and result.
package struct Attempt: Sendable, Hashable {
    package enum State: String, Sendable, Hashable, CaseIterable {
        case running
        case succeeded
        case failed
        /// Nobody knows how it ended: the machine or its supervisor went away.
        case lost
    }

    package var id: AttemptID
    package var jobID: JobID
    package var stepID: StepID
    /// Place of the step in the job, from 0.
    package var sequenceNumber: Int
    /// 1 for the first try of the step.
    package var number: Int
    /// The run of the job that it belongs to; 0 when it is not known.
    package var runNumber = 0
    package var state: State
    /// Relative to the state folder.
    package var folder: String
    package var startedAt: Instant
    package var endedAt: Instant?
    /// The words of `exit.json`: `exited`, `timed_out`, `cancelled`, …
    package var reason: String?
    package var exitCode: Int32?
    package var signal: Int32?
    /// The sandbox that was really in force.
    package var sandboxLevel: SandboxLevel
    /// What the tool asked for: limits and sandbox, as JSON.
    package var requested: JSONValue
    /// What the supervisor measured, and which limits held, as JSON; null until the end.
    package var measured: JSONValue
    package var errorMessage: String?

    package init(
        id: AttemptID,
        jobID: JobID,
        stepID: StepID,
        sequenceNumber: Int,
        number: Int,
        state: State = .running,
        folder: String,
        startedAt: Instant,
        endedAt: Instant? = nil,
        reason: String? = nil,
        exitCode: Int32? = nil,
        signal: Int32? = nil,
        sandboxLevel: SandboxLevel = .full,
        requested: JSONValue = [:],
        measured: JSONValue = .null,
        errorMessage: String? = nil
    ) {
        self.id = id
        self.jobID = jobID
        self.stepID = stepID
        self.sequenceNumber = sequenceNumber
        self.number = number
        self.state = state
        self.folder = folder
        self.startedAt = startedAt
        self.endedAt = endedAt
        self.reason = reason
        self.exitCode = exitCode
        self.signal = signal
        self.sandboxLevel = sandboxLevel
        self.requested = requested
        self.measured = measured
        self.errorMessage = errorMessage
    }

    /// The member of ``measured`` that says which limits and walls held, and by what.
    package static let enforcedMember = "enforced"
    /// The member of ``measured`` that names those that did not.
    package static let notEnforcedMember = "not_enforced"

    /// By name, what kept which limit or wall: `memory` by `polling`.
    package var enforced: JSONObject { measured[Self.enforcedMember]?.objectValue ?? [:] }
    package var notEnforced: [String] {
        (measured[Self.notEnforcedMember]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    package var json: JSONValue {
        var object: JSONObject = [
            "attempt_id": .string(id.rawValue), "job_id": .string(jobID.rawValue), "step_id": .string(stepID.rawValue),
            "sequence_number": .integer(Int64(sequenceNumber)), "number": .integer(Int64(number)),
            "state": .string(state.rawValue), "folder": .string(folder), "started_at": startedAt.json,
        ]
        object["run_number"] = .integer(Int64(runNumber))
        object["ended_at"] = endedAt?.json
        object["reason"] = reason.map { .string($0) }
        object["exit_code"] = exitCode.map { .integer(Int64($0)) }
        object["signal"] = signal.map { .integer(Int64($0)) }
        object["sandbox_level"] = .string(sandboxLevel.rawValue)
        object["requested"] = requested
        var figures = measured.objectValue
        for name in [Self.enforcedMember, Self.notEnforcedMember] {
            object[name] = figures?[name]
            figures?[name] = nil
        }
        object["measured"] = figures.map { .object($0) } ?? measured
        object["error_message"] = errorMessage.map { .string($0) }
        return .object(object)
    }
}
