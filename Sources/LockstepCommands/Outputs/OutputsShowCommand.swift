internal import ArgumentParser
internal import LockstepModel

/// `lockstep outputs show`.
struct OutputsShowCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Prints the value of an output: text as it stands, anything else as JSON."
    )

    @OptionGroup var target: OutputArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let outputs = try await JobOutputs(of: target.target.job, in: try project.open())
        let value = try outputs.value(target.name)
        if output.isJSON { return try console.print(value) }
        let text = ValueText.full(value)
        try console.print(console.output.isTerminal ? text.harmlessLines : text)
    }
}
