internal import ArgumentParser
internal import LockstepJSON
internal import LockstepModel

/// A command about a job's inputs; it ends with 4 when one of them is wrong.
protocol JobInputCommand: JobChangeCommand {}

extension JobInputCommand {
    func said(of job: Job) -> String {
        guard !job.inputErrors.isEmpty else {
            let missing = job.inputVariables.filter { $0.isRequired && job.inputValues[$0.id] == nil }.map(\.name)
            return missing.isEmpty
                ? "All inputs are valid; \(job.id) is \(job.state.rawValue)."
                : "\(job.id) is \(job.state.rawValue); it needs \(missing.joined(separator: ", "))."
        }
        return "\(job.id) is \(job.state.rawValue)."
    }

    func run() async throws {
        let console = Console.standard
        let open = try change.project.open()
        let found = try await open.job(change.target.job)
        let job = try await apply(to: found, in: open)
        guard !job.inputErrors.isEmpty else {
            return output.isJSON ? try console.print(job.json) : console.note(said(of: job))
        }
        let fields = job.inputErrors.map { FieldError(field: $0.name, message: $0.value.stringValue ?? "") }
        let count = fields.count
        let failure = CommandFailure(
            .validationError,
            "\(count == 1 ? "One input" : "\(count) inputs") of \(job.id) \(count == 1 ? "is" : "are") not valid.",
            fields: fields
        )
        if output.isJSON { try console.print(failure.result(data: job.json)) }
        console.report(failure)
        throw ExitCode(failure.status.rawValue)
    }
}
