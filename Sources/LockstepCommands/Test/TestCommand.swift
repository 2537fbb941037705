internal import ArgumentParser
internal import Foundation
internal import LockstepDefinitions
internal import LockstepEngine
internal import LockstepModel
internal import Synchronization

/// `lockstep test`.
struct TestCommand: ReadingCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Runs the tests of workflows: with stubs in place of tools, nothing is started.",
        discussion: """
            Tests are files in workflow-tests/; Documentation/TestingWorkflows.md describes them.

            Exit status: 0 when every case passed, 1 when one did not, 4 when a test file or a workflow that it tests is \
            invalid (the others are run all the same), 5 when no test or case has the given name.
            """
    )

    @Argument(help: "Test files, ids of tests, or ids of workflows; all tests when none is given.")
    var tests: [String] = []

    @Option(help: ArgumentHelp("Only cases whose name has this text in it, in upper or lower case.", valueName: "text"))
    var filter: String?

    @Option(
        help: ArgumentHelp(
            "Also writes the result as JUnit XML, for Jenkins, GitLab and their like.",
            valueName: "file"
        )
    )
    var junit: String?

    @OptionGroup var output: OutputOptions
    @OptionGroup var project: ProjectOptions

    func run() async throws {
        let console = Console.standard
        let project = try project.project()
        let loaded = try WorkflowTestLoader(project).select(tests, from: ProcessEnvironment.currentFolder)
        let chosen = try loaded.map { (loaded: $0, cases: try cases(of: $0, among: loaded)) }
        let runner = try WorkflowTestRunner(project)
        let isStopped = Mutex(false)
        StopSignals.watch { count in
            isStopped.withLock { $0 = true }
            guard count > 1 else { return }
            runner.close()
            _exit(ExitStatus.cancelled.rawValue)
        }
        defer { runner.close() }
        var report = TestReport()
        let text = TestReportText(painter: console.output.painter, width: console.output.width)
        for entry in chosen {
            var results: [TestCaseResult] = []
            for testCase in entry.cases {
                guard !isStopped.withLock({ $0 }), let test = entry.loaded.test else { break }
                results.append(await runner.run(testCase, of: test))
            }
            if isStopped.withLock({ $0 }) { throw ExitCode(ExitStatus.cancelled.rawValue) }
            if entry.cases.isEmpty, entry.loaded.test != nil { continue }
            let file = TestFileResult(entry.loaded, cases: results)
            report.files.append(file)
            if !output.isJSON { try console.output.write(text.text(of: file)) }
        }
        if let junit { try JUnitReport(report).write(to: ProcessEnvironment.absolute(junit)) }
        if output.isJSON { try console.print(report.result) } else { console.note(report.summary) }
        if report.status != .completed { throw ExitCode(report.status.rawValue) }
    }

    /// The cases of a file that are wanted.
    ///
    /// - Throws: `TEST_NOT_FOUND` when no case of any file is.
    private func cases(of test: LoadedTest, among all: [LoadedTest]) throws -> [WorkflowTestCase] {
        guard let filter else { return test.test?.cases ?? [] }
        func wanted(_ test: LoadedTest) -> [WorkflowTestCase] {
            (test.test?.cases ?? []).filter { $0.name.range(of: filter, options: .caseInsensitive) != nil }
        }
        guard all.contains(where: { !wanted($0).isEmpty || $0.test == nil }) else {
            throw CommandFailure(
                .testNotFound,
                "No case has \"\(filter.onOneLine)\" in its name; `lockstep test` without --filter shows all of them."
            )
        }
        return wanted(test)
    }
}
