internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel
internal import LockstepStore

/// `lockstep schedule pause`.
struct SchedulePauseCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Lets nothing fire until it is resumed; times that come meanwhile are skipped."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let stored = try await open.service.pauseSchedule(target.id, as: open.actor)
        if output.isJSON {
            return try console.print(try await open.service.getSchedule(stored.id, as: open.actor).json)
        }
        console.note("\(stored.id) is paused. `lockstep schedule resume \(stored.id)` lets it fire again.")
    }
}

/// `lockstep schedule resume`.
struct ScheduleResumeCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Lets a paused schedule fire again; what was skipped is not made up for."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let stored = try await open.service.resumeSchedule(target.id, as: open.actor)
        let status = try await open.service.getSchedule(stored.id, as: open.actor)
        if output.isJSON { return try console.print(status.json) }
        console.note("\(stored.id) goes on. \(status.nextText(at: .now()))")
    }
}

/// `lockstep schedule remove`.
struct ScheduleRemoveCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Takes away a schedule that was added; its history stays."
    )

    @OptionGroup var target: ScheduleArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let open = try project.open()
        let stored = try await open.service.removeSchedule(target.id, as: open.actor)
        if output.isJSON {
            return try console.print(try await open.service.getSchedule(stored.id, as: open.actor).json)
        }
        console.note("\(stored.id) is removed.")
    }
}
