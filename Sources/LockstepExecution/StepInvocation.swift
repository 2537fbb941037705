package import LockstepJSON
package import LockstepModel

/// One attempt of one step, as the executor gets it: everything resolved, nothing left to look up.
package struct StepInvocation: Sendable {
    package var attemptID: AttemptID
    package var jobID: JobID
    package var stepID: StepID
    /// 1 for the first try.
    package var attemptNumber: Int
    /// Absolute path; its parent exists, the executor makes the folder itself (layout: execution document).
    package var attemptFolder: String
    /// Folders of earlier attempts of the step, the newest first: the first that has a checkpoint gives it to this one.
    package var earlierAttempts: [String] = []
    /// Absolute path of the tool's own folder, mounted read-only at `/tool`.
    package var toolFolder: String?
    /// The argument vector with paths as the sandbox sees them; never empty.
    package var command: [String]
    /// The tool's own variables; the standard ones are the executor's.
    package var environment: [String: String]
    /// What the tool reads on standard input; empty when nil.
    package var stdin: StepInput?
    /// Files mounted read-only below `/in`.
    package var inputs: [StepInputFile]
    package var limits: ResourceLimits
    package var sandbox: SandboxRequest
    package var sandboxLevel: SandboxLevel
    /// Exit codes that mean success.
    package var successExitCodes: Set<Int32>
    /// What to collect after success, in order.
    package var outputs: [Output]
    /// See ``Tool/progressPattern``.
    package var progressPattern: String?
    /// The tool's secrets by name, which become environment variables; written down nowhere.
    ///
    /// A value is nil only when an attempt is adopted whose secret cannot be had any more.
    package var secrets: [String: SecretValue?] = [:]
    /// Whether another attempt will most likely come after this one.
    package var isFollowed = false

    /// What the parameters are that have a value, by name; the command has them already.
    package var parameters: JSONObject = [:]

    package init(
        attemptID: AttemptID,
        jobID: JobID,
        stepID: StepID,
        attemptNumber: Int = 1,
        attemptFolder: String,
        toolFolder: String? = nil,
        command: [String],
        environment: [String: String] = [:],
        stdin: StepInput? = nil,
        inputs: [StepInputFile] = [],
        limits: ResourceLimits = .standard,
        sandbox: SandboxRequest = SandboxRequest(),
        sandboxLevel: SandboxLevel = .full,
        successExitCodes: Set<Int32> = [0],
        outputs: [Output] = [],
        progressPattern: String? = nil
    ) {
        self.attemptID = attemptID
        self.jobID = jobID
        self.stepID = stepID
        self.attemptNumber = attemptNumber
        self.attemptFolder = attemptFolder
        self.toolFolder = toolFolder
        self.command = command
        self.environment = environment
        self.stdin = stdin
        self.inputs = inputs
        self.limits = limits
        self.sandbox = sandbox
        self.sandboxLevel = sandboxLevel
        self.successExitCodes = successExitCodes
        self.outputs = outputs
        self.progressPattern = progressPattern
    }
}

/// What a step reads on standard input.
package enum StepInput: Sendable {
    /// These bytes.
    case bytes([UInt8])
    /// The content of a file on the host, absolute path.
    case file(String)
}

/// One file that the sandbox shows a step.
package struct StepInputFile: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        /// A file on the host, absolute path.
        case host(String)
        /// These bytes, for values passed by file.
        case bytes([UInt8])
    }

    package var content: Content
    /// Absolute path inside the sandbox, below `/in`.
    package var path: String

    package init(_ content: Content, path: String) {
        self.content = content
        self.path = path
    }
}
