internal import ArgumentParser
internal import LockstepEngine
internal import LockstepModel

/// `lockstep jobs set-input`.
struct JobsSetInputCommand: JobInputCommand {
    static let configuration = CommandConfiguration(
        commandName: "set-input",
        abstract: "Sets inputs of a job that has not started; a wrong value is kept out, and the job says why."
    )

    @OptionGroup var change: JobChangeOptions

    @Argument(help: ArgumentHelp("Inputs, as behind -i of `run workflow`.", valueName: "name=value"))
    var values: [String] = []

    @Option(help: ArgumentHelp("A YAML or JSON file of inputs by name.", valueName: "file"))
    var inputs: [String] = []

    func validate() throws {
        if values.isEmpty, inputs.isEmpty { throw ValidationError("Give at least one input as name=value.") }
    }

    func apply(to job: Job, in open: OpenProject) async throws -> Job {
        let fromFiles = try InputFileReader.read(all: inputs)
        let given = try InputArguments(values).joined(with: fromFiles, of: job.inputVariables)
        return try await open.service.setInputValues(
            given,
            of: job.id,
            expectedVersion: change.ifVersion,
            as: open.actor
        )
    }
}
