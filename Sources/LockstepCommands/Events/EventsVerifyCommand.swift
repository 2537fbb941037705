internal import ArgumentParser
internal import LockstepEngine
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// `lockstep events verify`.
struct EventsVerifyCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Checks that nobody changed the log: its hashes, and every job's state rebuilt from it.",
        discussion: "Ends with exit status 1 when it finds something."
    )

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let report = try await open.service.verifyEvents(as: open.actor)
        if output.isJSON {
            let data: JSONValue = [
                "is_sound": .bool(report.isSound), "events": .integer(report.eventCount),
                "jobs": .integer(report.jobCount), "finding_count": .integer(Int64(report.findingCount)),
                "findings": .array(report.findings.map(\.json)),
            ]
            try console.print(
                report.isSound ? OperationResult(data) : OperationResult(.storageError, Self.advice, data: data)
            )
        } else if report.isSound {
            let events = "\(report.eventCount) event\(report.eventCount == 1 ? "" : "s")"
            let jobs = "\(report.jobCount) job\(report.jobCount == 1 ? "" : "s")"
            try console.print("The log is sound: \(events), and \(jobs) as it says.")
        } else {
            for finding in report.findings { try console.print(finding.message.onOneLine) }
            let more = report.findingCount - report.findings.count
            if more > 0 { try console.print("… and \(more) more.") }
            console.note(Self.advice)
        }
        if !report.isSound { throw ExitCode(ExitStatus.failed.rawValue) }
    }

    private static let advice =
        "The log is not what was written. Keep a copy of the database, and find out who could write to it."
}
