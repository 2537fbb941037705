internal import LockstepModel

/// The environment that a step sees; the execution document lists what tools may rely on.
package enum StepEnvironment {
    package static let path = "/usr/local/bin:/usr/bin:/bin"
    package static let eventsPath = "/run/lockstep/events.jsonl"
    package static let checkpointPath = "/checkpoint"
    static let stdinPath = "/run/lockstep/stdin"

    /// The tool's own variables over the standard ones, but never over those that say which attempt this is.
    package static func of(_ invocation: StepInvocation) -> [String: String] {
        let standard = ["HOME": "/step", "TMPDIR": "/tmp", "LANG": "C.UTF-8", "PATH": path]
        let identity = [
            "LOCKSTEP_JOB_ID": invocation.jobID.rawValue, "LOCKSTEP_STEP_ID": invocation.stepID.rawValue,
            "LOCKSTEP_ATTEMPT_ID": invocation.attemptID.rawValue,
            "LOCKSTEP_ATTEMPT": String(invocation.attemptNumber), "LOCKSTEP_EVENTS": eventsPath,
            "LOCKSTEP_CHECKPOINT": checkpointPath,
        ]
        return standard.merging(invocation.environment) { _, own in own }.merging(identity) { _, own in own }
    }

    /// Whether a variable would change the supervisor and bubblewrap themselves, which run outside the sandbox.
    ///
    /// Such a variable is set by bubblewrap at the last moment, so that only what runs inside obeys it.
    static func changesLoader(_ name: String) -> Bool {
        ["LD_", "GLIBC_", "MALLOC_", "SWIFT_"].contains { name.hasPrefix($0) }
            || ["GCONV_PATH", "LOCPATH", "NLSPATH"].contains(name)
    }
}
