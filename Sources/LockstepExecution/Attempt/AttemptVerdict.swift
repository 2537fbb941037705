internal import Glibc
internal import LockstepModel

/// Turns the supervisor's report into an outcome, with the words that a person reads.
struct AttemptVerdict {
    let invocation: StepInvocation
    let report: ExitReport
    let layout: AttemptLayout

    private static let quotedLines = 5
    private static let quotedCharacters = 1000

    /// - Throws: When the tool never ran for want of a sandbox, or what it wrote could not be kept.
    func outcome() throws(ExecutionError) -> StepOutcome {
        if report.logError != 0 { throw .storage("write the step's log", code: report.logError) }
        var outcome = StepOutcome(
            ending: report.ending,
            usage: report.usage,
            sandboxLevel: report.sandboxLevel,
            lastLine: ProgressReader(layout: layout).lastLine()
        )
        outcome.enforcement = report.enforcement
        switch report.ending.reason {
        case .exited: outcome.failure = failureOfExit(&outcome.ending)
        case .notStarted:
            guard let failure = failureOfBubblewrap(&outcome.ending) else { throw notStarted() }
            outcome.failure = failure
        case .cancelled: outcome.failure = StepFailure(.cancelled, "was cancelled.")
        case .timedOut:
            outcome.failure = StepFailure(
                .timedOut,
                "did not end within \(invocation.limits.wall), its wall limit; give it more with resources.wall or the "
                    + "step's timeout."
            )
        case .outOfMemory:
            outcome.failure = StepFailure(
                .resourceLimit,
                "ran out of memory at \(invocation.limits.memory) after \(elapsed); give it more with resources.memory."
            )
        case .diskLimit:
            outcome.failure = StepFailure(
                .resourceLimit,
                "had more than \(invocation.limits.workSize) or \(invocation.limits.workFiles) files in its work folder and "
                    + "checkpoint, or folders more than 2000 levels deep, after \(elapsed); give it more with resources.work_size or resources.work_files."
            )
        case .tooManyProcesses:
            outcome.failure = StepFailure(
                .resourceLimit,
                "had more than \(invocation.limits.processes) processes and threads after \(elapsed); give it more with "
                    + "resources.processes."
            )
        case .outputLimit:
            outcome.failure = StepFailure(.resourceLimit, "went over a limit: \(report.ending.reason.rawValue).")
        }
        return outcome
    }

    private var elapsed: String { DurationText.short(seconds: report.usage.wallSeconds) }

    private func failureOfExit(_ ending: inout AttemptEnding) -> StepFailure? {
        if let signal = ending.signal {
            // Programs may end with a code above 128 themselves, and a tool file may say that such a code is success.
            if invocation.successExitCodes.contains(128 + signal) {
                ending = AttemptEnding(reason: .exited, exitCode: 128 + signal)
                return nil
            }
            return failure(ofSignal: signal)
        }
        guard let code = ending.exitCode, !invocation.successExitCodes.contains(code) else { return nil }
        if let failure = failureOfStart(code) { return failure }
        let lines = lastErrors()
        let hint = LimitHint(limits: invocation.limits, refusedProcesses: report.usage.refusedProcesses)
            .clause(for: lines)
        guard !lines.isEmpty else {
            let words = "exited with code \(code) and wrote nothing to standard error."
            return StepFailure(.stepFailed, words + (hint.map { " Perhaps \($0)." } ?? ""))
        }
        let words = "\(lines.joined(separator: " | ")) (exit code \(code))"
        return StepFailure(.stepFailed, words + (hint.map { ": \($0)" } ?? ""), quotesTool: true)
    }

    private func failure(ofSignal signal: Int32) -> StepFailure {
        if signal == SIGXFSZ {
            return StepFailure(
                .resourceLimit,
                "wrote a file larger than \(invocation.limits.fileSize), the most that resources.file_size allows."
            )
        }
        let name = strsignal(signal).map { String(cString: $0) } ?? "unknown"
        return StepFailure(.stepFailed, "was ended by signal \(signal) (\(name))" + quotedErrors())
    }

