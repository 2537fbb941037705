internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel

/// `lockstep jobs logs`.
struct JobsLogsCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "Prints what the tools of a job wrote, byte for byte when it goes to a file or a pipe."
    )

    @OptionGroup var target: JobArgument

    @Argument(help: "Only this step.")
    var step: String?

    @Flag(name: .customLong("stdout"), help: "Only standard output.")
    var onlyOutput = false

    @Flag(name: .customLong("stderr"), help: "Only standard error.")
    var onlyErrors = false

    @Flag(
        name: [.customShort("f"), .customLong("follow")],
        help: "Go on until the job has ended; JSON is printed then."
    )
    var follows = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if onlyOutput && onlyErrors {
            throw ValidationError("--stdout and --stderr exclude each other; give neither for both.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        var job = try await open.job(target.job)
        if let step { try require(step, in: job) }
        var printer = LogPrinter(console: console)
        while true {
            // The state is read before the files, so that what was written up to the end is always printed.
            let isOver = job.state.isSettled || !follows
            let logs = try await logs(of: job, open)
            if output.isJSON {
                if isOver { return try console.print(try json(logs, of: job)) }
            } else {
                try printer.print(logs, withHeadings: headings(logs, of: job))
                if isOver { break }
            }
            try await Task.sleep(for: .milliseconds(200))
            job = try await open.service.getJob(job.id, as: open.actor)
        }
        try printer.finish()
        if printer.isEmpty { console.note("Nothing was written yet by the tools of \(job.id).") }
    }

    private func require(_ step: String, in job: Job) throws(CommandFailure) {
        // An item of a step is called as `ocr[17]`.
        let name = step.hasSuffix("]") ? String(step.prefix { $0 != "[" }) : step
        guard !job.steps.contains(where: { $0.id.rawValue == name }) else { return }
        let names = job.steps.map(\.id.rawValue).joined(separator: ", ")
        throw CommandFailure(.jobNotFound, "\(job.id) has no step \"\(step.onOneLine)\"; its steps are \(names).")
    }

    private func logs(of job: Job, _ open: OpenProject) async throws -> [LogFile] {
        let attempts = try await open.service.listAttempts(job.id, as: open.actor)
        return attempts.filter { step == nil || $0.stepID.rawValue == step }.flatMap { attempt in
            let name = attempt.number == 1 ? attempt.stepID.rawValue : "\(attempt.stepID) (attempt \(attempt.number))"
            var files: [LogFile] = []
            for stream in LogFile.Stream.allCases where stream == .output ? !onlyErrors : !onlyOutput {
                let path = "\(attempt.folder)/\(stream.rawValue).log"
                files.append(
                    LogFile(title: "\(name) \(stream.rawValue)", path: path, attempt: attempt, stream: stream)
                )
            }
            return files
        }
    }

    /// The logs as text; bytes that are not UTF-8 become replacement characters.
    private func json(_ logs: [LogFile], of job: Job) throws(CommandFailure) -> JSONValue {
        var entries: [JSONValue] = []
        for log in logs {
            entries.append([
                "step_id": .string(log.attempt.stepID.rawValue), "attempt": .integer(Int64(log.attempt.number)),
                "stream": .string(log.stream.rawValue), "text": .string(LogPrinter.text(of: log)),
            ])
        }
        return ["job_id": .string(job.id.rawValue), "logs": .array(entries)]
    }

    /// Headings are needed as soon as more than one stream could be meant.
    private func headings(_ logs: [LogFile], of job: Job) -> Bool {
        logs.count > 1 || (step == nil && job.steps.count > 1)
    }
}
