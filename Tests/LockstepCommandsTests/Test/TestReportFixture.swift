import LockstepDefinitions
import LockstepEngine
import LockstepJSON
import LockstepModel
import LockstepTestSupport
import Testing

/// The result of a test file with one case of each kind.
struct TestReportFixture {
    let folder: TemporaryFolder
    let result: TestFileResult

    /// - Parameter name: Of the case that failed.
    init(name: String = "fails", actual: String = #"{"a":1}"#, isValid: Bool = true) throws {
        folder = try TemporaryFolder()
        try folder.write(
            "tool_id: t\nname: T\nversion: 1.0.0\ncommand: [x]\noutputs: { o: { stdout: text } }\n",
            to: "tools-registry/t.yaml"
        )
        try folder.write(
            "workflow_id: w\nname: W\nversion: 1.0.0\nsteps: [{ step_id: s, tool: t, output_mappings: { o: v } }]\n",
            to: "workflows/w.yaml"
        )
        let path = try folder.write(
            "test_id: w\nworkflow: \(isValid ? "w" : "v")\ncases:\n  - name: one\n    expect:\n      state: completed\n",
            to: "workflow-tests/w.yaml"
        )
        let project = try Project.discover(from: folder.path, explicit: nil, environment: [:])
        let loaded = try #require(WorkflowTestLoader(project).load(path))
        let pointer = JSONPointer(["cases", "0"])
        let state = JSONPointer(["cases", "0", "expect", "state"])
        let mismatches = [
            TestMismatch("state", at: state, expected: "completed", actual: "failed", notes: ["STEP_FAILED: no"]),
            TestMismatch("outputs.v", at: state, expected: #"{"a":2}"#, actual: actual),
            TestMismatch("variables.v", at: state, expected: "one\ntwo", actual: "one\nthree"),
        ]
        let problem = TestProblem(pointer: pointer, message: "The step `s` has no stub.")
        let outcomes: [(String, TestCaseResult.Outcome)] = [
            ("passes", .passed), (name, .failed(mismatches)), ("breaks", .broken([problem])),
        ]
        let cases = outcomes.map { TestCaseResult(name: $0.0, pointer: pointer, outcome: $0.1, seconds: 0.0125) }
        result = TestFileResult(loaded, cases: isValid ? cases : [])
    }
}