    /// Why bubblewrap could not start the program in the sandbox that it had made.
    ///
    /// It tells no exit code then, so that nothing the tool does looks like it: the one line is bubblewrap's own. The code
    /// becomes what a shell would say.
    private func failureOfBubblewrap(_ ending: inout AttemptEnding) -> StepFailure? {
        guard report.message == nil, let program = invocation.command.first,
            let bytes = SmallFile.read(layout.log(.stderr), limit: 16 << 10), bytes.starts(with: "bwrap: execvp ".utf8)
        else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        let isMissing = text.contains(String(cString: strerror(ENOENT)))
        ending = AttemptEnding(reason: .exited, exitCode: isMissing ? 127 : 126)
        return Self.failureOfStart(program, text)
            ?? StepFailure(.stepFailed, "could not be started: " + PlainText.line(bytes, limit: 300))
    }

    /// Tells a program that could not be started from one that ended with such a code itself.
    private func failureOfStart(_ code: Int32) -> StepFailure? {
        guard code == 126 || code == 127, let program = invocation.command.first else { return nil }
        let text = String(decoding: SmallFile.read(layout.log(.stderr), limit: 4096) ?? [], as: UTF8.self)
        // The one starts the tool inside the sandbox, the other where there is none.
        let starters = ["prlimit", "lockstep-supervisor"]
        guard starters.contains(where: { text.hasPrefix("\($0): failed to execute ") }) else { return nil }
        return Self.failureOfStart(program, text)
    }

    /// - Parameter text: What the program said that should have started this one.
    private static func failureOfStart(_ program: String, _ text: String) -> StepFailure? {
        if text.contains("Permission denied") { return ProgramLookup.notExecutable(program) }
        guard text.contains("No such file") else { return nil }
        return StepFailure(
            .stepFailed,
            "program `\(PlainText.escaped(program))` could not be started: it, or the interpreter that its first line "
                + "names, is not in the sandbox. Install its Debian package or correct `command` in the tool file."
        )
    }

    private func notStarted() -> ExecutionError {
        let said = report.message ?? lastErrors().joined(separator: " ")
        return ExecutionError(
            .sandboxUnavailable,
            "The sandbox could not be made, so the step did not run: \(said.isEmpty ? "no reason was given" : said). "
                + "`lockstep doctor` finds out what is missing and says how to get it.",
            cause: said
        )
    }

    private func quotedErrors() -> String {
        let lines = lastErrors()
        return lines.isEmpty
            ? "; it wrote nothing to standard error."
            : "; the last lines it wrote to standard error: \(lines.joined(separator: " | "))"
    }

    private func lastErrors() -> [String] {
        let bytes = SmallFile.tail(layout.log(.stderr), limit: 16 << 10)
        var lines: [String] = []
        var room = Self.quotedCharacters
        for line in bytes.split(separator: UInt8(ascii: "\n")).reversed() where lines.count < Self.quotedLines {
            let text = PlainText.line(line, limit: min(300, room))
            if text.isEmpty { continue }
            lines.append(text)
            room -= text.count + 3
            if room <= 0 { break }
        }
        return lines.reversed()
    }
}

extension StepOutcome {
    static var cancelledBeforeStart: StepOutcome {
        StepOutcome(ending: AttemptEnding(reason: .cancelled), failure: StepFailure(.cancelled, "was cancelled."))
    }

    /// The supervisor went away without a record; everything below it is dead.
    static func withoutReport(wasStopped: Bool) -> StepOutcome {
        if wasStopped { return .cancelledBeforeStart }
        return .lost(
            "ended because its supervisor was killed, and the step with it. Look for the reason in the system's log "
                + "(`journalctl -k` shows the out-of-memory killer), then run the job again."
        )
    }

    /// - Parameter message: A predicate of the step, as in ``StepFailure/message``.
    package static func lost(_ message: String) -> StepOutcome {
        var outcome = StepOutcome(
            ending: AttemptEnding(reason: .notStarted),
            failure: StepFailure(.stepFailed, message)
        )
        outcome.isLost = true
        return outcome
    }
}
