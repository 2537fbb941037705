internal import Foundation
package import LockstepDefinitions
internal import LockstepExecution
internal import LockstepJSON
package import LockstepModel
internal import LockstepStore

/// Runs cases of test files with the engine that runs jobs, on a state folder of their own and without any tool.
///
/// The project's own state is neither read nor written. Secrets are placeholders, and no time is waited for.
package final class WorkflowTestRunner: Sendable {
    private let state: TestStateFolder
    private let context: EngineContext
    private let actor = Actor(id: "workflow-test")

    /// Makes the state folder, which goes with the runner.
    ///
    /// - Throws: `STORAGE_ERROR` or `STORAGE_FULL`.
    package init(_ project: Project) throws(JobError) {
        state = try TestStateFolder.make()
        let own = Project(root: project.root, stateFolder: state.path + "/state")
        context = try Workspace.open(own).service.context
    }

    /// Removes the state folder; nothing can be run any more.
    package func close() { state.remove() }

    /// Sets placeholders for the secrets that a test's tools ask for.
    private func setSecrets(for test: WorkflowTest) throws(StoreError) {
        let secrets = SecretStore(stateFolder: context.project.stateFolder)
        let known = Set(secrets.names())
        for name in Set(test.workflow.tools.values.flatMap(\.secrets)).subtracting(known) {
            guard let value = try? SecretValue(Array("placeholder of \(name)".utf8)) else { continue }
            try secrets.set(name, to: .value(value))
        }
    }

    /// Runs one case; whatever goes wrong is its result.
    package func run(_ testCase: WorkflowTestCase, of test: WorkflowTest) async -> TestCaseResult {
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = await outcome(of: testCase, test)
        let seconds = start.duration(to: clock.now) / .seconds(1)
        return TestCaseResult(name: testCase.name, pointer: testCase.pointer, outcome: outcome, seconds: seconds)
    }

    private func outcome(of testCase: WorkflowTestCase, _ test: WorkflowTest) async -> TestCaseResult.Outcome {
        let time = SimulatedTime()
        let context = context.with(time)
        let stop = StopSignal()
        let executor = StubExecutor(testCase, of: test, in: context, time: time, stop: stop)
        let service = JobService(context, executor: executor)
        let check = ExpectationCheck(
            expectation: testCase.expectation,
            store: context.store,
            executor: executor,
            files: TestFileContent(blobs: context.blobs, mediaTypes: context.mediaTypes)
        )
        do {
            try setSecrets(for: test)
            let inputs = try testCase.inputs.flatMap { try given($0, folder: test.folder) }
            let request = CreateJobRequest(workflow: test.workflow, inputs: inputs)
            let job: Job
            switch await create(request, with: service) {
            case .success(let made): job = made
            case .failure(let error) where error.code == .validationError:
                return Self.outcome(check.mismatches(of: error))
            case .failure(let error): throw error
            }
            let ended = try await JobRunner(context, executor: executor).run(job.id, as: actor, stop: stop)
            let problems = executor.problems
            guard problems.isEmpty else { return .broken(problems) }
            return Self.outcome(try await check.mismatches(of: ended))
        } catch let problem as TestProblem {
            return .broken([problem])
        } catch {
            let message = (error as? JobError)?.message ?? (error as? StoreError)?.message ?? "\(error)"
            return .broken([TestProblem(pointer: testCase.pointer, message: message)])
        }
    }

    private func create(_ request: CreateJobRequest, with service: JobService) async -> Result<Job, JobError> {
        do throws(JobError) {
            return .success(try await service.createJob(request, as: actor))
        } catch {
            return .failure(error)
        }
    }

    private static func outcome(_ mismatches: [TestMismatch]) -> TestCaseResult.Outcome {
        mismatches.isEmpty ? .passed : .failed(mismatches)
    }

    // MARK: - Inputs

    private func given(_ input: TestInput, folder: String) throws -> [GivenInput] {
        switch input.value {
        case .json(let value): return [GivenInput(name: input.variable, value: .json(value), folder: folder)]
        case .files(let files):
            if files.isEmpty { return [GivenInput(name: input.variable, value: .json([]), folder: folder)] }
            return try files.map { file in
                let path = try path(of: file)
                var given = GivenInput(name: input.variable, value: .json(.string(path)), folder: folder)
                given.declaredType = file.mimeType
                return given
            }
        }
    }

    /// Where an input file can be read under the name that it is to have.
    private func path(of file: TestFile) throws -> String {
        if case .file(let path) = file.content, path.hasSuffix("/\(file.name)") { return path }
        let folder = "\(state.path)/given/\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = "\(folder)/\(file.name)"
        switch file.content {
        case .text(let text): try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        case .file(let source): try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: source)
        }
        return path
    }
}

extension EngineContext {
    /// The same over a clock of its own.
    fileprivate func with(_ time: SimulatedTime) -> EngineContext {
        EngineContext(
            project: project,
            store: store,
            blobs: blobs,
            mediaTypes: mediaTypes,
            ballast: ballast,
            privateTenants: privateTenants,
            identifiers: IdentifierSource(now: { time.now }),
            now: { time.now },
            simulatedTime: time
        )
    }
}
