internal import Glibc
package import LockstepModel

/// Runs one program in the full sandbox, apart from any job, and gives back what it wrote.
package struct SandboxedProgram: Sendable {
    /// What a program wrote, at most ``logSize`` of each, and how it ended.
    package struct Output: Sendable, Hashable {
        package var stdout: [UInt8]
        package var stderr: [UInt8]
        /// Nil when the program ended by itself with a code that means success.
        package var failure: StepFailure?
    }

    package static let logSize = ByteCount.mebibytes(1)

    private let supervisor: String
    private let folder: String
    private let host: SandboxHost

    /// - Parameters:
    ///   - supervisor: Absolute path; see ``SupervisorLocation``.
    ///   - folder: Absolute path of a folder in which one for the run is made, and removed afterwards.
    package init(supervisor: String, folder: String, host: SandboxHost = .current()) {
        self.supervisor = supervisor
        self.folder = folder
        self.host = host
    }

    /// Runs a program that gets no input.
    ///
    /// - Parameter wall: How long it may take.
    /// - Throws: When there is no sandbox, or a file cannot be written.
    package func run(
        _ command: [String],
        environment: [String: String] = [:],
        wall: DurationText
    ) async throws(ExecutionError) -> Output {
        let place = "\(folder)/lockstep-program-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        guard mkdir(place, 0o700) == 0 else { throw .storage("make \(place)", code: errno) }
        defer { try? FolderRemoval.remove(place) }
        var invocation = StepInvocation(
            attemptID: AttemptID("program"),
            jobID: JobID("program"),
            stepID: StepID("program"),
            attemptFolder: "\(place)/attempt",
            command: command,
            environment: environment,
            limits: ResourceLimits(wall: wall, grace: DurationText(milliseconds: 1000), logSize: Self.logSize)
        )
        invocation.successExitCodes = Set(0...255)
        if let failure = ProgramLookup(invocation).problem() { return Output(stdout: [], stderr: [], failure: failure) }
        let (attempt, report) = try await Self.perform(
            invocation,
            supervisor: supervisor,
            host: host,
            shape: .full
        )
        let outcome = try AttemptVerdict(invocation: invocation, report: report, layout: attempt.layout).outcome()
        return Output(
            stdout: Self.read(attempt.layout.log(.stdout)),
            stderr: Self.read(attempt.layout.log(.stderr)),
            failure: outcome.failure
        )
    }

    /// Starts a supervisor for an invocation and waits for its end.
    static func perform(
        _ invocation: StepInvocation,
        supervisor: String,
        host: SandboxHost,
        shape: SandboxShape
    ) async throws(ExecutionError) -> (AttemptFolder, ExitReport) {
        let (attempt, environment) = try AttemptFolder.make(
            for: invocation,
            host: host,
            shape: shape,
            graceMilliseconds: 0
        )
        let events = AttemptEvents()
        let process = try await SupervisorProcess.start(
            program: supervisor,
            folder: invocation.attemptFolder,
            environment: environment,
            ended: { events.post(.ended) }
        )
        while await events.next() != .ended {}
        withExtendedLifetime(process) {}
        guard let report = ExitReport(layout: attempt.layout) else {
            throw ExecutionError(.sandboxUnavailable, "the supervisor \(supervisor) left no record")
        }
        return (attempt, report)
    }

    private static func read(_ path: String) -> [UInt8] {
        SmallFile.read(path, limit: Int(logSize.bytes)) ?? []
    }
}
