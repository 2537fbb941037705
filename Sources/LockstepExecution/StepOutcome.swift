package import LockstepJSON
package import LockstepModel

/// How one attempt ended. A failed step is a value; an error means that the runner could not do its work.
package struct StepOutcome: Sendable {
    package var ending: AttemptEnding
    /// Nil when the step succeeded; otherwise what a person should read, with what to do next.
    package var failure: StepFailure?
    /// The collected outputs by name; empty unless the step succeeded.
    package var outputs: [String: OutputValue]
    package var usage: ResourceUsage
    /// The sandbox that was really in force.
    package var sandboxLevel: SandboxLevel
    /// Which walls and limits held, and by what; empty when the step did not begin.
    package var enforcement = Enforcement()
    /// The last non-empty line of what the tool wrote, at most 200 characters.
    package var lastLine: String?
    /// What the tool said that the attempt cost, all together; nil when it said nothing.
    package var cost: Money?
    /// The last checkpoint that the tool reported.
    package var checkpoint: JSONValue?
    /// Nobody knows how it ended, and nothing of it lives; ``failure`` says why nobody knows.
    package var isLost = false

    package init(
        ending: AttemptEnding,
        failure: StepFailure? = nil,
        outputs: [String: OutputValue] = [:],
        usage: ResourceUsage = ResourceUsage(),
        sandboxLevel: SandboxLevel = .full,
        lastLine: String? = nil
    ) {
        self.ending = ending
        self.failure = failure
        self.outputs = outputs
        self.usage = usage
        self.sandboxLevel = sandboxLevel
        self.lastLine = lastLine
    }

    package var succeeded: Bool { failure == nil }
}

/// Why and how the processes of an attempt ended.
package struct AttemptEnding: Sendable, Hashable {
    /// The words of `exit.json`.
    package enum Reason: String, Sendable, Hashable, CaseIterable {
        case exited
        case timedOut = "timed_out"
        case cancelled
        case outOfMemory = "out_of_memory"
        case tooManyProcesses = "too_many_processes"
        case outputLimit = "output_limit"
        case diskLimit = "disk_limit"
        /// The tool never ran: the sandbox or the supervisor failed.
        case notStarted = "not_started"
    }

    package var reason: Reason
    /// Nil when a signal ended the tool or it never ran.
    package var exitCode: Int32?
    package var signal: Int32?

    package init(reason: Reason, exitCode: Int32? = nil, signal: Int32? = nil) {
        self.reason = reason
        self.exitCode = exitCode
        self.signal = signal
    }
}

package struct StepFailure: Error, Sendable, Hashable {
    package var code: JobErrorCode
    /// A predicate of the step ("did not end within 5m, …"), or the tool's own words.
    package var message: String
    /// Whether the message is what the tool said, complete by itself.
    package var quotesTool: Bool

    package init(_ code: JobErrorCode, _ message: String, quotesTool: Bool = false) {
        self.code = code
        self.message = message
        self.quotesTool = quotesTool
    }

    /// The failure with a message that stands by itself.
    package func named(_ step: StepID) -> StepFailure {
        quotesTool
            ? self
            : StepFailure(code, "Step \(step)\(message.hasPrefix("output `") ? "," : "") \(message)", quotesTool: true)
    }
}

/// What an attempt used, as the supervisor measured it.
package struct ResourceUsage: Sendable, Hashable {
    package var wallSeconds: Double = 0
    /// Of processes that have ended and were waited for, the sandbox's own among them; as are the bytes below.
    package var userSeconds: Double = 0
    package var systemSeconds: Double = 0
    /// The most that all processes were seen to hold together, or the largest one alone, whichever is more.
    package var peakMemory: ByteCount = ByteCount(0)
    /// What the step's control group held at most, pages of files among it; nil without one.
    package var peakCgroupMemory: ByteCount?
    /// The most processes and threads that were seen at one time; 0 when the step ended before anybody looked.
    package var peakProcesses: Int64 = 0
    /// How often the kernel refused a new process because of the control group's limit.
    package var refusedProcesses: Int64 = 0
    /// What went through read(2), write(2) and their like, pipes and caches included, mapped files not.
    package var bytesRead: Int64 = 0
    package var bytesWritten: Int64 = 0
    /// What really had to be got from the disk, and what was to be written there.
    package var storageRead: Int64 = 0
    package var storageWritten: Int64 = 0
    /// What the work folder took on the disk at the end; nil when it was too large to be counted.
    package var workBytes: Int64?
    package var workFiles: Int64?
    package var stdoutBytes: Int64 = 0
    package var stderrBytes: Int64 = 0

    package init() {}

    package var cpuSeconds: Double { userSeconds + systemSeconds }
}

/// One collected output.
package enum OutputValue: Sendable, Hashable {
    case value(JSONValue)
    case file(CollectedFile)
    /// The files of a glob, in natural order of their paths.
    case files([CollectedFile])
    /// An optional output that is not there.
    case missing
}

/// A file that was taken into the asset store.
package struct CollectedFile: Sendable, Hashable {
    /// The last component of its path in the work folder.
    package var name: String
    /// 64 lower-case hexadecimal digits.
    package var sha256: String
    package var size: Int64
    package var mimeType: String

    package init(name: String, sha256: String, size: Int64, mimeType: String) {
        self.name = name
        self.sha256 = sha256
        self.size = size
        self.mimeType = mimeType
    }
}

/// What an executor says while a step runs.
package struct StepProgress: Sendable, Hashable {
    /// 0 to 100, when the tool says it.
    package var percent: Int?
    /// The last line of output, without control characters, at most 200 characters.
    package var liveOutput: String?
    /// What whoever runs the job must know about how the step is shut in.
    package var warning: String?

    package init(percent: Int? = nil, liveOutput: String? = nil, warning: String? = nil) {
        self.warning = warning
        self.percent = percent
        self.liveOutput = liveOutput
    }
}
