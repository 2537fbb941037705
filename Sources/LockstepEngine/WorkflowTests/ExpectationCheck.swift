internal import LockstepDefinitions
internal import LockstepJSON
internal import LockstepModel
internal import LockstepStore

/// Compares a job that has ended with what its case expects.
struct ExpectationCheck {
    let expectation: CaseExpectation
    let store: JobStore
    let executor: StubExecutor
    let files: TestFileContent

    /// Everything that differs, in the order of the file.
    func mismatches(of job: Job) async throws(StoreError) -> [TestMismatch] {
        var comparison = ExpectationComparison(content: files.text(of:))
        compareState(of: job, &comparison)
        for step in expectation.steps { try await compare(step, of: job, &comparison) }
        let variables = expectation.variables.isEmpty ? [:] : try await store.variables(of: job.id)
        for (name, expected) in expectation.variables {
            let value = variables[name] ?? job.inputValues[name]
            comparison.compare(expected, with: value, subject: "variables.\(name)")
        }
        for (name, expected) in expectation.outputs {
            comparison.compare(expected, with: job.outputData?[name], subject: "outputs.\(name)")
        }
        return comparison.mismatches
    }

    private func compareState(of job: Job, _ comparison: inout ExpectationComparison) {
        if job.state.rawValue != expectation.state.rawValue {
            let error = job.errorMessage.map { ["\(job.errorCode ?? "error"): \($0)"] } ?? []
            comparison.note(
                TestMismatch(
                    "state",
                    at: expectation.statePointer,
                    expected: expectation.state.rawValue,
                    actual: job.state.rawValue,
                    notes: error
                )
            )
        }
        compareError(job.errorCode, job.errorMessage, &comparison)
    }

    private func compareError(_ code: String?, _ message: String?, _ comparison: inout ExpectationComparison) {
        if let expected = expectation.errorCode {
            comparison.compare(expected, with: code.map { .string($0) }, subject: "error_code")
        }
        if let expected = expectation.errorMessage {
            comparison.compare(expected, with: message.map { .string($0) }, subject: "error_message")
        }
    }

    /// What differs when no job was made.
    func mismatches(of refusal: JobError) -> [TestMismatch] {
        var comparison = ExpectationComparison()
        let fields = refusal.fields.map { "\($0.field) \($0.message)" }
        if expectation.state != .refused {
            comparison.note(
                TestMismatch(
                    "state",
                    at: expectation.statePointer,
                    expected: expectation.state.rawValue,
                    actual: "refused",
                    notes: ["\(refusal.code.rawValue): \(refusal.message)"] + fields
                )
            )
        }
        compareError(refusal.code.rawValue, ([refusal.message] + fields).joined(separator: "\n"), &comparison)
        return comparison.mismatches
    }

    // MARK: - Steps

    private func compare(
        _ wanted: StepExpectation,
        of job: Job,
        _ comparison: inout ExpectationComparison
    ) async throws(StoreError) {
        let name = "steps.\(wanted.address)"
        let step = try await step(at: wanted.address, of: job)
        let calls = executor.calls(of: wanted.address)
        func compare(_ expected: Expected?, _ value: JSONValue?, _ key: String) {
            if let expected { comparison.compare(expected, with: value, subject: "\(name).\(key)") }
        }
        compare(wanted.status, step.map { .string($0.status.rawValue) }, "status")
        compare(wanted.errorCode, step?.errorCode.map { .string($0) }, "error_code")
        compare(wanted.errorMessage, step?.errorMessage.map { .string($0) }, "error_message")
        compare(wanted.items, step?.items?.json, "items")
        compare(wanted.attempts, .integer(Int64(calls.count)), "attempts")
        for (parameter, expected) in wanted.parameters {
            compare(expected, calls.last?.parameters[parameter], "parameters.\(parameter)")
        }
        compare(wanted.command, calls.last?.commandJSON, "command")
        compare(wanted.stdin, calls.last?.stdinJSON, "stdin")
        compare(wanted.environment, calls.last?.environmentJSON, "env")
        for (output, expected) in wanted.outputs {
            compare(expected, step?.outputData?[output], "outputs.\(output)")
        }
    }

    /// The step's row, which may be in a job that another step has called; nil when there is none.
    private func step(at address: StepAddress, of job: Job) async throws(StoreError) -> JobStep? {
        var job = job
        var found: JobStep?
        for (depth, part) in address.parts.enumerated() {
            guard let index = job.steps.firstIndex(where: { $0.id.rawValue == part.step }) else { return nil }
            found = job.steps[index]
            if let item = part.item {
                let place = StepPlace.item(item, of: index)
                found = try await store.items(of: job.id, step: index, limit: item + 1)
                    .first { $0.sequenceNumber == place }
            }
            guard depth < address.parts.count - 1 else { break }
            guard let id = found?.childJobID, let child = try await store.job(id) else { return nil }
            job = child
        }
        return found
    }
}
