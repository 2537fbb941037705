internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel
internal import LockstepStore

/// A command that changes how one schedule stands, and says so.
protocol ScheduleChangeCommand: ReadingCommand {
    var target: ScheduleArgument { get }
    var output: OutputOptions { get }
    var project: ProjectOptions { get }

    func apply(in open: OpenProject) async throws -> StoredSchedule

    /// What it says when it is done, for a person.
    func said(of status: ScheduleStatus) -> String
}

extension ScheduleChangeCommand {
    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let stored = try await apply(in: open)
        let status = try await open.service.getSchedule(stored.id, as: open.actor)
        if output.isJSON { return try console.print(status.json) }
        console.note(said(of: status))
    }
}

/// `lockstep schedule pause`.
struct SchedulePauseCommand: ScheduleChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Lets nothing fire until it is resumed; times that come meanwhile are skipped."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func apply(in open: OpenProject) async throws -> StoredSchedule {
        try await open.service.pauseSchedule(target.id, as: open.actor)
    }

    func said(of status: ScheduleStatus) -> String {
        "\(target.id) is paused. `lockstep schedule resume \(target.id)` lets it fire again."
    }
}

/// `lockstep schedule resume`.
struct ScheduleResumeCommand: ScheduleChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a paused schedule fire again; what was skipped is not made up for."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func apply(in open: OpenProject) async throws -> StoredSchedule {
        try await open.service.resumeSchedule(target.id, as: open.actor)
    }

    func said(of status: ScheduleStatus) -> String { "\(target.id) goes on. \(status.nextText(at: .now()))" }
}

/// `lockstep schedule remove`.
struct ScheduleRemoveCommand: ScheduleChangeCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Takes away a schedule that was added; its history stays."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func apply(in open: OpenProject) async throws -> StoredSchedule {
        try await open.service.removeSchedule(target.id, as: open.actor)
    }

    func said(of status: ScheduleStatus) -> String { "\(target.id) is removed." }
}
