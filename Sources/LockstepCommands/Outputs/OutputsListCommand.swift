internal import ArgumentParser
internal import LockstepJSON
internal import LockstepModel

/// `lockstep outputs list`.
struct OutputsListCommand: ReadingCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "Lists the outputs of a job.")

    @OptionGroup var target: JobArgument
    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let outputs = try await JobOutputs(of: target.job, in: try project.open())
        if output.isJSON {
            let rows: [JSONValue] = outputs.values.map { name, value in
                var row: JSONObject = [
                    "name": .string(name), "type": .string(ValueText.kind(value)), "value": value,
                ]
                row["freed_at"] = value.files.compactMap { outputs.freed[$0.assetID] }.max()?.json
                return .object(row)
            }
            return try console.print([
                "job_id": .string(outputs.job.id.rawValue), "outputs": .array(rows),
                "assets": .array(outputs.allAssets.map(\.json)),
            ])
        }
        try console.print(OutputTable.table(outputs.values, freed: outputs.freed))
        if outputs.values.isEmpty {
            console.note("\(outputs.job.id) has no outputs; its state is \(outputs.job.state.rawValue).")
        }
    }
}
