internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep gc`.
struct GCCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Frees the room of files that no job has any more, and of old jobs' files when asked to.",
        discussion: """
            Works while other programs run jobs. What is younger than an hour stays. With --older-than the files of jobs \
            that ended longer ago go as well: the job, its log and the names of its files stay, and the log says which files \
            went. Ends with exit status 1 when files are missing or damaged.
            """
    )

    @Flag(help: "Only say what would be freed; nothing is changed.")
    var dryRun = false

    @Option(help: ArgumentHelp("Also free the files of jobs that ended this long ago: 30d, 12h, …", valueName: "time"))
    var olderThan: Age?

    @Option(help: ArgumentHelp("With --older-than: only of this workflow's jobs.", valueName: "id"))
    var workflow: String?

    @Flag(help: "Read every file again and compare it with its SHA-256.")
    var verify = false

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func validate() throws {
        if workflow != nil && olderThan == nil {
            throw ValidationError("--workflow only has a meaning with --older-than; give both.")
        }
    }

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let request = GarbageRequest(
            isDryRun: dryRun,
            settledFor: olderThan?.duration,
            workflow: workflow.map { WorkflowID($0) },
            verifies: verify
        )
        var jobs: [JSONValue] = []
        let report = try await open.service.collectGarbage(request, as: open.actor) { job in
            if output.isJSON { jobs.append(job.json) } else { try? console.print(Self.line(job, dryRun)) }
        }
        if output.isJSON {
            var object = report.json
            object["jobs"] = .array(jobs)
            try console.print(.object(object))
        } else {
            try show(report, console)
        }
        if !report.damages.isEmpty { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private func show(_ report: GarbageReport, _ console: Console) throws(CommandFailure) {
        for damage in report.damages { try console.print(Self.line(damage)) }
        try console.print(Self.table(report))
        if report.young.count > 0 {
            let size = ByteCount(report.young.bytes)
            console.note("\(report.young.count) more without a job stay, \(size): they are younger than an hour.")
        }
        if dryRun { console.note("Nothing was changed. Without --dry-run this is freed.") }
    }

    private static func table(_ report: GarbageReport) -> Table {
        var table = Table([
            Table.Column("WHAT", mayShrink: true), Table.Column("COUNT", .right), Table.Column("SIZE", .right),
        ])
        for (what, amount) in [
            ("files that no job has", report.contents), ("unfinished writes", report.writes),
            ("attempts of deleted jobs", report.attempts), ("locks and logs of batches that ended", report.batches),
            ("total", report.total),
        ] {
            table.add([
                Table.Cell(what), Table.Cell("\(amount.count)"), Table.Cell(ByteCount(amount.bytes).description),
            ])
        }
        return table
    }

    /// What one job loses, on one line.
    private static func line(_ job: CollectedJob, _ isDryRun: Bool) -> String {
        let files = job.assets.map { "\($0.name) (\(ByteCount($0.size)))" }.joined(separator: ", ")
        let text = "\(job.jobID) \(job.name), ended \(job.completedAt): \(isDryRun ? "would lose" : "lost") \(files)"
        return text.onOneLine
    }

    private static func line(_ damage: BlobDamage) -> String {
        let files = damage.assets.map { "\($0.name) of \($0.jobID)" }.joined(separator: ", ")
        let what = damage.kind == .missing ? "are missing" : "are not what their SHA-256 says"
        return "The bytes of \(files.isEmpty ? "no asset" : files) \(what): \(damage.sha256)".onOneLine
    }
}

/// A length of time as people type it: `30d`, `12h`, `0s`.
struct Age: ExpressibleByArgument {
    let duration: DurationText

    init?(argument: String) {
        guard let duration = DurationText(parsing: argument) else { return nil }
        self.duration = duration
    }
}
